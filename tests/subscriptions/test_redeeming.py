"""Offers redeemed: once each, never more often than they may be, whoever asks at the same moment."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.clock import Clock, StoppedClock
from bot.db import tables
from bot.db.engine.session import Database
from bot.db.operations import audit, notices
from bot.db.readers import grants, readers
from bot.db.subscriptions import codes, offers
from bot.domain.content.offers import Offer, OfferFor
from bot.domain.content.publication import Publication, read
from bot.domain.readers.grants import FOREVER, Grant, Source
from bot.domain.readers.reader import Reader
from bot.domain.subscriptions.redemption import MOST_TRIES, TRIES_WINDOW, Outcome
from bot.services.operations.personal_data import PersonalData
from bot.services.subscriptions.access import update_access
from bot.services.subscriptions.charges import Charges
from bot.services.subscriptions.granting import Granting
from bot.services.subscriptions.offers.making_codes import CodeMaking
from bot.services.subscriptions.offers.offers import Offers, OfferState
from bot.services.subscriptions.subscriptions import Subscriptions
from tests.extent import ALL
from tests.subscriptions.payments import once
from tests.world import MONDAY, PUBLICATION

ANA, BEN = 5_000_000_001, 5_000_000_002
MANY = 200
GUESSES = 10_000 if ALL else 1_000
"""In an hour."""

KEY = b"a key of tests"
HOLIDAY = Offer("HOLIDAY", {"en": "Holiday"}, 30, code="HOLIDAY")
PROMOTION = Offer("SUMMER", {"en": "Summer"}, 14, automatic=True)
PRINTED = Offer("PRINTED", {"en": "Printed"}, 10, single_use=True)


class BenchClock:
    """Shows the same moment until it is moved."""

    def __init__(self) -> None:
        self.at: Clock = StoppedClock(MONDAY)

    def now(self) -> datetime:
        return self.at.now()

    def steady(self) -> float:
        return self.at.steady()

    def move_to(self, moment: datetime) -> None:
        self.at = StoppedClock(moment.astimezone(UTC))


class Bench:
    """Two programs' ways into one database, and a publication whose offers may change."""

    def __init__(self, url: str) -> None:
        patient = f"{url}?timeout=60"  # a file's lock is given to nobody in turn
        self.databases = [Database(patient if "sqlite" in url else url) for _ in range(2)]
        self.clock = BenchClock()
        self.publication: Publication = read(PUBLICATION)
        self.doors = [Offers(each, self.clock, KEY, lambda: self.publication) for each in self.databases]

    @property
    def database(self) -> Database:
        return self.databases[0]

    @property
    def offers(self) -> Offers:
        return self.doors[0]

    def has(self, *offers: Offer) -> None:
        self.publication = replace(self.publication, offers=offers)

    def later(self, **span: float) -> None:
        self.clock.move_to(self.clock.now() + timedelta(**span))

    async def start(self, *ids: int) -> None:
        async with self.database.write() as session:
            for number in ids:
                await readers.add(session, Reader(number, "en"), self.clock.now())

    async def reader(self, number: int) -> Reader:
        async with self.database.read() as session:
            reader = await readers.find(session, number)
        assert reader is not None
        return reader

    async def until(self, number: int) -> datetime | None:
        return (await self.reader(number)).full_until

    async def make_codes(self, count: int = 1, offer: Offer = PRINTED) -> list[str]:
        made = list[str]()
        await CodeMaking(self.database, self.clock, KEY).make(offer.id, count, made.extend)
        return made

    async def give(self, number: int, grant: Grant) -> None:
        async with self.database.write() as session:
            await grants.add(session, number, grant)
            await update_access(session, number, self.clock.now())


@pytest.fixture
async def bench(database_url: str) -> AsyncIterator[Bench]:
    bench = Bench(database_url)
    await bench.start(ANA, BEN)
    yield bench
    for database in bench.databases:
        await database.close()


def crowd(count: int = MANY) -> list[int]:
    return list(range(6_000_000_000, 6_000_000_000 + count))


async def given(bench: Bench, readers_: Sequence[int], text: str) -> int:
    """Let all redeem at once, half of them through each program; return how many were given it."""
    await bench.start(*readers_)
    answers = await asyncio.gather(
        *(
            bench.doors[number % 2].redeem(reader_id, text, f"{reader_id}:1")
            for number, reader_id in enumerate(readers_)
        )
    )
    return sum(answer.outcome is Outcome.GIVEN for answer in answers)


