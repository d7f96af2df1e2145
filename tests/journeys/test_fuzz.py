"""Fuzz tests: malformed input raises no error and writes no invalid row.

The seed of every case is in the name of its test. ``FUZZ_SCALE`` is the number of rounds, each
with a seed of its own and a hundred thousand cases; without it there is one short round.
"""

import json
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from telegram import Update
from telegram import User as TelegramUser

from bot.app import App
from bot.config import load_settings
from bot.database.engine import Database
from bot.database.models import Cramp, SetupStep, User
from bot.dispatch.replanning import replan
from bot.features.cramps.entry_times import FURTHEST_BACK, Unusable, typed_moment, typed_night
from bot.features.data_export.files import (
    InvalidFileError,
    as_csv,
    as_json,
    refuse_future,
)
from bot.features.data_export.import_files import read_json
from bot.features.registry import FEATURES
from bot.i18n.translator import translator
from bot.identity import people as users
from bot.local_time import typed_about, typed_days, typed_times
from bot.local_time.place_index import zones_by_place
from bot.local_time.typed_places import MOST_SUGGESTIONS, ZoneMatch, find_zones
from bot.local_time.zone_from_position import zone_at
from bot.telegram.message import MAX_CALLBACK_BYTES, pack, parse_day, unpack
from bot.telegram.rate_limit import Rate, RateLimiter, UpdateKind
from bot.telegram.raw_update import ALLOWED_UPDATES, sender_of
from bot.telegram.update_schema import invalid_path
from tests.features.data_export.samples import ANN, NOW, exported, fill
from tests.support.database_integrity import Snapshot, complaints, handler_failures, rows_of
from tests.support.fuzzing import (
    NUMBERS,
    OFFSETS,
    Data,
    Json,
    Updates,
    broken_file,
    near_text,
    typed_place,
    typed_time,
)
from tests.support.handlers import commands_of, labels_of, verbs_of
from tests.support.harness import TOKEN, Harness, Someone
from tests.support.lengths import fuzz_length, fuzz_seeds

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")
"""The generated updates have deprecated fields, too."""
URL = "sqlite+aiosqlite:///never-opened.db"
SEEDS = fuzz_seeds()
LOG = "🦵 Log cramp"
SECRET = "annsecret"
VERBS = tuple((feature.name, verb) for feature in FEATURES for verb in verbs_of(feature))
COMMANDS = tuple(f"/{name}" for feature in FEATURES for name in sorted(commands_of(feature)))
LABELS = tuple(
    label for feature in FEATURES for label in sorted(labels_of(feature, translator("en")))
)
NO_LIMIT = Rate(10**9, 1)
"""No rate limit: the bot processes every update of the attack."""
PLACES = ("berlin", "Vienna", "new yrok", "UTC+5:30", "portland", "Los Angeles, USA")


def allowed_part(raw: Json) -> Json:
    """Return the update without kinds that are not among the bot's ``allowed_updates``."""
    return {name: raw[name] for name in ("update_id", *ALLOWED_UPDATES) if name in raw}


