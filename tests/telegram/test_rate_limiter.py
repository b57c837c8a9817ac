"""The pace of all that leaves: even, replies first, chats spaced, cooldowns obeyed."""

import asyncio
import heapq
from collections import deque
from collections.abc import Awaitable
from itertools import cycle, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.api.pacing.campaign_slots import LEAST
from bot.telegram.api.pacing.fair_queue import QUEUE_FULL, NoTurnError, Ticket
from bot.telegram.api.pacing.rate_limiter import LATER_SECONDS, MOST_WAITING, RateLimiter

ANA, LUZ, EVA = 1, 2, 3


class Time:
    """A clock that stands still until everyone sleeps, and then is the next one's to wake."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self._waiting: list[tuple[float, int, asyncio.Event]] = []
        self._number = 0
        self.late = cycle([0.0])
        """By how many seconds each task wakes too late."""

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self._number += 1
        woken = asyncio.Event()
        heapq.heappush(self._waiting, (self.now + seconds + next(self.late), self._number, woken))
        await woken.wait()

    async def run(self, work: Awaitable[object]) -> None:
        """Let time pass until this is done; what never ends is a failure."""
        task = asyncio.ensure_future(work)
        for _ in range(200_000):
            for _ in range(20):  # whoever can go on does
                await asyncio.sleep(0)
            if task.done():
                await task
                return
            moment, _, woken = heapq.heappop(self._waiting)
            self.now = max(self.now, moment)
            woken.set()
        raise AssertionError("it never ends")


class Street:
    """What has left, and when."""

    def __init__(self, send_rate: int = 25, ceiling: int = 30, *, paid: bool = False) -> None:
        self.time = Time()
        self.rate_limiter = RateLimiter(
            1.0,
            send_rate=send_rate,
            ceiling=ceiling,
            paid=paid,
            monotonic=self.time,
            sleep=self.time.sleep,
        )
        self.left: list[tuple[float, int, str]] = []

    async def replies(self, chat: int, patience: float = 30.0) -> float:
        away = await self.rate_limiter.turn(chat, patience)
        if not away:
            self.left.append((self.time.now, chat, "reply"))
        return away

    async def campaign(self, chats: range) -> None:
        """Write to all of them, later to those whose turn has not come yet."""
        waiting = deque(chats)
        while waiting:
            chat = waiting.popleft()
            if away := await self.campaign_turn(chat):
                waiting.append(chat)
                await self.time.sleep(min(away, 0.1))
            else:
                self.left.append((self.time.now, chat, "campaign"))

    async def campaign_turn(self, chat: int) -> float:
        """Wait for a slot and take it, as the sender does."""
        while not await self.rate_limiter.reserve_slots(1):
            await self.time.sleep(0.001)
        return self.rate_limiter.take_slot(chat)

    def busiest(self) -> int:
        """Return the most that left within any one second."""
        moments = [moment for moment, _, _ in self.left]
        return max(sum(start <= left_at < start + 1.0 for left_at in moments) for start in moments)


async def test_a_take_slot_evenly_and_uses_its_rate() -> None:
    street = Street(send_rate=25, ceiling=30)
    begun = street.time.now
    await street.time.run(street.campaign(range(100, 350)))
    moments = [moment for moment, _, _ in street.left]
    assert street.busiest() <= 25
    assert max(later - earlier for earlier, later in pairwise(moments)) < 3 / 25
    assert 249 / 25 <= moments[-1] - begun < 1.03 * 250 / 25


@given(
    st.lists(st.tuples(st.sampled_from(range(1, 40)), st.floats(0, 3)), max_size=60),
    st.sampled_from([1, 100]),
)
def test_whatever_readers_ask_for_no_second_has_more_than_the_ceiling(
    asked: list[tuple[int, float]], first: int
) -> None:
    """The campaign writes to the same readers as the replies (`first` 1), or to others."""
    street = Street(send_rate=10, ceiling=12)

    async def asks(chat: int, after: float) -> None:
        await street.time.sleep(after)
        await street.replies(chat)

    async def all_of_it() -> None:
        await asyncio.gather(
            street.campaign(range(first, first + 30)), *(asks(*request) for request in asked)
        )

    asyncio.run(street.time.run(all_of_it()))
    assert street.busiest() <= 12
    for chat in {chat for _, chat, _ in street.left}:
        own = [moment for moment, other_chat, _ in street.left if other_chat == chat]
        assert all(later - earlier > 1.0 - 1e-6 for earlier, later in pairwise(own))
    assert len(street.left) == 30 + len(asked)


async def test_a_reply_does_not_wait_for_the_campaign() -> None:
    street = Street(send_rate=25, ceiling=30)

    async def asks() -> None:
        await street.time.sleep(2.0)
        began = street.time.now
        await street.replies(ANA)
        assert street.time.now - began < 0.05

    async def both() -> None:
        await asyncio.gather(street.campaign(range(100, 200)), asks())

    await street.time.run(both())


async def test_replies_to_a_crowd_do_not_leave_all_at_once() -> None:
    street = Street(send_rate=25, ceiling=30)
    begun = street.time.now

    async def crowd() -> None:
        await asyncio.gather(*(street.replies(chat) for chat in range(60)))

    await street.time.run(crowd())
    moments = [moment - begun for moment, _, _ in street.left]
    assert max(sum(start <= left_at < start + 0.3 for left_at in moments) for start in moments) <= 10
    assert moments[-1] < 2.05  # and yet as fast as Telegram permits


async def test_a_reply_that_left_late_and_a_campaign_keep_a_readers_second_between_them() -> None:
    """Her reply had its turn long before there was room for it; a campaign comes to her just then."""
    street = Street(send_rate=2, ceiling=3)

    async def campaign() -> None:
        await street.time.sleep(3.0)
        await street.campaign(range(EVA, EVA + 1))

    async def all_of_it() -> None:
        await asyncio.gather(
            *(street.replies(chat) for chat in range(100, 109)), street.replies(EVA), campaign()
        )
        await street.campaign(range(EVA, EVA + 1))

    await street.time.run(all_of_it())
    own = [moment for moment, chat, _ in street.left if chat == EVA]
    assert len(own) == 3
    assert all(later - earlier > 1.0 - 1e-6 for earlier, later in pairwise(own))


async def test_a_campaign_that_may_use_all_of_the_ceiling_leaves_it_to_a_crowd_but_for_its_least_share() -> (
    None
):
    street = Street(send_rate=30, ceiling=30)

    async def crowd() -> None:
        await street.time.sleep(2.0)
        await asyncio.gather(*map(street.replies, range(30)))

    async def both() -> None:
        await asyncio.gather(street.campaign(range(1_000, 1_200)), crowd())

    begun = street.time.now
    await street.time.run(both())
    replies = [moment for moment, _, priority in street.left if priority == "reply"]
    assert replies[-1] - begun < 3.1 / (1 - LEAST) - 0.4
    beside = sum(
        begun + 2.0 < other_chat < replies[-1]
        for other_chat, _, priority in street.left
        if priority == "campaign"
    )
    assert beside <= 30 * LEAST * (replies[-1] - begun - 2.0) + 1
    assert street.busiest() <= 30


@pytest.mark.parametrize(("send_rate", "ceiling"), [(25, 30), (30, 30), (100, 100)])
async def test_whoever_writes_a_campaign_keeps_a_fifth_of_its_rate(send_rate: int, ceiling: int) -> None:
    street = Street(send_rate=send_rate, ceiling=ceiling)
    over = street.time.now + 10.0

    async def writes_all_the_time(chat: int) -> None:
        while street.time.now < over:
            await street.replies(chat)

    async def all_of_it() -> None:
        writers = (writes_all_the_time(chat) for chat in range(1, 2 * ceiling))
        campaign = asyncio.ensure_future(street.campaign(range(1_000, 1_000 + 20 * send_rate)))
        await asyncio.gather(*writers)
        campaign.cancel()

    begun = street.time.now
    await street.time.run(all_of_it())
    sent = [moment - begun for moment, _, priority in street.left if priority == "campaign" and moment < over]
    assert len(sent) >= 10 * send_rate / 5
    for second in range(10):
        assert sum(second <= moment < second + 1 for moment in sent) >= send_rate / 5 - 1
    assert street.busiest() <= ceiling
    replies = sum(priority == "reply" for _, _, priority in street.left)
    assert replies >= 0.7 * 10 * ceiling  # and no more than that share is taken from the replies


async def test_replies_that_leave_at_once_do_not_starve_a_campaign_either() -> None:
    """27 a second never wait themselves, and fill a campaign's whole second."""
    street = Street(send_rate=25, ceiling=30)

    async def writes(chat: int) -> None:
        await street.time.sleep(chat / 27)
        await street.replies(chat)

    async def all_of_it() -> None:
        campaign = asyncio.ensure_future(street.campaign(range(1_000, 2_000)))
        await asyncio.gather(*(writes(chat) for chat in range(1, 270)))
        campaign.cancel()

    await street.time.run(all_of_it())
    assert sum(priority == "campaign" for _, _, priority in street.left) >= 10 * 25 / 5
    assert street.rate_limiter.yielded_seconds > 5.0
    assert street.busiest() <= 30


