"""What people do in the walk through all handlers, beside what their screens offer.

Each line is one thing that one person does: a text, or one of

- ``tap LABEL``: the newest inline button with this label or callback data, or with it as a part
- ``press LABEL``: a button of the reply keyboard
- ``reply TEXT``: a reply to the newest message of the bot
- ``link``: opens the newest invitation that Ann was given
- ``file``, ``sticker``, ``block``, ``unblock``, ``forge DATA``, ``group TEXT``, ``added to group``
- ``until``: wants the newest reminder again in half an hour
- ``wait HOURS``, ``running job``: nothing that a person does
"""

SCRIPTS: tuple[tuple[str, ...], ...] = (
    (
        "Ann: /caregiver",
        "Ann: tap care:invite",
        "Nina: link",
        "Nina: tap care:accept",
        "Nina: tap care:log",
        "Nina: tap care:undo",
        "Nina: tap care:further",
        "Nina: tap care:week",
        "Nina: tap care:person",
        "Nina: tap care:leave",
    ),
    ("Ann: /caregiver", "Ann: tap care:invite", "Nina: link", "Nina: tap care:decline"),
    (
        "Ann: press Log cramp",
        "Ann: 3:10",
        "Ann: tap cramps:back",
        "Ann: 7",
    ),
    ("Ann: press Log cramp", "Ann: reply after a long run"),
    (
        "Ann: press Log cramp",
        "Ann: tap More",
        "Ann: tap Even more",
        "Ann: tap cramps:note",
        "Ann: woke me twice",
    ),
    ("Ann: press Log cramp", "Ann: tap More", "Ann: tap Even more", "Ann: tap To the night before"),
    ("Ann: press Log cramp", "Ann: tap More", "Ann: tap Afterwards", "Ann: tap Weak"),
    ("Ann: yesterday 3am",),
    ("Ann: 3:10", "Ann: tap cramps:logat"),
    ("Ann: 3:10", "Ann: tap cramps:nolog"),
    ("Ann: cramp 3", "Ann: tap typed:yes"),
    ("Ann: cramp 3", "Ann: tap None of these"),
    ("Ann: no cramps last night", "Ann: tap typed:night"),
    ("Ann: stretch at 20:00", "Ann: tap typed:back"),
    ("Ann: pause until monday", "Ann: tap typed:rest"),
    ("Ann: my dog ate a shoe", "Ann: sticker", "Ann: forge gone:button"),
    ("Nina: file", "Nina: tap takeout:import"),
    ("Nina: file", "Nina: tap takeout:noimport"),
    ("Ann: block", "Ann: unblock", "Ann: group /start", "Ann: added to group"),
    (
        "Ann: tap No cramps",
        "Ann: tap checkin:habit",
        "Ann: tap checkin:close",
        "Ann: tap checkin:open",
    ),
    ("Ann: tap Had cramps", "Ann: tap checkin:count"),
    (
        "Ann: /reminders",
        "Ann: tap reminders:new",
        "Ann: Feet up",
        "Ann: 21:00",
        "Ann: /reminders",
        "Ann: tap Feet up",
        "Ann: tap reminders:words",
        "Ann: Legs up",
        "Ann: tap reminders:remove:",
        "Ann: tap reminders:removed",
    ),
    ("Ann: /reminders", "Ann: tap reminders:kind:caffeine", "Ann: tap reminders:dinner"),
    ("Ann: /learn", "Ann: tap When to be seen", "Ann: tap learn:tier"),
    ("Ann: /learn", "Ann: tap Stretches", "Ann: tap Calf, standing", "Ann: tap learn:leave"),
    (
        "Ann: press Log cramp",
        "Ann: tap More",
        "Ann: tap Even more",
        "Ann: tap learn:show",
    ),
    (
        "Ann: /experiment",
        "Ann: tap experiments:pick:other",
        "Ann: tap A doctor has seen it",
        "Ann: tap experiments:open",
        "Ann: tap experiments:pick:other",
        "Ann: raise my feet",
        "Ann: 19:30",
        "Ann: tap experiments:yes",
    ),
    (
        "Ann: /experiment",
        "Ann: tap experiments:pick:stretch",
        "Ann: tap A doctor has seen it",
        "Ann: tap experiments:open",
        "Ann: tap experiments:pick:stretch",
        "Ann: tap experiments:none",
        "Ann: tap experiments:plan",
        "Ann: tap experiments:start",
        "Ann: wait 48",
        "Ann: /experiment",
        "Ann: tap experiments:did",
    ),
    ("Ann: tap reminders:later", "Ann: tap reminders:at", "Ann: 9:45"),
    ("Ann: until",),
    ("Ann: running job", "Ann: forge jobs:stop:1"),
    ("Ann: /timezone", "Ann: Vienna", "Ann: tap users:move"),
    ("Ann: /timezone", "Ann: location", "Ann: tap users:keep:"),
    ("Ann: /timezone", "Ann: Vienna", "Ann: tap users:keepuntil", "Ann: 3 Feb"),
    (
        "Ann: /report",
        "Ann: tap report:name",
        "Ann: Ann Miller",
        "Ann: tap report:name",
        "Ann: tap report:clear",
    ),
    ("Ann: /summary", "Ann: tap summary:fill", "Ann: tap summary:none"),
    ("Ann: /history", "Ann: tap history:night", "Ann: tap history:none"),
)
