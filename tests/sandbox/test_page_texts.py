"""The page is shown in the browser's language, or in the one that its address names."""

import httpx
import pytest

from bot.i18n.translator import available_languages, translator
from bot.sandbox.page.texts import language_of, texts, words_for
from bot.sandbox.server import create_app, serve
from bot.sandbox.telegram import Telegram


@pytest.mark.parametrize(
    ("wanted", "accepted", "language"),
    [
        (None, "", "en"),
        (None, "de-CH,de;q=0.9,en;q=0.8", "de"),
        (None, "pl,fr;q=0.7,en;q=0.3", "fr"),
        (None, "pt", "pt_BR"),
        (None, "zh-CN,xx", "en"),
        ("ru", "de", "ru"),
        ("it", "de", "it"),
        (None, "uk-UA,uk;q=0.9", "uk"),
        ("nonsense", "de", "en"),
    ],
)
def test_language_of_the_page(wanted: str | None, accepted: str, language: str) -> None:
    assert language_of(wanted, accepted).language == language


def test_texts_of_the_page_are_extracted() -> None:
    assert {"Move time", "Menu", "Today", "{name} blocks the bot", "Show less"} <= set(texts())
    assert len(texts()) > 80


async def test_translations_are_served() -> None:
    server = await serve(create_app(Telegram(), None), "127.0.0.1", 0)
    try:
        async with httpx.AsyncClient(base_url=server.url) as client:
            for language in available_languages():
                answer = (await client.get("/sandbox/words", params={"lang": language})).json()
                assert answer["language"] == language
                assert answer["words"] == words_for(translator(language))
                assert bool(answer["words"]) == (language != "en")
    finally:
        await server.close()