async def test_a_group_gets_no_more_than_twenty_messages_a_minute() -> None:
    street = Street()
    group = -4_000_000_001

    async def all_of_them() -> None:
        for _ in range(25):
            await street.replies(group)

    await street.time.run(all_of_them())
    moments = [moment for moment, _, _ in street.left]
    assert all(later - earlier >= 3.0 for earlier, later in pairwise(moments))
    assert max(sum(start <= left_at < start + 60.0 for left_at in moments) for start in moments) <= 20


async def test_the_429s_of_groups_pause_nobody_else() -> None:
    street = Street()
    assert street.rate_limiter.too_many_requests(-7, 40.0) == -7
    assert street.rate_limiter.too_many_requests(-8, 40.0) == -8
    assert street.rate_limiter.cooldown_left() == 0.0
    assert street.rate_limiter.too_many_requests(ANA, 5.0) == ANA  # a group's is none that this one repeats
    assert street.rate_limiter.too_many_requests(-7, 40.0) == -7
    assert street.rate_limiter.cooldown_left() == 0.0
    assert street.rate_limiter.wait(-8) == pytest.approx(40.0)


async def test_next_is_who_had_the_fewest_answers_in_the_last_minute() -> None:
    street = Street(send_rate=2, ceiling=2)
    over = street.time.now + 60.0
    waited: list[float] = []

    async def writes_all_the_time(chat: int) -> None:
        while street.time.now < over:
            await street.replies(chat)

    async def asks() -> None:
        await street.time.sleep(40.0)
        began = street.time.now
        await street.replies(LUZ)
        waited.append(street.time.now - began)

    async def all_of_it() -> None:
        await asyncio.gather(*map(writes_all_the_time, range(100, 120)), asks())

    await street.time.run(all_of_it())
    assert waited[0] < 1.1
    each = [sum(chat == number for _, chat, _ in street.left) for number in range(100, 120)]
    assert max(each) - min(each) <= 1