async def with_access(bench: Bench, readers_: Sequence[int]) -> int:
    people = [await bench.reader(number) for number in readers_]
    return sum(reader.full_until is not None for reader in people)


async def test_of_two_hundred_who_redeem_one_code_at_once_one_gets_it(bench: Bench) -> None:
    bench.has(PRINTED)
    (code,) = await bench.make_codes()
    assert await given(bench, crowd(), code) == 1
    assert await with_access(bench, crowd()) == 1
    (listed,) = await bench.offers.listed()
    assert (listed.taken.taken, listed.codes.redeemed, listed.codes.left) == (1, 1, 0)


@pytest.mark.parametrize("cap", [1, 37])
async def test_of_two_hundred_who_redeem_at_once_as_many_get_it_as_the_cap_allows(
    bench: Bench, cap: int
) -> None:
    bench.has(replace(HOLIDAY, cap=cap))
    assert await given(bench, crowd(), "HOLIDAY") == cap
    assert await with_access(bench, crowd()) == cap
    (listed,) = await bench.offers.listed()
    assert (listed.taken.taken, listed.left, listed.state) == (cap, 0, OfferState.USED_UP)


async def test_one_reader_who_redeems_two_hundred_times_at_once_gets_it_once(bench: Bench) -> None:
    bench.has(HOLIDAY)
    answers = await asyncio.gather(
        *(bench.doors[number % 2].redeem(ANA, "HOLIDAY", f"{ANA}:{number}") for number in range(MANY))
    )
    assert sum(answer.outcome is Outcome.GIVEN for answer in answers) == 1
    assert await bench.until(ANA) == MONDAY + timedelta(days=30)
    (listed,) = await bench.offers.listed()
    assert listed.taken.taken == 1


async def test_a_promotion_tapped_by_two_hundred_at_once_is_given_as_often_as_its_cap_allows(
    bench: Bench,
) -> None:
    bench.has(replace(PROMOTION, cap=5))
    await bench.start(*crowd())
    answers = await asyncio.gather(
        *(bench.doors[number % 2].take(number, "SUMMER", f"{number}:1") for number in crowd())
    )
    assert sum(answer.outcome is Outcome.GIVEN for answer in answers) == 5
    assert {answer.outcome for answer in answers} == {Outcome.GIVEN, Outcome.OVER}


async def test_a_request_handled_again_gives_once_and_says_the_same(bench: Bench) -> None:
    bench.has(replace(HOLIDAY, per_person=5))
    first = await bench.offers.redeem(ANA, "HOLIDAY", "the same")
    again = await asyncio.gather(*(door.redeem(ANA, "HOLIDAY", "the same") for door in bench.doors))
    assert first.outcome is Outcome.GIVEN
    assert again == [first, first]
    assert await bench.until(ANA) == MONDAY + timedelta(days=30)


async def test_one_button_gives_no_second_code_of_the_same_offer_for_nothing(bench: Bench) -> None:
    bench.has(replace(PRINTED, per_person=2))
    mine, other = await bench.make_codes(2)
    for code in (mine, other):
        assert (await bench.offers.redeem(ANA, code, "the same")).outcome is Outcome.GIVEN
    (listed,) = await bench.offers.listed()
    assert (listed.taken.taken, listed.codes.redeemed) == (2, 2)
    assert await bench.until(ANA) == MONDAY + timedelta(days=20)


async def test_time_adds_up(bench: Bench) -> None:
    bench.has(HOLIDAY, PROMOTION)
    await Subscriptions(bench.database, bench.clock, KEY).start_trial(ANA, 7)
    looked = await bench.offers.look(ANA, "holiday", "looks")
    redeemed = await bench.offers.redeem(ANA, "holiday", "redeems")
    assert (looked.until, looked.added) == (MONDAY + timedelta(days=37), True)
    assert (redeemed.until, redeemed.added) == (looked.until, True)
    taken = await bench.offers.take(ANA, "SUMMER", "takes")
    assert taken.until == await bench.until(ANA) == MONDAY + timedelta(days=51)