class Errors(logging.Handler):
    """A log handler that keeps errors, except for updates that cannot be read."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        is_of_inbox = record.name in {"bot.telegram.intake", "bot.telegram.update_handling"}
        if not is_of_inbox or "cannot be read" not in record.getMessage():
            error = record.exc_info[1] if record.exc_info else None
            self.found.append(f"{record.name}: {record.getMessage()} {error!r}")


@asynccontextmanager
async def _errors() -> AsyncIterator[Errors]:
    """Collect logged errors, and print only the unexpected ones."""
    errors, logger = Errors(), logging.getLogger("bot")
    logger.addHandler(errors)
    logger.propagate = False
    try:
        yield errors
    finally:
        logger.propagate = True
        logger.removeHandler(errors)


class Attack:
    """Mallory attacks the whole bot; nothing of it may affect Ann."""

    def __init__(
        self, harness: Harness, ann: Someone, mallory: Someone, errors: Errors, seed: int
    ) -> None:
        self.harness, self.ann, self.mallory, self.errors = harness, ann, mallory, errors
        self.chance = random.Random(f"attack {seed}")
        self.data = Data(VERBS, ())
        said = (*COMMANDS, *LABELS, *PLACES, "a note", "7", "yes")
        person = mallory.telegram_person
        self.updates = Updates(self.chance, person.as_user(), ann.id, self.data, said)
        self.updates.tapped = self.tapped
        self.file = b""
        self.anns: Snapshot = {}
        self.calls = self.taken = 0

    @classmethod
    @asynccontextmanager
    async def begin(cls, url: str, seed: int) -> AsyncIterator["Attack"]:
        """Give both a diary with rows of every kind; Mallory imports a file like Ann's."""
        async with (
            Harness.open(url, start=NOW + timedelta(hours=1)) as harness,
            _errors() as errors,
        ):
            ann, mallory = await harness.person("Ann"), await harness.person("Mallory")
            assert ann.id == ANN
            await fill(harness.database, 0, nights=14)
            harness.app.router.rate_limiter = RateLimiter(dict.fromkeys(UpdateKind, NO_LIMIT))
            attack = cls(harness, ann, mallory, errors, seed)
            attack.file = as_json(await exported(harness.database))
            await attack.prepare_ann()
            await attack.prepare_mallory()
            await attack.record_state()
            yield attack

    async def prepare_ann(self) -> None:
        """Give Ann a diary that nobody else may read."""
        async with self.harness.database.transaction() as session:
            user = await session.get_one(User, self.ann.id)
            await replan(session, user, self.harness.clock.now())
        await self.ann.says("/start")
        await self.ann.presses(LOG)
        self.harness.telegram.reply(self.ann.telegram_person, self.ann.last.id, SECRET)
        await self.harness.settled()

    async def prepare_mallory(self) -> None:
        """Import the file in the chat; it is repeated when Mallory has erased everything."""
        self.harness.telegram.unblock(self.mallory.telegram_person)
        await self.import_file(self.file)

    async def import_file(self, content: bytes) -> None:
        """Send a file and confirm the import when the bot asks."""
        telegram, person = self.harness.telegram, self.mallory.telegram_person
        telegram.send_document(person, content, "diary.json")
        await self.harness.settled()
        question = self.mallory.last
        if pack("takeout", "import") in str(question.inline):
            telegram.tap(person, question.id, pack("takeout", "import"))
            await self.harness.settled()

    async def record_state(self) -> None:
        """Record the state of Ann's rows, and the ids that can be forged."""
        async with self.harness.database.transaction() as session:
            user = await users.get_or_create(
                session, self.mallory.id, self.harness.clock.now(), "en"
            )
            is_lost = user.setup_step is not SetupStep.DONE
        if is_lost:
            await self.prepare_mallory()
        self.anns = await rows_of(self.harness.database, self.ann.id)
        numbers = [row[0] for rows in self.anns.values() for row in rows[-3:]]
        mine = await rows_of(self.harness.database, self.mallory.id)
        numbers += [row[0] for rows in mine.values() for row in rows[-3:]]
        numbers += [one.id for someone in (self.ann, self.mallory) for one in someone.messages[-3:]]
        self.data.numbers = [*numbers, self.ann.id, self.mallory.id]
        self.calls = len(self.harness.telegram.calls)
        self.updates.now = int(self.harness.clock.now().timestamp())

    def tapped(self) -> Json:
        """Return a message of the bot: one of the newest with buttons, if there is any."""
        shown = [one for one in self.mallory.bot_messages[-12:] if one.inline]
        message = self.chance.choice(shown or self.mallory.messages[-1:])
        return self.harness.telegram.as_json(message)

    async def process(self, raw: Json) -> None:
        """Have the bot process one update."""
        self.taken += 1
        intake = self.harness.app.intake
        is_stored = await intake.accept([raw])
        await intake.idle()
        assert (is_stored, self.errors.found) == (True, []), json.dumps(raw)

    async def check(self) -> None:
        """Check that no error was logged, Ann's rows are unchanged and Mallory's are consistent."""
        await self.harness.settled()
        database, now = self.harness.database, self.harness.clock.now()
        assert [one.error for one in await handler_failures(database)] == []
        assert self.errors.found == []
        assert await rows_of(database, self.ann.id) == self.anns
        calls = list(self.harness.telegram.calls)[self.calls :]
        assert [one.method for one in calls if _names(one.params, self.ann.id)] == []
        for user in await self.harness.rows(User):
            assert await complaints(database, user.id, now) == []
        said = " ".join(one.words for one in self.mallory.bot_messages)
        assert SECRET not in said

    async def let_hours_pass(self) -> None:
        """Let hours pass in which reminders are due for both."""
        await self.harness.live_for(timedelta(hours=self.chance.choice((1, 5, 9, 20))))
        await self.record_state()

    async def end(self) -> None:
        """Check that the bot has answered Mallory and still answers Ann."""
        assert len(self.harness.telegram.calls) > self.taken // 2
        before = [row for row in await self.harness.rows(Cramp) if row.user_id == self.ann.id]
        await self.ann.presses(LOG)
        after = [row for row in await self.harness.rows(Cramp) if row.user_id == self.ann.id]
        assert len(after) == len(before) + 1
        assert self.ann.last.words.startswith(("Cramp logged", "Got it"))