async def test_of_those_who_had_no_answer_yet_next_is_of_whom_the_fewest_updates_wait() -> None:
    """300 new accounts that write all the time leave a newcomer's first answer under three seconds."""
    street = Street(send_rate=25, ceiling=30)
    waited: list[float] = []

    def floods(place: Ticket | None) -> None:
        if place:
            place.behind = 5

    async def one_of_them(chat: int) -> None:
        await street.rate_limiter.turn(chat, seen=floods)

    async def asks() -> None:
        await street.time.sleep(0.1)
        began = street.time.now
        await street.replies(LUZ)
        waited.append(street.time.now - began)

    async def all_of_it() -> None:
        await asyncio.gather(*map(one_of_them, range(100, 400)), asks())

    await street.time.run(all_of_it())
    assert waited[0] < 1.1


async def test_an_answer_with_more_of_its_askers_behind_it_waits_three_seconds_for_room() -> None:
    street = Street(send_rate=1, ceiling=1)
    told: list[tuple[float, float]] = []

    def floods(place: Ticket | None) -> None:
        if place:
            place.behind = 1

    async def asks() -> None:
        await street.time.sleep(0.5)
        away = await street.rate_limiter.turn(LUZ, 3.0, seen=floods)
        told.append((street.time.now, away))

    async def all_of_it() -> None:
        await asyncio.gather(*map(street.replies, range(100, 120)), asks())

    begun = street.time.now
    await street.time.run(all_of_it())
    ((moment, away),) = told
    assert 3.5 <= moment - begun <= 4.6
    assert away == LATER_SECONDS
    assert len(street.left) == 20