async def test_to_look_gives_nothing(bench: Bench) -> None:
    bench.has(HOLIDAY, PROMOTION, PRINTED)
    (code,) = await bench.make_codes()
    for looked in (
        await bench.offers.look(ANA, "HOLIDAY", "1"),
        await bench.offers.look(ANA, code, "2"),
        await bench.offers.look_at(ANA, "SUMMER"),
    ):
        assert looked.outcome is Outcome.OPEN
    assert await bench.until(ANA) is None
    assert {listed.taken.taken for listed in await bench.offers.listed()} == {0}


async def test_who_has_access_for_ever_uses_nothing_up(bench: Bench) -> None:
    bench.has(PRINTED, PROMOTION)
    (code,) = await bench.make_codes()
    await bench.give(ANA, Grant(Source.COMPLIMENTARY, "for ever", MONDAY))
    for answer in (await bench.offers.redeem(ANA, code, "1"), await bench.offers.take(ANA, "SUMMER", "2")):
        assert (answer.outcome, answer.until) == (Outcome.FOREVER, FOREVER)
    assert await bench.offers.promotion(await bench.reader(ANA)) is None
    assert (await bench.offers.redeem(BEN, code, "3")).outcome is Outcome.GIVEN


async def test_a_promotion_is_hers_until_she_has_used_it_up(bench: Bench) -> None:
    twice = replace(PROMOTION, per_person=2)
    bench.has(twice)
    assert await bench.offers.promotion(await bench.reader(ANA)) == twice
    await bench.offers.take(ANA, "SUMMER", "1")
    assert (await bench.reader(ANA)).promotion is None
    assert await bench.offers.promotion(await bench.reader(ANA)) == twice
    await bench.offers.take(ANA, "SUMMER", "2")
    assert (await bench.reader(ANA)).promotion == "SUMMER"
    assert await bench.offers.promotion(await bench.reader(ANA)) is None
    third = await bench.offers.take(ANA, "SUMMER", "3")
    assert (third.outcome, third.at) == (Outcome.HAD, MONDAY)


async def test_an_old_button_says_that_she_had_it_once_it_is_over(bench: Bench) -> None:
    bench.has(PROMOTION, PRINTED)
    (code,) = await bench.make_codes()
    await bench.offers.take(ANA, "SUMMER", "the same")
    await bench.offers.redeem(BEN, code, "the same")
    bench.later(days=9)
    assert (await bench.offers.take(ANA, "SUMMER", "the same")).outcome is Outcome.GIVEN
    bench.later(days=21)
    tapped = await bench.offers.take(ANA, "SUMMER", "the same")
    pressed = await bench.offers.redeem(BEN, code, "the same")
    assert [(each.outcome, each.at, each.until) for each in (tapped, pressed)] == [
        (Outcome.HAD, MONDAY, None)
    ] * 2


async def test_one_button_gives_an_offer_as_often_as_she_may_have_it(bench: Bench) -> None:
    bench.has(replace(PROMOTION, code="SUMMER", per_person=3))
    for _ in range(2):
        for _ in range(2):  # tapped twice while it runs, it gives once
            assert (await bench.offers.take(ANA, "SUMMER", "the same")).outcome is Outcome.GIVEN
            assert await bench.until(ANA) == bench.clock.now() + timedelta(days=14)
        bench.later(days=15)
    assert (await bench.offers.redeem(ANA, "SUMMER", "the same")).outcome is Outcome.GIVEN
    bench.later(days=15)
    assert (await bench.offers.take(ANA, "SUMMER", "the same")).outcome is Outcome.HAD
    (listed,) = await bench.offers.listed()
    assert listed.taken.taken == 3


async def test_a_window_is_open_in_the_publication_s_own_zone(bench: Bench) -> None:
    zone = ZoneInfo("America/Asuncion")
    assert bench.publication.zone == zone
    bench.has(replace(PROMOTION, code="SUMMER", starts=date(2025, 12, 24), ends=date(2025, 12, 25)))
    for moment, outcome in (
        (datetime(2025, 12, 23, 23, 59, tzinfo=zone), Outcome.UNKNOWN),
        (datetime(2025, 12, 24, 0, 0, tzinfo=zone), Outcome.OPEN),
        (datetime(2025, 12, 25, 23, 59, tzinfo=zone), Outcome.OPEN),
        (datetime(2025, 12, 26, 0, 0, tzinfo=zone), Outcome.UNKNOWN),
    ):
        bench.clock.move_to(moment)
        assert (await bench.offers.look(ANA, "SUMMER", f"{moment}")).outcome is outcome
        tapped = Outcome.OVER if outcome is Outcome.UNKNOWN else outcome
        assert (await bench.offers.look_at(ANA, "SUMMER")).outcome is tapped
        promoted = await bench.offers.promotion(await bench.reader(ANA))
        assert (promoted is not None) is (outcome is Outcome.OPEN)


