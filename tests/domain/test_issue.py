"""An issue: which of its editions a reader gets."""

from datetime import UTC, date, datetime

import pytest

from bot.domain.content.issue import Edition, Issue, edition_for

DAY = date(2025, 12, 22)
OUT = datetime(2025, 12, 22, 10, tzinfo=UTC)


def issue(*languages: str) -> Issue:
    return Issue(DAY, OUT, {code: Edition(DAY, code, "T", (), "r") for code in languages})


@pytest.mark.parametrize(
    ("languages", "asked", "served"),
    [
        (("es", "en"), "es", "es"),
        (("es", "en"), "fr", "en"),
        (("es", "fr"), "pt", "es"),
    ],
    ids=["the reader's own", "the publication's first", "any"],
)
def test_a_reader_gets_the_nearest_edition(languages: tuple[str, ...], asked: str, served: str) -> None:
    assert edition_for(issue(*languages), asked, "en").language == served