async def test_what_was_answered_more_than_a_minute_ago_counts_no_more() -> None:
    street = Street(send_rate=1, ceiling=1)
    for _ in range(5):
        await street.time.run(street.replies(ANA))
    street.time.now += 61.0
    await street.time.run(street.replies(EVA))  # now there is no room for a second

    async def both() -> None:
        await asyncio.gather(street.replies(ANA), street.replies(LUZ))

    await street.time.run(both())
    assert [chat for _, chat, _ in street.left][-2:] == [ANA, LUZ]


async def test_in_a_group_the_asker_counts_and_who_floods_it_gives_way() -> None:
    street = Street()
    group, flooder, other = -7, 100, 101
    told: list[str] = []

    async def asks(asker: int) -> None:
        try:
            await street.rate_limiter.turn(group, asker=asker)
        except NoTurnError as error:
            told.append(f"{asker}: {error}")
        else:
            street.left.append((street.time.now, asker, "reply"))

    async def later() -> None:
        await street.time.sleep(4.0)
        await asks(other)

    async def all_of_it() -> None:
        await asyncio.gather(*(asks(flooder) for _ in range(30)), later())

    begun = street.time.now
    await street.time.run(all_of_it())
    assert next(moment - begun for moment, asker, _ in street.left if asker == other) < 6.3
    assert 9 <= sum(asker == flooder for _, asker, _ in street.left) <= 11
    assert set(told) == {f"{flooder}: {QUEUE_FULL}"}


async def test_who_waits_for_no_long_cooldown_waits_for_her_turn_in_a_group_all_the_same() -> None:
    street = Street()
    group = -7

    async def both() -> None:
        await asyncio.gather(*(street.replies(group, patience=3.0) for _ in range(2)))

    await street.time.run(both())
    assert [chat for _, chat, _ in street.left] == [group, group]


async def test_a_crowd_larger_than_memory_does_not_wait_and_a_newcomer_finds_room() -> None:
    street = Street()
    refused: list[int] = []

    async def asks(chat: int) -> None:
        try:
            await street.replies(chat)
        except NoTurnError:
            refused.append(chat)

    async def all_of_it() -> None:
        await asyncio.gather(*map(asks, range(100, 110)))
        await street.time.sleep(2.0)
        full, many = range(1_000, 1_010), range(2_000, 2_000 + MOST_WAITING - 5)
        await asyncio.gather(*map(asks, (*full, *range(100, 110), *many, LUZ)))

    await street.time.run(all_of_it())
    assert LUZ not in refused
    assert len(refused) == 6
    assert set(refused) <= set(range(100, 110))


async def test_paid_campaigns_leave_the_ceiling_to_the_replies_and_go_on_beside_them() -> None:
    street = Street(send_rate=200, ceiling=30, paid=True)

    async def crowd() -> None:
        await street.time.sleep(1.5)
        await asyncio.gather(*map(street.replies, range(90)))

    async def both() -> None:
        await asyncio.gather(street.campaign(range(1_000, 1_800)), crowd())

    begun = street.time.now
    await street.time.run(both())
    replies = [moment for moment, _, priority in street.left if priority == "reply"]
    assert max(sum(start <= reply < start + 1.0 for reply in replies) for start in replies) == 30
    assert replies[-1] - begun < 1.5 + 3.1
    assert street.left[-1][0] - begun < 1.03 * (800 + 90) / 200
    assert street.busiest() <= 200


async def test_slots_are_waited_for_and_not_taken() -> None:
    street = Street(send_rate=10)

    async def three_times() -> None:
        assert await street.rate_limiter.reserve_slots(5) == 1
        assert await street.rate_limiter.reserve_slots(5) == 1  # nobody has taken it
        assert street.rate_limiter.take_slot(ANA) == 0.0
        begun = street.time.now
        assert await street.rate_limiter.reserve_slots(5) == 1
        assert street.time.now - begun == pytest.approx(1.02 / 10, abs=0.06)

    await street.time.run(three_times())


