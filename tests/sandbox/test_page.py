"""The chat page: its endpoints, and the page itself in Chromium with a tiny bot."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from PIL import Image
from playwright.async_api import Browser, FilePayload, Page, expect
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.constants import ChatAction, ParseMode
from telegram.request import HTTPXRequest

from bot.clock import ShiftedClock
from bot.sandbox.models import Message
from bot.sandbox.page.controls import next_local_time
from bot.sandbox.server import RunningServer, create_app, serve
from bot.sandbox.telegram import Telegram
from tests.support.browser import PATIENCE_MS

START = datetime(2027, 1, 13, 19, 0, tzinfo=UTC)
LATER = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Done", callback_data="done"),
            InlineKeyboardButton("Alert", callback_data="alert"),
        ],
        [InlineKeyboardButton("Never answered", callback_data="never")],
    ]
)
MENU = ReplyKeyboardMarkup(
    [["Log cramp"], [KeyboardButton("Share place", request_location=True)]], resize_keyboard=True
)


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "PNG")
    return out.getvalue()


class TinyBot:
    """A bot over real HTTP, so that the page has something to show; also the page's controls."""

    def __init__(self, telegram: Telegram, clock: ShiftedClock) -> None:
        self.telegram = telegram
        self.clock = clock
        self.url = ""
        self.task: asyncio.Task[None] | None = None
        self.steps = asyncio.Event()
        """While it is cleared, a move of the clock stops half-way."""
        self.steps.set()

    @property
    def bot_running(self) -> bool:
        return self.task is not None

    @property
    def bot_url(self) -> str:
        return self.url

    async def next_due(self) -> datetime | None:
        return self.clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=3)

    async def fast_forward_to(self, at: datetime) -> None:
        now = self.clock.now()
        self.clock.set(now + (at - now) / 2)
        await self.steps.wait()
        if at > self.clock.now():
            self.clock.set(at)

    async def stop_bot(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
            self.task = None

    async def start_bot(self) -> None:
        if self.task is None:
            self.task = asyncio.create_task(self._run())

    async def _run(self) -> None:
        request = HTTPXRequest(httpx_kwargs={"trust_env": False})
        polling = HTTPXRequest(httpx_kwargs={"trust_env": False})
        bot = Bot(
            self.telegram.token,
            f"{self.url}/bot",
            request=request,
            get_updates_request=polling,
        )
        async with bot:
            offset = 0
            while True:
                for update in await bot.get_updates(offset, timeout=30):
                    await self._answer(bot, update)
                    offset = update.update_id + 1

    async def _answer(self, bot: Bot, update: Update) -> None:
        query, message = update.callback_query, update.message
        if query is not None and query.message is not None:
            if query.data == "done":
                await query.answer("Well done")
                await bot.edit_message_text(
                    "<b>Done</b>",
                    query.from_user.id,
                    query.message.message_id,
                    parse_mode=ParseMode.HTML,
                )
            elif query.data == "alert":
                await query.answer("Please read this", show_alert=True)
        if message is None:
            return
        chat = message.chat.id
        if message.text == "/start":
            await bot.send_message(
                chat, "Hello <i>there</i>, try /help", parse_mode=ParseMode.HTML, reply_markup=MENU
            )
            await bot.send_message(
                chat,
                "<b>Stretch</b> <tg-spoiler>secret</tg-spoiler>"
                " &lt;script&gt;alert(1)&lt;/script&gt;"
                "<blockquote expandable>one\ntwo\nthree\nfour\nfive\nsix</blockquote>after",
                parse_mode=ParseMode.HTML,
                reply_markup=LATER,
            )
        elif message.text == "Log cramp":
            await bot.send_message(chat, "Logged", disable_notification=True)
        elif message.location is not None:
            await bot.send_message(chat, f"You are at {message.location.latitude:.0f}")
        elif message.text == "picture":
            await bot.send_photo(chat, picture(), caption="Week")
        elif message.text == "think":
            await bot.send_chat_action(chat, ChatAction.TYPING)
        else:
            await bot.send_message(chat, f"You said {message.text}")


@pytest.fixture
def clock() -> ShiftedClock:
    return ShiftedClock(START)


@pytest.fixture
async def tiny(clock: ShiftedClock) -> AsyncIterator[TinyBot]:
    telegram = Telegram(clock)
    made = TinyBot(telegram, clock)
    server = await serve(create_app(telegram, made))
    made.url = server.url
    await made.start_bot()
    yield made
    await made.stop_bot()
    await server.close()


@pytest.fixture
async def client(tiny: TinyBot) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=tiny.url, trust_env=False) as made:
        yield made