async def test_new_is_who_never_had_access(bench: Bench) -> None:
    bench.has(replace(HOLIDAY, who=OfferFor.NEW))
    await Subscriptions(bench.database, bench.clock, KEY).start_trial(ANA, 7)
    assert (await bench.offers.redeem(ANA, "HOLIDAY", "1")).outcome is Outcome.NOT_HERS
    bench.later(days=30)
    assert (await bench.offers.redeem(ANA, "HOLIDAY", "2")).outcome is Outcome.NOT_HERS
    assert (await bench.offers.redeem(BEN, "HOLIDAY", "3")).outcome is Outcome.GIVEN


async def test_lapsed_is_who_had_access_and_has_none_now(bench: Bench) -> None:
    bench.has(replace(HOLIDAY, who=OfferFor.LAPSED))
    await Subscriptions(bench.database, bench.clock, KEY).start_trial(ANA, 7)
    for reader_id, request in ((ANA, "1"), (BEN, "2")):
        assert (await bench.offers.redeem(reader_id, "HOLIDAY", request)).outcome is Outcome.NOT_HERS
    bench.later(days=8)
    assert (await bench.offers.redeem(ANA, "HOLIDAY", "3")).outcome is Outcome.GIVEN


async def test_who_redeemed_a_code_is_told_when_and_others_only_that_it_does_not_work(bench: Bench) -> None:
    bench.has(PRINTED, HOLIDAY)
    (code,) = await bench.make_codes()
    await bench.offers.redeem(ANA, code, "1")
    bench.later(days=2)
    hers, bens = await bench.offers.look(ANA, code, "2"), await bench.offers.look(BEN, code, "3")
    wrong = await bench.offers.look(BEN, "CCCC-DDDD-FFF", "4")
    assert (hers.outcome, hers.at, hers.until) == (Outcome.HAD, MONDAY, MONDAY + timedelta(days=10))
    assert bens == wrong
    bench.has(HOLIDAY)  # the offer was taken out of publication.toml
    assert (await bench.offers.look(ANA, code, "5")).outcome is Outcome.HAD
    bench.has(replace(HOLIDAY, ends=date(2025, 1, 1)))
    assert await bench.offers.look(BEN, "HOLIDAY", "6") == wrong


async def test_a_second_code_of_the_same_offer_stays_unused(bench: Bench) -> None:
    bench.has(PRINTED)
    mine, other = await bench.make_codes(2)
    await bench.offers.redeem(ANA, mine, "1")
    again = await bench.offers.redeem(ANA, other, "2")
    assert (again.outcome, again.at) == (Outcome.ENOUGH, MONDAY)
    assert (await bench.offers.redeem(BEN, other, "3")).outcome is Outcome.GIVEN


@pytest.mark.parametrize("typed", ["{}", " {} ", "«{}»", "{}."])
async def test_a_code_is_understood_in_every_spelling(bench: Bench, typed: str) -> None:
    bench.has(PRINTED)
    (code,) = await bench.make_codes()
    lookalikes = str.maketrans("52860", "szbgo")
    for spelling in (
        code,
        code.lower(),
        code.replace("-", ""),
        code.replace("-", " "),
        code.replace("-", "–"),
    ):
        answer = await bench.offers.look(ANA, typed.format(spelling.lower().translate(lookalikes)), spelling)
        assert answer.outcome is Outcome.OPEN


@pytest.mark.parametrize(
    "text", ["", " ", "'; DROP TABLE codes; --", "x' OR '1'='1", "💡", "what do you mean by that", "A" * 400]
)
async def test_what_has_no_code_s_form_counts_as_no_try(bench: Bench, text: str) -> None:
    bench.has(HOLIDAY)
    for number in range(2 * MOST_TRIES):
        assert (await bench.offers.look(ANA, text, f"{number}")).outcome is Outcome.NO_CODE
    assert (await bench.offers.look(ANA, "HOLIDAY", "right")).outcome is Outcome.OPEN


