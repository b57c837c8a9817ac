"""Audiences come back from the data of a button as they were, and nothing else does."""

import pytest

from bot.domain.readers.audience import MOST_WEEKS, OFFERED, Audience, Segment

LONGEST_DATA = 64
AROUND = len("do:cast:0123456789abcdef:go::12345678")


@pytest.mark.parametrize("audience", OFFERED, ids=Audience.code)
def test_a_code_is_read_back_and_fits_into_a_button(audience: Audience) -> None:
    assert Audience.read(audience.code()) == audience
    assert AROUND + len(audience.code().encode()) <= LONGEST_DATA


def test_every_kind_of_audience_is_offered_under_a_code_of_its_own() -> None:
    assert {audience.who for audience in OFFERED} == set(Segment)
    assert len({audience.code() for audience in OFFERED}) == len(OFFERED)


def test_any_number_of_weeks_may_be_written() -> None:
    assert Audience.read("inactive-7") == Audience(Segment.INACTIVE, weeks=7)


@pytest.mark.parametrize(
    "code",
    ["", "all", "language", "-", "language-", "language-pt", "inactive", "inactive-0",
     f"inactive-{MOST_WEEKS + 1}",
     "inactive--4", "inactive-٣", "everyone-4", "everyone ", "trial-en", "admins:1", "EVERYONE"],
)  # fmt: skip
def test_anything_else_is_no_audience(code: str) -> None:
    assert Audience.read(code) is None
