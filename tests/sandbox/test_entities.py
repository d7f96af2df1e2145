"""HTML parse mode: its entities, what it refuses, and offsets in UTF-16 code units."""

import html
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.sandbox.entities import (
    Entity,
    EntityError,
    clean,
    parse_html,
    plain,
    utf16_length,
    with_found,
)


def cut(text: str, entity: Entity) -> str:
    """Return the text of an entity, by its offsets in UTF-16 code units."""
    start = entity["offset"] * 2
    return text.encode("utf-16-le")[start : start + entity["length"] * 2].decode("utf-16-le")


def marked(source: str) -> list[tuple[Any, ...]]:
    text, entities = parse_html(source)
    return [(entity["type"], cut(text, entity)) for entity in entities]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>a</b><strong>b</strong>", [("bold", "a"), ("bold", "b")]),
        ("<i>a</i><em>b</em>", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u><ins>b</ins>", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s><strike>b</strike><del>c</del>", [("strikethrough", c) for c in "abc"]),
        ("<tg-spoiler>a</tg-spoiler>", [("spoiler", "a")]),
        ('<span class="tg-spoiler">a</span>', [("spoiler", "a")]),
        ("<code>a</code>", [("code", "a")]),
        ("<pre>a</pre>", [("pre", "a")]),
        ("<blockquote>a</blockquote>", [("blockquote", "a")]),
        ("<blockquote expandable>a</blockquote>", [("expandable_blockquote", "a")]),
        ("<B>upper</B>", [("bold", "upper")]),
        ("😀 <b>é😀</b> x", [("bold", "é😀")]),
        ("<b>out <i>in</i></b>", [("bold", "out in"), ("italic", "in")]),
        ("<b></b>nothing", []),
        ("<b>end </b>", [("bold", "end")]),
        ('<a href="http://e.org/?a=1&amp;b=2">x</a>', [("text_link", "x")]),
        ("<a href='javascript:x'>x</a>", []),
        ("<b>closed by</>", [("bold", "closed by")]),
    ],
)
def test_markup(source: str, expected: list[tuple[str, str]]) -> None:
    assert marked(source) == expected


def test_links_languages_and_references() -> None:
    assert parse_html('<a href="https://e.org/?a=1&amp;b=2">x</a>')[1][0]["url"] == (
        "https://e.org/?a=1&b=2"
    )
    text, entities = parse_html('<pre><code class="language-python">x = 1</code></pre>')
    assert (text, entities) == (
        "x = 1",
        [{"type": "pre", "offset": 0, "length": 5, "language": "python"}],
    )
    assert parse_html("&lt;b&gt; &amp; &quot;&#65;&#x1F600;&nbsp;&#0;")[0] == (
        '<b> & "A😀&nbsp;&#0;'
    )


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("é<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a"'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ('<a href="x>y</a>', "Unclosed start tag at byte offset 0"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ],
)
def test_refused_markup(source: str, words: str) -> None:
    with pytest.raises(EntityError) as caught:
        parse_html(source)
    assert str(caught.value).startswith(words)


def test_text_is_cleaned_and_trimmed() -> None:
    assert clean("a\r\nb\x00\u202ec") == "a\nb c"
    assert plain("  a  ") == "a"
    assert parse_html("  a <b>b</b>  ") == ("a b", [{"type": "bold", "offset": 2, "length": 1}])


def test_commands_and_urls_are_found_outside_code() -> None:
    text = "😀 /help and https://e.org/a. <not/this> /no/no `"
    found = with_found(text, [])
    assert [cut(text, entity) for entity in found] == ["/help", "https://e.org/a"]
    code = {"type": "code", "offset": 0, "length": utf16_length(text)}
    assert with_found(text, [code]) == [code]


PIECES = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<i>",
            "</i>",
            "<a href='http://e.org'>",
            "</a>",
            "<",
            ">",
            "&",
            "&lt;",
            "&#x1F600;",
            "😀",
            "é",
            " ",
            "\n",
            "text",
            "/",
            "=",
            '"',
            "<pre>",
            "</pre>",
            "</>",
        ]
    ),
    max_size=25,
).map("".join)


@given(st.one_of(st.text(), PIECES))
@example("<b> </b>")
@example("<a href=x>😀</a> ")
def test_any_source_is_parsed_or_refused_and_entities_are_in_range(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except EntityError:
        return
    total = utf16_length(text)
    assert text == text.rstrip()
    for entity in entities:
        assert entity["offset"] >= 0
        assert 0 < entity["length"] <= total - entity["offset"]
        cut(text, entity)  # raises when it splits a surrogate pair


@given(st.text())
def test_escaped_text_round_trips(text: str) -> None:
    assert parse_html(html.escape(text))[0] == plain(text)


@given(st.text(), st.text())
def test_bold_covers_exactly_its_words(before: str, bold: str) -> None:
    text, entities = parse_html(f"x{html.escape(before)}<b>{html.escape(bold)}.</b>")
    assert [cut(text, entity) for entity in entities] == [clean(bold) + "."]
