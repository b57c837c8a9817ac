"""Words without a slash, as people type them."""

import pytest

from bot.domain.readers.typed import WORDS, Meaning, is_emoji, meaning

PAIRS = [(word, what) for what, words in WORDS.items() for word in words]


@pytest.mark.parametrize(("word", "what"), PAIRS)
def test_a_word_is_known_whatever_its_case_accents_and_signs(word: str, what: Meaning) -> None:
    for typed in (word, word.upper(), f"\u200e ¡{word}! ", f"{word[:2]}\u200b{word[2:]}\n"):
        assert meaning(typed) is what


@pytest.mark.parametrize(
    "text",
    ["", "!", "...", "5", "#", "→", "the latest news of the river", "stopping", "👍" * 65, "👍 no boat"],
)
def test_other_words_mean_nothing(text: str) -> None:
    assert meaning(text) is None
    assert not is_emoji(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [("edicion", Meaning.LATEST), ("ＬＡＴＥＳＴ", Meaning.LATEST), ("espan\u0303ol", Meaning.SPANISH)],
)
def test_what_looks_the_same_is_the_same(text: str, what: Meaning) -> None:
    assert meaning(text) is what


@pytest.mark.parametrize(
    "text",
    [
        "👍",
        "❤️",
        "❤",
        "👍🏽👍🏿",
        " 🙏 👏! ",
        "👩‍👩‍👧‍👦",
        "🇵🇾",
        "\u200f☺️",
        "1️⃣",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_a_few_emoji_are_known_with_all_that_joins_and_colours_them(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize("text", ["Gracias 🙏🏼", "thanks!! ❤️❤️"])
def test_thanks_with_emoji_are_thanks(text: str) -> None:
    assert meaning(text) is Meaning.THANKS
