"""What an admin wrote is cut out of her message with its own formatting, counted in UTF-16."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery.announcement import Announcement, cut
from bot.domain.pages.text_cutting import units


def entity(kind: str, offset: int, length: int) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length}


def marked(text: str, given_entity: dict[str, object]) -> str:
    """Return what stands under an entity."""
    offset, length = given_entity["offset"], given_entity["length"]
    assert isinstance(offset, int)
    assert isinstance(length, int)
    return text.encode("utf-16-le")[2 * offset : 2 * (offset + length)].decode("utf-16-le")


def test_the_command_goes_and_formatting_moves_with_its_words() -> None:
    text = "/broadcast \n 😀 bold news "
    given_ = [entity("bot_command", 0, 10), entity("bold", 16, 4)]
    rest, entities = cut(text, given_, 10)
    assert rest == "😀 bold news"
    assert entities == [entity("bold", 3, 4)]
    assert marked(rest, entities[0]) == "bold"


def test_formatting_is_clipped_to_the_words_that_stay() -> None:
    rest, entities = cut("/broadcast  all bold  ", [entity("bold", 0, 22)], 10)
    assert (rest, entities) == ("all bold", [entity("bold", 0, 8)])


def test_a_custom_emoji_stays_as_the_emoji_that_stands_under_it() -> None:
    custom = {**entity("custom_emoji", 0, 2), "custom_emoji_id": "5"}
    assert cut("😀 hi", [custom, entity("italic", 3, 2)]) == ("😀 hi", [entity("italic", 3, 2)])


def test_what_else_an_entity_says_is_kept() -> None:
    link = {**entity("text_link", 11, 4), "url": "https://example.org/?a=1&b=<2>"}
    assert cut("/broadcast here", [link], 10)[1] == [{**link, "offset": 0}]


@given(st.text(alphabet="a😀 \n", max_size=30), st.integers(0, 30), st.integers(1, 30), st.integers(0, 12))
def test_no_entity_ever_reaches_out_of_its_text(text: str, offset: int, length: int, start: int) -> None:
    first = units(text[:start])
    rest, entities = cut(text, [entity("bold", offset, length)], first)
    assert rest == text[start:].strip()
    for entity_kept in entities:
        assert 0 <= entity_kept["offset"] < entity_kept["offset"] + entity_kept["length"] <= units(rest)


def test_the_excess_is_told_in_the_units_that_telegram_counts() -> None:
    assert Announcement("sendMessage", {}, "x" * 4096).excess == 0
    assert Announcement("sendMessage", {}, "😀" * 2049).excess == 2
    assert Announcement("sendPhoto", {}, "x" * 1024).excess == 0
    assert Announcement("sendDocument", {}, "x" * 1030).excess == 6


def test_lists_call_it_by_its_first_words_or_its_file_s_name() -> None:
    assert Announcement("sendMessage", {}, "Two\nlines " * 20).title.startswith("Two lines Two")
    assert units(Announcement("sendMessage", {}, "😀" * 200).title) <= 60
    assert Announcement("sendDocument", {}, "", "prices.pdf").title == "prices.pdf"
