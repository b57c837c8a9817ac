"""The way on of a reader is the first that fits what she had."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.content.offers import Offer, OfferFor
from bot.domain.content.on_offer import OnOffer
from bot.domain.content.publication import Publication, read
from bot.domain.readers.reader import Reader, Viewer
from bot.domain.readers.ways import Way, anonymous_way, ways_of, without_promotion
from tests.subscribers import PRICES, PROMOTION
from tests.world import PUBLICATION

NOW = datetime(2025, 12, 15, 10, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(days=30), NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("trial_days", "trial_at", "full_since", "way"),
    [
        (7, None, None, Way.TRIAL),
        (7, None, BEFORE, Way.TRIAL),  # a gift is over, and the trial unused
        (7, BEFORE, BEFORE, Way.LAPSED),
        (7, BEFORE, None, Way.NONE),  # it was taken back in the moment it was given
        (0, None, None, Way.NONE),
        (0, None, BEFORE, Way.LAPSED),
        (0, None, LATER, Way.NONE),  # has yet to begin
    ],
)
def test_the_first_way_that_fits_is_hers(
    trial_days: int, trial_at: datetime | None, full_since: datetime | None, way: Way
) -> None:
    ana = Reader(1, "en", trial_at=trial_at, full_since=full_since)
    assert ana.way(OnOffer(trial_days), NOW) is way
    assert Viewer(ana).way(OnOffer(trial_days), NOW) is way


def test_in_a_group_everyone_is_a_stranger_who_may_try_it() -> None:
    ana = Viewer(Reader(1, "en", trial_at=BEFORE, full_since=BEFORE), private=False)
    assert [ana.way(OnOffer(days), NOW) for days in (7, 0)] == [Way.TRIAL, Way.NONE]
    assert [anonymous_way(OnOffer(days)) for days in (7, 0)] == [Way.TRIAL, Way.NONE]


def running(who: OfferFor) -> OnOffer:
    return OnOffer(7, Offer("HOLIDAY", {"en": "Holiday"}, 30, automatic=True, who=who))


NEW = Reader(1, "en")
TRYING = Reader(1, "en", trial_at=BEFORE, full_since=BEFORE, full_until=LATER)
TRIED = Reader(1, "en", trial_at=BEFORE, full_since=BEFORE)
GIVEN = Reader(1, "en", full_since=BEFORE)
REVOKED = Reader(1, "en", trial_at=BEFORE)
USED = Reader(1, "en", promotion="HOLIDAY", full_since=BEFORE)
USED_ANOTHER = Reader(1, "en", promotion="SUMMER", full_since=BEFORE)


@pytest.mark.parametrize(
    ("who", "reader", "way"),
    [
        *[(OfferFor.EVERYONE, reader, Way.PROMOTION) for reader in (NEW, TRYING, TRIED, GIVEN, REVOKED)],
        (OfferFor.EVERYONE, USED, Way.TRIAL),
        (OfferFor.EVERYONE, USED_ANOTHER, Way.PROMOTION),
        (OfferFor.NEW, NEW, Way.PROMOTION),
        (OfferFor.NEW, REVOKED, Way.PROMOTION),  # she never had a moment of access
        (OfferFor.NEW, TRIED, Way.LAPSED),
        (OfferFor.NEW, GIVEN, Way.TRIAL),
        (OfferFor.LAPSED, NEW, Way.TRIAL),
        (OfferFor.LAPSED, TRYING, Way.LAPSED),  # she has access, and so has not lost it
        (OfferFor.LAPSED, TRIED, Way.PROMOTION),
        (OfferFor.LAPSED, USED, Way.TRIAL),
    ],
)
def test_a_promotion_comes_first_for_whom_it_is(who: OfferFor, reader: Reader, way: Way) -> None:
    assert reader.way(running(who), NOW) is way
    assert Viewer(reader).way(running(who), NOW) is way


@pytest.mark.parametrize("reader", [NEW, TRYING, TRIED, GIVEN, REVOKED, USED])
def test_without_the_promotion_the_ways_are_as_before(reader: Reader) -> None:
    assert reader.way(without_promotion(running(OfferFor.EVERYONE)), NOW) is reader.way(OnOffer(7), NOW)


def test_a_group_is_offered_what_is_for_everyone_alone() -> None:
    assert anonymous_way(running(OfferFor.EVERYONE)) is Way.PROMOTION
    assert [anonymous_way(running(who)) for who in (OfferFor.NEW, OfferFor.LAPSED)] == [Way.TRIAL] * 2


def test_the_ways_of_a_moment_are_those_that_somebody_may_have() -> None:
    assert ways_of(OnOffer()) == (Way.LAPSED, Way.NONE)
    assert ways_of(OnOffer(7)) == (Way.TRIAL, Way.LAPSED, Way.NONE)
    assert ways_of(running(OfferFor.NEW)) == tuple(Way)


PUBLISHED = read(PUBLICATION + PROMOTION + PRICES)


@pytest.mark.parametrize(
    ("now", "runs"),
    [
        (datetime(2025, 12, 15, 2, 59, tzinfo=UTC), False),
        (datetime(2025, 12, 15, 3, 0, tzinfo=UTC), True),  # midnight in Asunción
        (datetime(2026, 1, 7, 2, 59, tzinfo=UTC), True),
        (datetime(2026, 1, 7, 3, 0, tzinfo=UTC), False),
    ],
)
def test_a_promotion_is_on_offer_in_its_window(now: datetime, *, runs: bool) -> None:
    promotion = PUBLISHED.on_offer(now).promotion
    assert (promotion is not None and promotion.id == "HOLIDAY") is runs


def test_one_that_is_closed_is_on_offer_no_more_and_the_trial_stays() -> None:
    closed = with_closed("HOLIDAY")
    assert closed.on_offer(NOW) == OnOffer(7)
    assert with_closed("SUMMER").on_offer(NOW).promotion is not None


def with_closed(*ids: str) -> Publication:
    return replace(PUBLISHED, closed=frozenset(ids))


def test_prices_alone_tell_how_to_keep_reading() -> None:
    assert PUBLISHED.is_reachable_in("es")
    assert not read(PUBLICATION + PROMOTION).is_reachable_in("es")