def _names(params: Json, person_id: int) -> bool:
    return str(params.get("chat_id")) == str(person_id)


UPDATES, TAPS, PAUSES = fuzz_length(2_000), fuzz_length(1_200), 5


@pytest.mark.parametrize("seed", SEEDS)
async def test_any_update_is_survived(database_url: str, seed: int) -> None:
    async with Attack.begin(database_url, seed) as attack:
        for _ in range(PAUSES):
            for _ in range(UPDATES // PAUSES):
                await attack.process(attack.updates.make())
            await attack.check()
            await attack.let_hours_pass()
        await attack.end()


@pytest.mark.parametrize("seed", SEEDS)
async def test_forged_taps_do_no_harm(database_url: str, seed: int) -> None:
    async with Attack.begin(database_url, seed + 1000) as attack:
        for _ in range(PAUSES):
            for _ in range(TAPS // PAUSES):
                await attack.process(attack.updates.forged())
            await attack.check()
            await attack.let_hours_pass()
        await attack.end()


# Parts of it, without a server -------------------------------------------------------------------

SHAPED, PACKED = fuzz_length(26_000), fuzz_length(30_000)
TIMED = max(300, fuzz_length(24_000))  # so many that each kind of answer is among them
PLACED, FILED, IMPORTED = fuzz_length(6_000), fuzz_length(12_000), fuzz_length(200)
NEARLY = fuzz_length(250)
"""Misspelled places, each of which is compared with every name in the index."""


@pytest.mark.parametrize("seed", SEEDS)
def test_valid_updates_reach_handlers_as_their_sender(seed: int) -> None:
    chance = random.Random(f"shapes {seed}")
    app = App(load_settings(None, bot_token=TOKEN, database_url=URL))
    app.bot._bot_user = TelegramUser(1, "CalmCalf", is_bot=True, username="calmcalf_bot")
    (handlers,) = app.telegram.handlers.values()
    sender = {"id": ANN + 1, "is_bot": False, "first_name": "M", "language_code": "en"}
    senders = Updates(chance, sender, ANN, Data(VERBS, (ANN,)), COMMANDS)
    for _ in range(SHAPED):
        raw = senders.make()
        asked = allowed_part(raw)
        if invalid_path(asked) is not None:
            continue
        try:
            update = Update.de_json(asked, app.bot)
        except Exception:  # noqa: S112 - the intake skips updates that cannot be parsed
            continue
        who = update.effective_user.id if update.effective_user else None
        assert who == sender_of(asked), json.dumps(raw)
        assert who != ANN, json.dumps(raw)
        for handler in handlers:  # the first that matches is called
            handler.check_update(update)


@pytest.mark.parametrize("seed", SEEDS)
def test_callback_data_is_parsed_or_refused(seed: int) -> None:
    chance = random.Random(f"data {seed}")
    data = Data(VERBS, (1, ANN))
    for feature, verb in VERBS:
        data.learn(pack(feature, verb, chance.randrange(1000), "20270113", "calf"))
    understood = 0
    for _ in range(PACKED):
        given = data.make(chance)
        tap = unpack(given)
        if tap is None:
            continue
        understood += 1
        assert pack(tap.feature, tap.verb, *tap.arguments) == given
        assert len(given.encode()) <= MAX_CALLBACK_BYTES
        for place in range(len(tap.arguments) + 2):
            number, day = tap.number(place), parse_day(tap.word(place))
            assert number is None or abs(number) < 10**18
            assert day is None or (2000 <= day.year < 2100 and f"{day:%Y%m%d}" == tap.word(place))
            assert (tap.word(place) is None) is (place >= len(tap.arguments))
    assert PACKED // 4 < understood < PACKED


ZONES = ("Europe/Berlin", "America/St_Johns", "Pacific/Apia", "Australia/Lord_Howe", "Etc/UTC")


@pytest.mark.parametrize("seed", SEEDS)
def test_typed_times_and_days_are_within_bounds(seed: int) -> None:
    chance = random.Random(f"times {seed}")
    understood: Counter[str] = Counter()
    for _ in range(TIMED):
        said, zone = typed_time(chance), chance.choice(ZONES)
        now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(10**7))
        local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        today = local.date()
        clock, ago = typed_times.parse_clock(said), typed_days.parse_ago(said)
        assert clock is None or (clock.tzinfo, clock.second, clock.microsecond) == (None, 0, 0)
        assert ago is None or timedelta(0) <= ago <= timedelta(hours=48)
        several = typed_times.parse_times(said)
        assert several == sorted(set(several))
        assert all((one.second, one.tzinfo) == (0, None) for one in several)
        when = typed_days.parse_when(said, local)
        assert when is None or (when.tzinfo is None and when <= local)
        ahead, past = typed_days.parse_day(said, today), typed_days.parse_past_day(said, today)
        assert ahead is None or ahead > today
        assert past is None or past <= today
        night = typed_days.parse_night(said, local)
        assert night is None or datetime.combine(night, time(12)) <= local
        entry = typed_moment(said, now, zone)
        if not isinstance(entry, Unusable):
            instant, precision = entry
            assert now - FURTHEST_BACK <= instant <= now
            assert instant.tzinfo is not None
            assert precision in {"exact", "about"}
        evening = typed_night(said, now, zone)
        assert isinstance(evening, Unusable) or evening == night
        rest, is_about = typed_about.split_about(said)
        assert is_about or rest == said
        found = (clock, ago, when, ahead, past, night)
        understood.update(name for name, one in zip(FOUND, found, strict=True) if one is not None)
    assert min(understood[name] for name in FOUND) > TIMED // 400, understood


FOUND = ("clock", "ago", "when", "ahead", "past", "night")


@pytest.mark.parametrize("seed", SEEDS)
def test_typed_places_give_existing_zones(seed: int) -> None:
    chance = random.Random(f"places {seed}")
    now = datetime(2027, 1, 13, 19, tzinfo=UTC)
    names, known = sorted(zones_by_place()), available_timezones()

    def check(said: str) -> ZoneMatch:
        match = find_zones(said, now)
        shown = (*match.suggestions, *((match.zone,) if match.zone else ()))
        assert set(shown) <= known, said
        assert len(set(match.suggestions)) == len(match.suggestions) <= MOST_SUGGESTIONS, said
        assert match.zone is None or not match.suggestions, said
        return match

    clear = sum(check(typed_place(chance, names)).zone is not None for _ in range(PLACED))
    assert clear > PLACED // 4
    for _ in range(NEARLY):
        check(near_text(chance, chance.choice((*names, *OFFSETS))))
    for _ in range(PLACED):
        latitude = chance.choice((chance.uniform(-91, 91), *NUMBERS))
        longitude = chance.choice((chance.uniform(-181, 181), *NUMBERS))
        assert zone_at(latitude, longitude) in {None, *known}, (latitude, longitude)


# Files -------------------------------------------------------------------------------------------


async def _file(url: str) -> Json:
    """Return an export file with rows in every part."""
    database = Database(url)
    await fill(database, 0, nights=6)
    diary: Json = json.loads(as_json(await exported(database)))
    await database.close()
    assert all(diary.values())
    return diary


@pytest.mark.parametrize("seed", SEEDS)
async def test_a_broken_file_is_read_completely_or_refused(sqlite_url: str, seed: int) -> None:
    whole = await _file(sqlite_url)
    chance = random.Random(f"files {seed}")
    for _ in range(FILED):
        content = broken_file(chance, whole)
        try:
            diary = read_json(content)
            refuse_future(diary, NOW)
        except InvalidFileError:
            continue
        if chance.random() < 0.1:
            assert read_json(as_json(diary)) == diary
            assert as_csv(diary)


@pytest.mark.parametrize("seed", SEEDS)
async def test_importing_a_broken_file_makes_consistent_rows(database_url: str, seed: int) -> None:
    chance = random.Random(f"imports {seed}")
    async with Attack.begin(database_url, seed + 2000) as attack:
        whole = json.loads(attack.file)
        telegram, person = attack.harness.telegram, attack.mallory.telegram_person
        for number in range(IMPORTED):
            if number % 10 == 0:  # existing rows are not overwritten
                async with attack.harness.database.transaction() as session:
                    await users.erase(session, attack.mallory.id, NOW)
            await attack.import_file(broken_file(chance, whole))
            if number % 10 == 9:
                await attack.check()
        assert telegram.chat(person)
        await attack.end()
