"""What looks the same is written the same; what looks different is left."""

import pytest

from bot.domain.content.search_folding import alike


@pytest.mark.parametrize(
    "text", ["ofﬁce", "of\u00adfice", "of\u200b\u2060fice", "ｏｆｆｉｃｅ", "𝗈𝖿𝖿𝗂𝖼𝖾", "\u200foffice\ufeff"]
)
def test_what_looks_the_same_is_the_same(text: str) -> None:
    assert alike(text) == "office"


@pytest.mark.parametrize(
    "text", ["20 m²", "H₂O", "la 3.ª y el 1.º", "½", "…", "«\u00a0a\u00a0»", "👨\u200d👩\u200d👧", "x ᵃ"]
)
def test_what_looks_different_stays(text: str) -> None:
    assert alike(text) == text


def test_it_is_done_once_for_all() -> None:
    for code in (*range(0xD800), *range(0xE000, 0x20000)):
        once = alike(f"a{chr(code)}b")
        assert alike(once) == once, hex(code)