async def test_replies_leave_a_campaign_the_room_of_the_slots_that_it_was_told_of() -> None:
    """Between the slot and the message lies the claim: a row that is claimed waits for nobody."""
    street = Street(send_rate=30, ceiling=30)

    async def all_of_it() -> None:
        await street.campaign(range(100, 120))
        replies = [asyncio.ensure_future(street.replies(chat)) for chat in range(200, 240)]
        await street.time.sleep(0)
        assert await street.rate_limiter.reserve_slots(1) == 1
        await street.time.sleep(0.4)
        assert street.rate_limiter.take_slot(ANA) == 0.0
        street.left.append((street.time.now, ANA, "campaign"))
        await asyncio.gather(*replies)

    await street.time.run(all_of_it())
    moments = [moment for moment, _, _ in street.left]
    assert max(sum(start <= left_at < start + 1.019 for left_at in moments) for start in moments) <= 30


async def test_a_slot_that_a_campaign_was_told_of_is_its_own_though_replies_have_come_since() -> None:
    street = Street(send_rate=30, ceiling=30)

    async def all_of_it() -> None:
        await street.campaign(range(100, 110))
        assert await street.rate_limiter.reserve_slots(1) == 1
        replies = [asyncio.ensure_future(street.replies(chat)) for chat in range(200, 240)]
        await street.time.sleep(0.001)
        assert street.rate_limiter.take_slot(ANA) == 0.0
        await asyncio.gather(*replies)

    await street.time.run(all_of_it())


async def test_slots_that_a_campaign_has_nothing_for_are_given_back_to_the_replies() -> None:
    street = Street(send_rate=30, ceiling=30)

    async def fills() -> None:
        await street.campaign(range(100, 110))
        await street.time.sleep(0.1)
        assert await street.rate_limiter.reserve_slots(3) >= 1
        street.rate_limiter.limit_reserved(0)
        await asyncio.gather(*(street.replies(chat) for chat in range(200, 260)))

    await street.time.run(fills())
    replies = [moment for moment, _, priority in street.left if priority == "reply"]
    in_a_part = max(sum(start <= reply < start + 0.33 for reply in replies) for start in replies)
    assert in_a_part == 10


async def test_of_a_fast_campaign_so_many_slots_are_told_as_can_be_taken_at_once() -> None:
    street = Street(send_rate=1_000)

    async def in_batches() -> None:
        chats = iter(range(3_000))
        for _ in range(60):
            count = await street.rate_limiter.reserve_slots(30, 30)
            assert 1 <= count <= 30
            before = street.time.now
            for chat in (next(chats) for _ in range(count)):
                assert street.rate_limiter.take_slot(chat) == 0.0
                street.left.append((street.time.now, chat, "campaign"))
            assert street.time.now == before  # nobody who was told of a slot waits for it

    begun = street.time.now
    await street.time.run(in_batches())
    assert len(street.left) > 0.97 * 1_000 / 1.02 * (street.time.now - begun)
    assert street.busiest() <= 1_000


async def test_where_everyone_is_in_a_cooldown_or_replies_leave_no_room_there_are_no_slots() -> None:
    street = Street(send_rate=1)

    async def both() -> None:
        assert street.rate_limiter.take_slot(ANA) == 0.0
        begun = street.time.now
        assert await street.rate_limiter.reserve_slots(5) == 0  # the next is a second away
        assert street.time.now - begun == pytest.approx(0.5)
        street.rate_limiter.begin_cooldown(None, 60.0)
        assert await street.rate_limiter.reserve_slots(5) == 0
        assert street.time.now - begun == pytest.approx(0.5)

    await street.time.run(both())


async def test_a_chats_own_turn_is_told_apart_from_everyones_cooldown() -> None:
    street = Street()
    street.rate_limiter.begin_cooldown(None, 60.0)
    street.rate_limiter.begin_cooldown(ANA, 20.0)
    assert street.rate_limiter.chat_wait(ANA) == pytest.approx(20.0)
    assert street.rate_limiter.chat_wait(LUZ) == 0.0


async def test_who_was_written_to_a_moment_ago_is_put_off_and_not_waited_for() -> None:
    street = Street(send_rate=25)
    await street.time.run(street.replies(ANA))
    assert street.rate_limiter.take_slot(ANA) == pytest.approx(1.0)
    assert street.rate_limiter.take_slot(LUZ) == 0.0