async def test_after_five_wrong_codes_even_a_right_one_waits_for_ten_minutes(bench: Bench) -> None:
    bench.has(HOLIDAY)
    for number in range(MOST_TRIES):
        assert (await bench.offers.look(ANA, f"WRONG{number}", f"{number}")).outcome is Outcome.UNKNOWN
        bench.later(minutes=1)
    waits = await bench.offers.redeem(ANA, "HOLIDAY", "right")
    assert (waits.outcome, waits.at) == (Outcome.WAIT, MONDAY + TRIES_WINDOW)
    assert (await bench.offers.redeem(BEN, "HOLIDAY", "Ben")).outcome is Outcome.GIVEN
    bench.clock.move_to(MONDAY + TRIES_WINDOW)
    assert (await bench.offers.redeem(ANA, "HOLIDAY", "right")).outcome is Outcome.GIVEN


async def test_a_wrong_code_handled_again_is_one_try(bench: Bench) -> None:
    for _ in range(2 * MOST_TRIES):
        assert (await bench.offers.look(ANA, "WRONG", "the same")).outcome is Outcome.UNKNOWN
    assert (await bench.offers.look(ANA, "WRONG", "another")).outcome is Outcome.UNKNOWN


async def test_many_codes_behind_one_button_are_many_tries(bench: Bench) -> None:
    outcomes = [(await bench.offers.redeem(ANA, f"WRONG{number}", "the same")).outcome for number in range(9)]
    assert outcomes == [Outcome.UNKNOWN] * MOST_TRIES + [Outcome.WAIT] * 4


async def test_two_hundred_guesses_at_once_are_five_tries(bench: Bench) -> None:
    answers = await asyncio.gather(
        *(bench.doors[number % 2].look(ANA, f"WRONG{number}", f"{number}") for number in range(MANY))
    )
    assert sum(answer.outcome is Outcome.UNKNOWN for answer in answers) == MOST_TRIES


async def test_thousands_of_guesses_tell_nothing_and_are_five_tries_in_ten_minutes(bench: Bench) -> None:
    over, full = replace(HOLIDAY, id="OVER", code="OVER", ends=date(2025, 1, 1)), replace(HOLIDAY, cap=1)
    bench.has(PRINTED, over, full)
    used, unused = await bench.make_codes(2)
    await bench.offers.redeem(BEN, used, "Ben")
    await bench.offers.redeem(BEN, "HOLIDAY", "Ben")
    guesses, seen, tried = (used, "OVER", "HOLIDAY", "CCCC-DDDD-FFF", "NEVER"), set(), 0
    for number in range(GUESSES):
        guess = unused if number % 500 == 499 else guesses[number % len(guesses)]
        answer = await bench.offers.look(ANA, guess, f"{number}")
        tried += answer.outcome is Outcome.UNKNOWN
        seen.add(replace(answer, at=None))
        bench.later(hours=1 / GUESSES)
    assert {answer.outcome for answer in seen} == {Outcome.UNKNOWN, Outcome.WAIT}
    assert len(seen) == 2
    assert tried <= MOST_TRIES * 6
    async with bench.database.read() as session:
        assert len(await codes.tries(session, ANA, MONDAY - TRIES_WINDOW, "")) == tried


async def test_an_ended_offer_is_ended_once_and_every_admin_is_told(bench: Bench) -> None:
    bench.has(replace(PROMOTION, code="SUMMER"))
    ended = await asyncio.gather(*(bench.doors[number % 2].end("SUMMER", 1 + number) for number in range(20)))
    assert sum(ended) == 1
    admin = 1 + ended.index(True)
    async with bench.database.read() as session:
        entries, untold = await audit.last(session, 10), await notices.untold(session)
    assert [(entry.admin_id, entry.act, entry.about) for entry in entries] == [(admin, "end offer", "SUMMER")]
    assert [(notice.kind, notice.details["by"]) for notice in untold] == [("offer ended", admin)]
    assert (await bench.offers.take(ANA, "SUMMER", "1")).outcome is Outcome.OVER
    assert (await bench.offers.redeem(ANA, "SUMMER", "2")).outcome is Outcome.UNKNOWN
    assert await bench.offers.promotion(await bench.reader(ANA)) is None
    assert await bench.offers.closed() == {"SUMMER"}
    assert not await bench.offers.end("NOTHING", 1)