@pytest.fixture
async def page(chromium: Browser, tiny: TinyBot) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        viewport={"width": 390, "height": 844},
        timezone_id="Asia/Kathmandu",
        locale="en-GB",
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda note: problems.append(note.text) if note.type == "error" else None)
    outside: list[str] = []
    page.on("request", lambda r: None if r.url.startswith(tiny.url) else outside.append(r.url))
    await page.goto(tiny.url)
    yield page
    assert (problems, outside) == ([], [])
    await context.close()


# The endpoints -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "wanted", "zone", "expected"),
    [
        ("2027-01-13T19:00", time(22, 15), "Europe/Berlin", "2027-01-13T21:15"),
        ("2027-01-13T19:00", time(3, 12), "Europe/Berlin", "2027-01-14T02:12"),
        ("2027-01-13T02:12", time(3, 12), "Europe/Berlin", "2027-01-14T02:12"),
        ("2027-03-27T23:00", time(2, 30), "Europe/Berlin", "2027-03-28T01:30"),
        ("2027-10-30T23:00", time(2, 30), "Europe/Berlin", "2027-10-31T00:30"),
        ("2027-01-13T19:00", time(3, 12), "Asia/Kathmandu", "2027-01-13T21:27"),
    ],
)
def test_next_local_time(now: str, wanted: time, zone: str, expected: str) -> None:
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert next_local_time(instant(now), wanted, ZoneInfo(zone)) == instant(expected)


async def test_other_pages_cannot_use_the_bot_api_either(client: httpx.AsyncClient) -> None:
    method = "/bot1:sandbox-token/setWebhook?url=http://127.0.0.1:9/x"
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        for verb in ("GET", "POST"):
            refused = await client.request(verb, method, headers=headers)
            assert refused.status_code == 403, (verb, headers)
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert (await client.get("/", headers=link)).status_code == 200
    assert (await client.post("/bot1:sandbox-token/getMe")).status_code == 200


async def test_other_origins_and_host_names_are_refused(client: httpx.AsyncClient) -> None:
    person = {"first_name": "Eve", "time_zone": "UTC"}
    foreign = await client.post(
        "/sandbox/people", json=person, headers={"origin": "http://evil.example"}
    )
    assert foreign.status_code == 403
    form = await client.post("/sandbox/people", data=person)
    assert form.status_code == 415
    rebound = await client.get("/", headers={"host": "evil.example"})
    assert rebound.status_code == 400
    page = await client.get("/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "inline" not in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"


async def test_the_button_by_the_bed_calls_addresses_of_the_bot_only(
    tiny: TinyBot, client: httpx.AsyncClient
) -> None:
    pressed = await client.post("/sandbox/bedside", json={"address": f"{tiny.url}/log/nobody"})
    assert (pressed.status_code, pressed.json()["status"]) == (200, 404)  # as the bot has answered
    for address in ("http://evil.example/log/x", f"{tiny.url}@evil.example/", "file:///log/x", ""):
        refused = await client.post("/sandbox/bedside", json={"address": address})
        assert refused.status_code == 400, address


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("people", {"first_name": "", "time_zone": "UTC"}, 400),
        ("people", {"first_name": "A", "time_zone": "Mars/Base"}, 400),
        ("act", {"person": 1, "action": "say", "text": "x"}, 404),
        ("act", {"person": None}, 404),
        ("fault", {"kind": "meteor", "on": True}, 400),
        ("time", {"to": "25:00", "person": 1}, 404),
        ("time", [], 400),
    ],
)
async def test_invalid_requests(
    client: httpx.AsyncClient, path: str, body: Any, status: int
) -> None:
    answer = await client.post(f"/sandbox/{path}", json=body)
    assert answer.status_code == status
    assert answer.json()["problem"]


