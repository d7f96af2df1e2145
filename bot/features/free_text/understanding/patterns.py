"""Patterns of the parts of a sentence: days, clock times, lengths, strengths and numbers. Pure.

They match concepts (see ``vocabulary/lexer.py``), each separated by one space.
"""

import re

from bot.local_time.typed_times import PERIODS

_N = "[0-9]{1,2}"
_UNITS = "SEC|MIN|HOUR|DAYS|WEEK|CRAMPS|TIMES|OUT_OF|/"
"""After a number: it is not an hour."""
ISO_DAY = re.compile(r"[0-9]{4} - [0-9]{1,2} - [0-9]{1,2}")
_LAST_WEEK = "(?:LAST WEEK|WEEK LAST)"
DAY_OF_LAST_WEEK = re.compile(
    rf"DAY[0-6](?: (?:OF|ON|IN))? {_LAST_WEEK}|{_LAST_WEEK}(?: ON)? DAY[0-6]"
)
_DAY = (
    r"(?:ON )?(?:"
    rf"{ISO_DAY.pattern}"
    rf"|{_N}(?: ORDINAL)?(?: \.)?(?: OF)? MONTH[0-9]+(?: ,)?(?: OF)?(?: [0-9]{{4}})?"
    rf"|MONTH[0-9]+ {_N}(?: ORDINAL)?(?: \.)?(?: ,)?(?: [0-9]{{4}})?"
    rf"|{_N} \. {_N} \.(?: [0-9]{{4}})?|{_N} \. {_N} \. [0-9]{{4}}"
    rf"|{DAY_OF_LAST_WEEK.pattern}"
    r"|(?:LAST |NEXT )?DAY[0-6](?: LAST| NEXT)?"
    r"|TODAY|YESTERDAY|DAY_BEFORE_YESTERDAY|TOMORROW|DAY_AFTER_TOMORROW|THIS_MORNING"
    r"|LAST_NIGHT|TONIGHT|THIS_NIGHT"
    rf"|AGO {_N} (?:DAYS|NIGHT|WEEK)(?: AGO)?|{_N} (?:DAYS|NIGHT|WEEK) AGO)"
)
DAY = re.compile(_DAY)
ANY_DAY = re.compile(rf"{_DAY}(?: (?:{PERIODS}))?")
NIGHT_ALONE = re.compile("NIGHT")
"""Without a day or an hour: the night that has just been, or this one."""
PART_ALONE = re.compile("MORNING|AFTERNOON|EVENING|SMALL_HOURS")
"""Without a day or an hour: the one that was last."""
FROM_NOW = re.compile("(?:AFTER|SINCE) (?:TODAY|TOMORROW|NOW|TONIGHT)")
"""Before a change that is to last: "from today on"."""
UNTIL_DAY = re.compile(rf"UNTIL {_DAY}")
CLOCK = re.compile(
    # Said to be a time by a word before it …
    r"(?:(?P<after>AFTER)(?: AT)?"
    rf"|(?P<before>{PERIODS}) (?:ABOUT AT|ABOUT|AT)|(?:ABOUT )?AT) (?:ABOUT )?(?:"
    rf"(?P<hour>{_N})(?! (?:{_UNITS}))(?: (?:[:.]|H|HRS|OCLOCK|DIAL) (?P<minute>[0-9]{{2}}))?"
    rf"(?: (?P<unit>H|HRS|OCLOCK))?(?: (?P<period>{PERIODS}))?"
    rf"|[0-9]{{3,4}}(?: (?:{PERIODS}))?|NOON|MIDNIGHT)"
    # … or by how it is written.
    r"|(?:ABOUT )?(?:"
    rf"(?P<hour2>{_N})(?: (?:[:.]|H|HRS|OCLOCK|DIAL) (?P<minute2>[0-9]{{2}}))(?: (?:H|HRS|OCLOCK))?"
    rf"(?: (?:{PERIODS}))?"
    rf"|(?P<hour3>{_N}) OCLOCK(?: (?P<period3>{PERIODS}))?"
    rf"|{_N}(?: HRS| H)? (?:{PERIODS})|[0-9]{{3,4}} [AP]M"
    rf"|(?<=ABOUT )(?P<hour4>{_N})(?! (?:{_UNITS}|STRENGTH(?! [0-9])|[0-9:.]|H|HRS))"
    r"|0[0-9]{3}"
    r"|NOON|MIDNIGHT)"
)
_NO_HOUR = rf"(?! (?:{_UNITS}|{PERIODS}|DIAL|OCLOCK|[0-9:.]|H|HRS))(?!\S)"
ABOUT_NUMBER = re.compile(rf"(?<!AT )ABOUT(?= {_N}{_NO_HOUR})")
"""Before a number that no other word calls an hour: "about 8" may be a strength."""
ABOUT_STRENGTH = re.compile(rf"ABOUT(?: AT)?(?= (?:10|[0-9]){_NO_HOUR})")
"""The same, before a number that can be a strength; "tipo 9" is said of an hour, too."""
AGO = re.compile(
    r"AGO (?:ABOUT )?[0-9]{1,3} (?:MIN|HOUR|HRS|H)(?: AGO)?"
    r"|(?:ABOUT )?[0-9]{1,3} (?:MIN|HOUR|HRS|H) AGO"
)
AHEAD = re.compile(r"(?<!\S)IN (?:ABOUT )?[0-9]+ (?:SEC|MIN|HOUR|HRS|H|DAYS|WEEK)(?!\S)")
"""A span of time after which something is to be: no length."""
EVERY_FEW = re.compile(
    r"(?:DAILY|ALL) (?P<number>[0-9]+) (?P<unit>MIN|HOUR|HRS|H|DAYS|WEEK|MONTHS)"
    r"|(?:DAILY|ALL) (?:MIN|HOUR|HRS|H)"
)
"""Every two hours, every hour: intervals, which reminders do not have."""
LENGTH = re.compile(
    r"(?:FOR )?(?P<side>OVER |UNDER |ABOUT )?(?P<number>[0-9]{1,3}) (?P<unit>SEC|MIN|HOUR)"
    r"(?: ABOUT(?! AT| [0-9]))?(?: FOR(?! (?:OVER |UNDER |ABOUT )?[0-9]))?"
    r"|FOR (?P<side2>OVER |UNDER |ABOUT )?(?P<number2>[0-9]{1,3}) (?P<unit2>HRS|H)"
)
_AFTER_SPAN = r"(?:(?:IN|AFTER|AT|FOR|ABOUT) )*"
GONE_AFTER = re.compile(
    rf"(?:LET_GO )+(?:, )?{_AFTER_SPAN}(?P<side>)(?P<number>[0-9]{{1,3}}) (?P<unit>SEC|MIN)(?! AGO)"
    rf"|{_AFTER_SPAN}(?P<side2>)(?P<number2>[0-9]{{1,3}}) (?P<unit2>SEC|MIN) LET_GO"
)
"""The length of a cramp that is over: "gone after 2 minutes"."""
AWAKE_FOR = re.compile(
    rf"LAIN_AWAKE {_AFTER_SPAN}(?P<over>OVER )?(?P<number>[0-9]{{1,3}}) (?P<unit>MIN|HOUR|HRS|H)"
    rf"|{_AFTER_SPAN}(?P<over2>OVER )?(?P<number2>[0-9]{{1,3}}) (?P<unit2>MIN|HOUR|HRS|H)"
    " LAIN_AWAKE"
)
"""How long somebody lay awake after a cramp, which is not how long the cramp was."""
LYING_AWAKE = frozenset({"LAIN_AWAKE", "NO_MORE_SLEEP"})
AWAKE_UNTIL = re.compile(
    rf"(?:{'|'.join(sorted(LYING_AWAKE))}) UNTIL (?:ABOUT )?{_N}"
    rf"(?: (?:OCLOCK|HRS|H|:|DIAL))?(?: [0-9]{{2}})?(?: (?:{PERIODS}))?"
)
"""Until when somebody lay awake after a cramp: no hour of the cramp, and none of a pause."""
STRENGTH = re.compile(
    rf"(?:ABOUT )?STRENGTH (?:(?:STRENGTH|OF|ABOUT) )*(?P<a>{_N})(?: (?:OUT_OF|OF|/) 10)?"
    rf"|(?:(?:AT|ABOUT) )?(?P<b>{_N}) (?:OUT_OF|OF|/) 10(?: STRENGTH)?"
    rf"|(?<!AT )(?<!ABOUT )(?P<d>{_N}) IN 10(?! (?:{_UNITS}|HRS|H|:|\.))"
    rf"|(?:ABOUT )?(?P<c>{_N}) STRENGTH"
)
_END = rf"(?:AT )?(?:{_N}(?: (?:[:.]|H|HRS|OCLOCK|DIAL)(?: [0-9]{{2}})?)?(?: (?:{PERIODS}))?)"
BETWEEN = re.compile(
    rf"(?:(?:AT|ABOUT) )*(?:BETWEEN|AFTER) (?P<first>{_END}) (?:(?:AND|UNTIL) )?(?P<last>{_END})"
    rf"(?! (?:{_UNITS}))"
)
EITHER = re.compile(
    rf"(?:OR )?(?:(?:ABOUT|AT) )+(?P<first>{_END}) "
    rf"(?:OTHER_ONE|(?:OR|AND)(?: OTHER_ONE)?) (?:AGAIN |ABOUT )*(?P<last>{_END})"
    rf"(?! (?:{_UNITS}))"
)
COUNT = re.compile(rf"(?<!AT )(?<!: )(?<!DIAL )({_N}) CRAMPS")
"""How many there were; not a time: "woke at 4 with cramps", "at 3:30 cramps in the left leg"."""
TIMES = re.compile(rf"(?:ABOUT )?({_N}) TIMES")
"""How often the cramp that is named came: "cramped twice"."""
NUMBER = re.compile(r"[0-9]+")
TWO_NUMBERS = re.compile(rf"(?P<hour>{_N}) (?P<minute>[1-5][0-9])|(?P<alone>{_N}) (?:H|HRS)")
"""A time without a word that says so: "3 10", or "4h", which may be a length, too."""
BROKEN_NUMBER = re.compile(
    r"(?<!\S)[0-9]+ [-–—] [0-9]+|[0-9] \. [0-9]+ (?:SEC|MIN|HOUR|HRS|H)(?!\S)"
)
DECIMAL_COMMA = re.compile(r"[0-9],[0-9]")
SPAN = re.compile(r"(?:FOR )?(?P<number>[0-9]{1,3}) (?P<unit>DAYS|WEEK)")