async def test_what_was_read_before_another_program_took_or_ended_it_does_not_count(bench: Bench) -> None:
    await bench.make_codes()
    async with bench.database.read() as session:
        hashed = (await session.execute(select(tables.codes.c.code))).scalar_one()
    async with bench.database.write() as session:
        assert await offers.end(session, "HOLIDAY", 1, MONDAY)
        assert not await offers.take(session, "HOLIDAY", None)
        assert await offers.take(session, "PRINTED", 1)
        assert not await offers.take(session, "PRINTED", 1)
        assert await codes.redeem(session, hashed, ANA, MONDAY)
        assert not await codes.redeem(session, hashed, BEN, MONDAY)


async def test_an_offer_ended_while_many_redeem_it_is_given_to_nobody_afterwards(bench: Bench) -> None:
    bench.has(HOLIDAY)
    await bench.start(*crowd(40))
    redeeming = [bench.doors[number % 2].redeem(number, "HOLIDAY", f"{number}") for number in crowd(40)]
    answers, ended = await asyncio.gather(asyncio.gather(*redeeming), bench.offers.end("HOLIDAY", 1))
    given_ = sum(answer.outcome is Outcome.GIVEN for answer in answers)
    (listed,) = await bench.offers.listed()
    assert ended
    assert given_ == listed.taken.taken == await with_access(bench, crowd(40))


@pytest.mark.parametrize("forged", ["HOLIDAY", "PRINTED", "NOTHING", "'; --", ""])
async def test_a_forged_button_gives_no_offer_but_a_promotion(bench: Bench, forged: str) -> None:
    bench.has(HOLIDAY, PRINTED, PROMOTION)
    assert (await bench.offers.take(ANA, forged, "1")).outcome is Outcome.OVER
    assert await bench.until(ANA) is None


async def test_codes_are_kept_as_hashes_only(bench: Bench) -> None:
    bench.has(PRINTED)
    made = await bench.make_codes(3)
    other = Offers(bench.database, bench.clock, b"another key", lambda: bench.publication)
    assert (await other.redeem(ANA, made[0], "1")).outcome is Outcome.UNKNOWN
    async with bench.database.read() as session:
        for code in made:
            assert await codes.find(session, code) is None
            assert await codes.find(session, code.replace("-", "")) is None


async def test_who_deleted_her_data_cannot_redeem_it_again(bench: Bench) -> None:
    bench.has(replace(PROMOTION, who=OfferFor.NEW), replace(HOLIDAY, who=OfferFor.NEW))
    await bench.offers.take(ANA, "SUMMER", "1")
    async with bench.database.write() as session:
        await readers.change(session, ANA, promotion=None, full_until=None, full_since=None, trial_at=None)
    assert (await bench.offers.take(ANA, "SUMMER", "2")).outcome is Outcome.HAD
    assert (await bench.reader(ANA)).promotion == "SUMMER"
    assert (await bench.offers.redeem(ANA, "HOLIDAY", "3")).outcome is Outcome.NOT_HERS


async def test_who_paid_and_deleted_her_data_is_not_new_again(bench: Bench) -> None:
    bench.has(replace(PROMOTION, who=OfferFor.NEW, code="SUMMER"))
    await Charges(bench.database, bench.clock).record(once())
    await PersonalData(bench.database, bench.clock, KEY).delete(ANA)
    await bench.start(ANA)
    assert await bench.offers.promotion(await bench.reader(ANA)) is None
    assert (await bench.offers.take(ANA, "SUMMER", "1")).outcome is Outcome.NOT_HERS
    assert (await bench.offers.redeem(ANA, "SUMMER", "2")).outcome is Outcome.NOT_HERS


async def test_an_offer_s_grant_is_taken_back_like_any_other(bench: Bench) -> None:
    bench.has(HOLIDAY)
    await bench.offers.redeem(ANA, "HOLIDAY", "1")
    taken = await Granting(bench.database, bench.clock).take_back(ANA, by=1, request="back")
    assert [grant.source for grant in taken.grants] == [Source.OFFER]
    assert await bench.until(ANA) is None
    assert (await bench.offers.redeem(ANA, "HOLIDAY", "2")).outcome is Outcome.HAD