@pytest.mark.parametrize(
    ("kind", "content", "count", "status"),
    [("photo", b"no picture", 1, 400), ("document", b"x", 11, 400), ("document", b"x", 0, 409)],
)
async def test_files_that_cannot_be_sent(
    client: httpx.AsyncClient, tiny: TinyBot, kind: str, content: bytes, count: int, status: int
) -> None:
    ann = tiny.telegram.add_person("Ann")
    files = [("files", (f"{number}.txt", content)) for number in range(count)]
    path = f"/sandbox/attach?person={ann.id}"
    answer = await client.post(path, data={"kind": kind}, files=files or [("other", b"")])
    assert answer.status_code == status
    assert answer.json()["problem"]
    assert tiny.telegram.chat(ann) == []


async def test_unread_and_people(client: httpx.AsyncClient, tiny: TinyBot) -> None:
    telegram = tiny.telegram
    ann, ben = telegram.add_person("Ann"), telegram.add_person("Ben")
    telegram.say(ann, "hi")
    telegram.say(ben, "hi")
    await telegram.settled()

    async def listed() -> dict[str, int]:
        state = (await client.get(f"/sandbox/changes?person={ann.id}")).json()
        return {one["name"]: one["unread"] for one in state["people"]}

    assert await listed() == {"Ann": 0, "Ben": 1}
    refused = await client.post(
        "/sandbox/act", json={"person": ann.id, "action": "press", "label": "Nothing"}
    )
    assert refused.status_code == 409
    telegram.block(ann)
    said = {"person": ann.id, "action": "say", "text": "x"}
    assert (await client.post("/sandbox/act", json=said)).status_code == 409


async def test_the_clock_is_moved_by_one_request_at_a_time(
    client: httpx.AsyncClient, tiny: TinyBot
) -> None:
    ann = tiny.telegram.add_person("Ann")
    tiny.steps.clear()
    move = {"to": "week", "person": ann.id}
    assert (await client.post("/sandbox/time", json=move)).status_code == 200
    assert (await client.post("/sandbox/time", json=move)).status_code == 409
    state = (await client.get(f"/sandbox/changes?person={ann.id}&since=1")).json()
    assert state["moving"] is not None
    tiny.steps.set()
    await tiny.telegram.wait_for(lambda: tiny.clock.now() >= START + timedelta(days=7))


async def test_without_controls_time_cannot_be_moved(
    telegram: Telegram, server: RunningServer
) -> None:
    telegram.add_person("Ann")
    async with httpx.AsyncClient(base_url=server.url, trust_env=False) as client:
        assert (await client.get("/sandbox/changes")).json()["controls"] is False
        assert (await client.post("/sandbox/time", json={"to": "hour"})).status_code == 409
        assert (await client.post("/sandbox/bot", json={"running": True})).status_code == 409


# The page -----------------------------------------------------------------------------------------