async def test_the_first_429_pauses_its_chat_and_one_of_another_chat_pauses_all() -> None:
    street = Street()
    assert street.rate_limiter.too_many_requests(ANA, 40.0) == ANA
    assert street.rate_limiter.wait(LUZ) <= 0
    assert street.rate_limiter.too_many_requests(ANA, 40.0) == ANA
    assert street.rate_limiter.too_many_requests(LUZ, 20.0) is None
    assert street.rate_limiter.cooldown_left() == pytest.approx(20.0)
    assert street.rate_limiter.take_slot(EVA) == pytest.approx(20.0)
    assert street.rate_limiter.wait(ANA) == pytest.approx(40.0)


async def test_a_message_that_was_accepted_meanwhile_says_that_the_bot_is_not_meant() -> None:
    street = Street()
    street.rate_limiter.too_many_requests(ANA, 43_000.0)
    street.time.now += 3_600.0
    street.rate_limiter.accepted(EVA)
    assert street.rate_limiter.too_many_requests(LUZ, 40.0) == LUZ
    assert street.rate_limiter.cooldown_left() == 0.0
    street.rate_limiter.accepted(LUZ)  # one that left before its 429
    assert street.rate_limiter.too_many_requests(EVA, 40.0) is None


async def test_a_429_long_after_another_chats_is_that_chats_own() -> None:
    street = Street()
    street.rate_limiter.too_many_requests(ANA, 5.0)
    street.time.now += 60.0
    assert street.rate_limiter.too_many_requests(LUZ, 5.0) == LUZ
    assert street.rate_limiter.cooldown_left() == 0.0


async def test_a_shorter_cooldown_does_not_end_a_longer_one() -> None:
    street = Street()
    street.rate_limiter.begin_cooldown(None, 43_838.0)
    street.rate_limiter.adopt({None: 1.0, ANA: 2.0})
    assert street.rate_limiter.cooldown_left() == pytest.approx(43_838.0)
    street.time.now += 43_839.0
    assert street.rate_limiter.cooldown_left() == 0.0
    assert street.rate_limiter.cooldowns() == {}


async def test_a_reply_that_waits_for_its_second_is_not_sent_into_a_cooldown_that_came_meanwhile() -> None:
    street = Street()

    async def meanwhile() -> None:
        await street.replies(ANA)
        await street.time.sleep(0.5)  # the others wait already
        street.rate_limiter.begin_cooldown(ANA, 5.0)

    async def both() -> None:
        await asyncio.gather(meanwhile(), street.replies(ANA), street.replies(ANA))

    begun = street.time.now
    await street.time.run(both())
    moments = [moment - begun for moment, _, _ in street.left]
    assert moments[0] == 0.0
    assert moments[1] >= 5.5
    assert moments[2] >= moments[1] + 1.0 - 1e-6


async def test_a_message_that_left_a_little_late_puts_the_next_one_off_by_no_whole_second() -> None:
    street = Street()
    street.time.late = cycle([0.005, 0.001])

    async def one_after_another() -> None:
        for _ in range(6):
            await street.replies(ANA)

    await street.time.run(one_after_another())
    moments = [moment for moment, _, _ in street.left]
    assert all(1.0 - 1e-6 < later - earlier < 1.1 for earlier, later in pairwise(moments))


async def test_one_chat_in_a_cooldown_keeps_nobody_else_waiting() -> None:
    street = Street()
    street.rate_limiter.begin_cooldown(ANA, 20.0)

    async def both() -> None:
        await asyncio.gather(street.replies(ANA), street.replies(LUZ))

    begun = street.time.now
    await street.time.run(both())
    assert [(chat, moment - begun) for moment, chat, _ in street.left] == [(LUZ, 0.0), (ANA, 20.0)]


@pytest.mark.parametrize("whom", [None, ANA])
async def test_a_cooldown_longer_than_patience_is_told_at_once(whom: int | None) -> None:
    street = Street()
    street.rate_limiter.begin_cooldown(whom, 600.0)
    assert await street.replies(ANA) == pytest.approx(600.0)
    assert street.left == []


async def test_a_long_cooldown_that_comes_while_a_reply_waits_ends_the_waiting() -> None:
    street = Street(send_rate=1, ceiling=1)
    told: list[float] = []

    async def first() -> None:
        await street.replies(ANA)
        street.rate_limiter.begin_cooldown(None, 600.0)

    async def second() -> None:
        told.append(await street.replies(LUZ))

    async def both() -> None:
        await asyncio.gather(first(), second())

    await street.time.run(both())
    assert told == [pytest.approx(600.0)]
    assert street.time.now == 1_000.0
