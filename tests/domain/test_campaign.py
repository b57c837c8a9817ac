"""Who is not sent what a campaign brings, and whether its ledger adds up."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.delivery.campaign import Kind, Report, Skip, State, skip
from bot.domain.readers.reader import Reader

NOW = datetime(2025, 12, 22, 10, tzinfo=UTC)
LUZ = Reader(1, "es")


@pytest.mark.parametrize(
    ("kind", "reader", "has_it", "why"),
    [
        (Kind.ISSUE, LUZ, False, None),
        (Kind.ISSUE, LUZ, True, Skip.HAS_IT),
        (Kind.BROADCAST, LUZ, True, None),
        (Kind.ISSUE, Reader(1, "es", push=False), False, Skip.PUSH_OFF),
        (Kind.BROADCAST, Reader(1, "es", push=False), False, None),
        (Kind.ISSUE, Reader(1, "es", stopped_at=NOW), False, Skip.STOPPED),
        (Kind.BROADCAST, Reader(1, "es", stopped_at=NOW), False, Skip.STOPPED),
        (Kind.TEST, Reader(1, "es", stopped_at=NOW), False, None),
        (Kind.ISSUE, Reader(1, "es", gone_at=NOW), False, Skip.GONE),
        (Kind.BROADCAST, Reader(1, "es", gone_at=NOW, stopped_at=NOW), False, Skip.GONE),
    ],
)
def test_whoever_stopped_left_or_has_it_is_skipped(
    kind: Kind, reader: Reader, has_it: bool, why: Skip | None
) -> None:
    assert skip(kind, reader, has_it=has_it) is why


@given(st.dictionaries(st.sampled_from(State), st.integers(0, 50)), st.integers(0, 200))
def test_a_ledger_adds_up_when_nothing_is_left_and_nobody_is_missing(
    counts: dict[State, int], frozen: int
) -> None:
    report = Report(frozen, counts)
    settled = sum(report.of(state) for state in (State.SENT, State.FAILED, State.SKIPPED, State.UNKNOWN))
    left = report.of(State.PENDING) + report.of(State.SENDING)
    assert report.left == left
    assert report.adds_up is (left == 0 and settled == frozen)