async def test_a_chat(page: Page, tiny: TinyBot) -> None:
    messages = page.get_by_test_id("message")
    await page.get_by_test_id("start").click()
    await expect(messages).to_have_count(3)
    (person,) = tiny.telegram.people.values()
    assert person.language_code == "en"
    assert person.time_zone in ("Asia/Kathmandu", "Asia/Katmandu")  # browsers use the old name
    await expect(
        page.get_by_text("This is a sandbox on your computer, not Telegram.")
    ).to_be_visible()

    stretch = messages.nth(2)
    await expect(stretch.locator("strong")).to_have_text("Stretch")
    await expect(stretch.get_by_test_id("words")).to_contain_text("<script>alert(1)</script>")
    await stretch.get_by_role("button", name="Show hidden text").click()
    await stretch.get_by_role("button", name="Show more").click()
    await expect(stretch.get_by_role("button", name="Show less")).to_be_visible()

    await stretch.get_by_role("button", name="Never answered").click()
    await expect(stretch.get_by_role("button", name="Never answered")).to_have_attribute(
        "aria-busy", "true"
    )
    await stretch.get_by_role("button", name="Alert").click()
    await expect(page.get_by_test_id("alert")).to_contain_text("Please read this")
    await page.get_by_test_id("alert-ok").click()
    await expect(stretch.get_by_role("button", name="Alert")).not_to_have_attribute(
        "aria-busy", "true"
    )
    await stretch.get_by_role("button", name="Done").click()
    await expect(page.get_by_test_id("toast")).to_have_text("Well done")
    await expect(stretch).to_contain_text("edited")
    await expect(stretch.get_by_test_id("inline-button")).to_have_count(0)

    await page.get_by_test_id("reply-button").filter(has_text="Log cramp").click()
    await expect(messages).to_have_count(5)
    await expect(messages.nth(4).get_by_test_id("silent")).to_be_visible()
    await page.get_by_test_id("keyboard-toggle").click()
    await expect(page.get_by_test_id("reply-button").first).to_be_hidden()
    await page.get_by_test_id("keyboard-toggle").click()
    await page.get_by_test_id("reply-button").filter(has_text="Share place").click()
    await page.get_by_test_id("place").select_option("Tokyo")
    await page.get_by_test_id("place-send").click()
    await expect(messages.nth(6)).to_contain_text("You are at 36")

    await page.get_by_test_id("composer-input").fill("picture")
    await page.keyboard.press("Enter")
    await expect(messages).to_have_count(9)
    shown = messages.nth(8).get_by_role("img")
    await expect(shown).to_have_js_property("naturalWidth", 400)
    await messages.nth(8).get_by_test_id("picture").click()
    await expect(page.locator("#viewer")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_test_id("composer-input").fill("think")
    await page.get_by_test_id("composer-send").click()
    await expect(page.get_by_test_id("status")).to_have_text("typing…")
    await messages.nth(1).get_by_role("button", name="/help").click()
    await expect(messages.last).to_contain_text("You said /help")


async def test_files_albums_and_edits_of_what_one_sent(page: Page, tiny: TinyBot) -> None:
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("message")).to_have_count(3)
    (person,) = tiny.telegram.people.values()

    async def attach(button: str, field: str, files: list[FilePayload], words: str) -> None:
        await page.get_by_test_id("composer-input").fill(words)
        await page.get_by_test_id("open-attach").click()
        async with page.expect_file_chooser():
            await page.get_by_test_id(button).click()
        async with page.expect_response("**/sandbox/attach**"):
            await page.get_by_test_id(field).set_input_files(files)

    def own() -> list[Message]:
        return [one for one in tiny.telegram.chat(person) if not one.from_bot][1:]

    pictures: list[FilePayload] = [
        {"name": f"{number}.png", "mimeType": "image/png", "buffer": picture()}
        for number in range(2)
    ]
    await attach("attach-photo", "pictures", pictures, "cramp left calf 7")
    await expect(page.get_by_test_id("composer-input")).to_have_value("")
    first, second = own()
    assert (first.caption, second.caption) == ("cramp left calf 7", None)
    assert first.extra == second.extra != {}
    assert (first.kind, first.photo_size) == ("photo", (400, 300))
    await attach("attach-file", "files", [pictures[0]], "")
    assert (own()[-1].kind, own()[-1].extra) == ("document", {})
    for button in ("attach-voice", "attach-video"):
        await page.get_by_test_id("open-attach").click()
        async with page.expect_response("**/sandbox/act"):
            await page.get_by_test_id(button).click()
    assert [one.kind for one in own()[-2:]] == ["voice", "video_note"]

    shown = page.locator(f'[data-message-id="{first.id}"]')
    await shown.hover()
    await shown.get_by_role("button", name="Reply or edit").click()
    await shown.get_by_role("button", name="Edit", exact=True).click()
    await page.get_by_test_id("composer-input").fill("cramp right calf 7")
    await page.get_by_test_id("composer-send").click()
    await expect(shown).to_contain_text("cramp right calf 7")
    assert first.edited


