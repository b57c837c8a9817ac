"""Words without a slash, as people type them."""

import pytest

from bot.domain.typed import WORDS, Meaning, meaning

PAIRS = [(word, what) for what, words in WORDS.items() for word in words]


@pytest.mark.parametrize(("word", "what"), PAIRS)
def test_a_word_is_known_whatever_its_case_accents_and_signs(word: str, what: Meaning) -> None:
    for typed in (word, word.upper(), f"\u200e ¡{word}! ", f"{word[:2]}\u200b{word[2:]}\n"):
        assert meaning(typed) is what


@pytest.mark.parametrize("text", ["", "!", "👍", "the latest news of the river", "stopping"])
def test_other_words_mean_nothing(text: str) -> None:
    assert meaning(text) is None


@pytest.mark.parametrize(
    ("text", "what"),
    [("edicion", Meaning.LATEST), ("ＬＡＴＥＳＴ", Meaning.LATEST), ("espan\u0303ol", Meaning.SPANISH)],
)
def test_what_looks_the_same_is_the_same(text: str, what: Meaning) -> None:
    assert meaning(text) is what