async def test_commands_people_and_trouble(page: Page, tiny: TinyBot) -> None:
    messages = page.get_by_test_id("message")
    await page.get_by_test_id("start").click()
    await expect(messages).to_have_count(3)
    async with httpx.AsyncClient(base_url=tiny.url, trust_env=False) as client:
        commands = [BotCommand("help", "How this works").to_dict()]
        await client.post(f"/bot{tiny.telegram.token}/setMyCommands", json={"commands": commands})
    await page.get_by_test_id("menu").click()
    await page.get_by_test_id("command").click()
    await expect(messages.last).to_contain_text("You said /help")

    await page.get_by_test_id("open-people").click()
    await page.get_by_test_id("add-person").click()
    await page.get_by_test_id("person-name").fill("Ben")
    await page.get_by_test_id("person-zone").fill("America/New_York")
    await page.get_by_test_id("person-save").click()
    await expect(messages).to_have_count(0)
    alex, ben = tiny.telegram.people.values()
    assert ben.time_zone == "America/New_York"
    tiny.telegram.say(alex, "from the other phone")
    await page.get_by_test_id("open-people").click()
    await expect(page.get_by_test_id("unread")).to_have_text("1")
    await page.get_by_test_id("person").first.click()
    await expect(messages.last).to_contain_text("You said from the other phone")

    await page.get_by_test_id("open-panel").click()
    await page.get_by_test_id("bot-stopped").click()
    await expect(page.get_by_test_id("status")).to_have_text("bot is stopped")
    tiny.telegram.say(alex, "while you were away")
    await page.get_by_test_id("bot-stopped").click()
    await expect(messages.last).to_contain_text("You said while you were away")
    await page.get_by_test_id("fault-drop_after").click()
    await expect(page.get_by_test_id("fault-drop_after")).to_have_attribute("aria-checked", "true")
    assert [fault.kind for fault in tiny.telegram.faults.active] == ["drop_after"]
    await page.get_by_test_id("fault-drop_after").click()
    await expect(page.get_by_test_id("fault-drop_after")).to_have_attribute("aria-checked", "false")
    assert tiny.telegram.faults.active == []
    await page.get_by_test_id("block").click()
    await page.keyboard.press("Escape")
    await page.get_by_test_id("unblock").click()
    await expect(page.get_by_test_id("composer-input")).to_be_visible()


async def test_time(page: Page, tiny: TinyBot) -> None:
    await page.get_by_test_id("start").click()
    await page.get_by_test_id("open-panel").click()
    clock = page.get_by_test_id("clock")
    await expect(clock).to_have_text("00:45")  # 19:00 UTC in Kathmandu
    await page.get_by_test_id("time-03:12").click()
    await expect(clock).to_have_text("03:12")
    await page.get_by_test_id("time-hour").click()
    await expect(clock).to_have_text("04:12")
    await page.get_by_test_id("time-input").fill("07:30")
    await page.get_by_test_id("time-go").click()
    await expect(clock).to_have_text("07:30")
    tiny.steps.clear()
    await page.get_by_test_id("time-week").click()
    await expect(page.get_by_test_id("moving")).to_contain_text("On the way to")
    await expect(page.get_by_test_id("time-next")).to_be_disabled()
    tiny.steps.set()
    await expect(page.get_by_test_id("clock-day")).to_have_text("Thursday 21 January")
    await expect(page.get_by_test_id("moving")).to_be_hidden()
    await page.get_by_test_id("time-next").click()
    await expect(clock).to_have_text("09:45")


async def test_text_of_others_is_never_markup(page: Page, tiny: TinyBot) -> None:
    await page.get_by_test_id("start").click()
    await expect(page.get_by_test_id("message")).to_have_count(3)
    (person,) = tiny.telegram.people.values()
    nasty = "<img src=x onerror=alert(1)> \u202egnirts 😀"
    tiny.telegram.say(person, nasty)
    await expect(page.get_by_test_id("message").last).to_contain_text("You said <img src=x")
    assert await page.locator("img[src='x']").count() == 0
    long = "W" * 4096
    tiny.telegram.say(person, long)
    await expect(page.get_by_test_id("message").last).to_contain_text("W" * 100)
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


async def test_the_page_reconnects_after_a_restart(chromium: Browser) -> None:
    telegram = Telegram()
    server = await serve(create_app(telegram))
    page = await chromium.new_page()
    await page.goto(server.url)
    await expect(page.get_by_test_id("start")).to_be_visible()
    port = server.port
    await server.close()
    await expect(page.get_by_text("The sandbox has stopped.")).to_be_visible()
    fresh = Telegram()
    again = await serve(create_app(fresh), port=port)
    await expect(page.get_by_text("The sandbox has stopped.")).to_be_hidden()
    await fresh.wait_for(lambda: len(fresh.people) == 1)
    await page.close()
    await again.close()
