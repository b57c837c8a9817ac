"""Down at the due minute, a clock that jumps, a backup put back: sent where that is sure, else asked."""

from datetime import datetime, timedelta

import pytest

from bot.db.operations import notices, timestamps
from bot.db.operations.notices import Notice
from bot.db.operations.stats import last_push
from bot.domain.delivery.campaign import CampaignState, State
from bot.domain.delivery.campaign_actions import Action, Verdict
from telegram_simulator import Latency, Person, ResetAfter
from tests.databases import silent_once
from tests.delivery.mondays import KEY, RELEASE, SUNDAY, Monday, fronts, stays, until
from tests.world import labels


async def start_at(monday: Monday, moment: datetime) -> None:
    """Let the machine be down until this moment, and what it finds then have had its minute of quiet."""
    await monday.world.program.stop()
    monday.world.clock.move_to(moment)
    monday.world.program = monday.world.new_program()
    await monday.world.program.start()
    monday.world.later(minutes=1)


async def restored(monday: Monday) -> None:
    """Leave the mark that `briefing restore` leaves."""
    async with monday.world.program.core.database.write() as session:
        await timestamps.put(session, timestamps.RESTORED, monday.world.clock.now())


async def test_an_issue_missed_by_eleven_hours_is_sent(monday: Monday) -> None:
    people = await monday.enrol(5)
    await start_at(monday, RELEASE + timedelta(hours=11))
    await until(monday.find)
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert await monday.notices("paused") == []
    await monday.agrees()


async def test_an_issue_missed_by_thirteen_hours_waits_for_the_admins(monday: Monday) -> None:
    people = await monday.enrol(5)
    await start_at(monday, RELEASE + timedelta(hours=13))
    await until(monday.find)
    assert (await monday.campaign()).why == "late"
    assert len(await monday.notices("paused")) == 1
    assert await stays(lambda: monday.sends() == 0)
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)


async def test_an_issue_that_was_out_before_the_bot_first_ran_is_not_pushed(monday: Monday) -> None:
    """The issue of the 15th was out on the Sunday on which the program started."""
    await monday.enrol(5)
    assert await monday.world.program.parts.publishing.open_due() is None
    assert await monday.find("2025-12-15") is None


async def test_a_clock_that_jumps_a_week_stops_the_campaign_and_asks(monday: Monday) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.push()
    await monday.at_least(8, State.SENT)
    monday.world.later(days=7)
    await monday.in_state(CampaignState.PAUSED)
    assert (await monday.campaign()).why == "late"
    await monday.wait_until_idle()
    tried = monday.sends()
    assert tried < len(people)
    assert len(await monday.notices("paused")) == 1
    assert await stays(lambda: monday.sends() == tried)
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)
    await monday.agrees()


@pytest.mark.parametrize("hours", [13, 88])
async def test_an_issue_that_a_clock_jumped_to_asks_before_it_is_sent(monday: Monday, hours: int) -> None:
    """It would be sent that much too early if the clock is wrong now."""
    people = await monday.enrol(5)
    await monday.world.program.parts.publishing.open_due()
    monday.world.clock.jump(timedelta(hours=hours))
    await until(monday.find)
    assert (await monday.campaign()).why == "jumped"
    assert (await monday.campaign()).starts_at == RELEASE
    assert len(await monday.notices("paused")) == 1
    assert await stays(lambda: monday.sends() == 0)
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)


async def test_once_the_clock_is_set_right_what_it_had_jumped_over_is_sent_at_its_hour(
    monday: Monday,
) -> None:
    people = await monday.enrol(5)
    issue = monday.world.content / KEY
    issue.rename(monday.world.content / "unfinished")
    await monday.world.reload()
    monday.world.clock.jump(timedelta(days=7))
    assert await monday.world.program.parts.publishing.open_due() is None
    monday.world.clock.jump(timedelta(days=-7))
    assert await monday.world.program.parts.publishing.open_due() is None
    (monday.world.content / "unfinished").rename(issue)
    await monday.world.reload()
    await monday.push()
    assert (await monday.ended()).of(State.SENT) == len(people)


@pytest.mark.parametrize("restarted", [False, True])
async def test_what_a_wrong_clock_froze_is_set_aside_and_the_real_issue_goes_at_its_hour(
    monday: Monday, *, restarted: bool
) -> None:
    """On the Sunday it was half-written."""
    people = await monday.enrol(5)
    await _jump_ahead(monday)
    await _set_right(monday, restarted=restarted)
    await until(lambda: _is_free(monday))
    for language in ("en", "es"):
        edition = monday.world.content / KEY / f"{language}.md"
        edition.write_text(edition.read_text("utf-8").replace(KEY, f"{KEY}, whole"), "utf-8")
    await monday.world.reload()
    assert await monday.world.program.parts.publishing.open_due() is None
    assert await stays(lambda: monday.sends() == 0)
    await monday.push()
    assert (await monday.ended()).of(State.SENT) == len(people)
    assert [len(fronts(person, f"{KEY}, whole")) for person in people] == [1] * len(people)
    await monday.agrees()
    async with monday.world.program.core.database.read() as session:
        push = await last_push(session)
    assert push is not None
    assert push.key == KEY


async def test_admins_see_that_what_a_wrong_clock_opened_was_cancelled(monday: Monday) -> None:
    ada = monday.world.admin()
    await monday.world.ask(ada, "/start")
    await _jump_ahead(monday)
    await until(
        lambda: _sees(ada, "Paused: ", "so I’m asking first") and _sees(ada, "Sent: ", "so I’m asking first")
    )
    asked = next(bubble for bubble in ada.sees if "Paused: " in bubble.text)
    await _set_right(monday)
    await until(lambda: _sees(ada, "Sent: ", "nobody got it", "The clock is right again"))
    await monday.world.tap(ada, "Send now", on=asked)
    assert _sees(ada, "It was cancelled: there’s nothing left to do.")
    assert await _is_free(monday)


async def test_admins_who_hear_of_it_only_once_the_clock_is_right_are_asked_nothing(monday: Monday) -> None:
    ada = monday.world.admin()
    await monday.world.ask(ada, "/start")
    await _jump_ahead(monday)
    details = {"campaign": (await monday.campaign()).id, "why": "jumped"}
    await _set_right(monday)
    await until(lambda: _is_free(monday))
    async with monday.world.program.core.database.write() as session:
        await notices.add(session, Notice("told late", "paused", details), monday.world.clock.now())
    await until(lambda: _sees(ada, "Paused: ", "The clock is right again"))
    (told,) = (bubble for bubble in ada.sees if "Paused: " in bubble.text and "right again" in bubble.text)
    assert labels(told) == []


async def test_what_was_sent_under_a_wrong_clock_is_not_set_aside(monday: Monday) -> None:
    people = await monday.enrol(60)
    await _jump_ahead(monday)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.resume()
    await monday.at_least(8, State.SENT)
    monday.world.clock.jump(timedelta(days=7))
    await monday.in_state(CampaignState.PAUSED)
    await monday.wait_until_idle()
    await _set_right(monday, days=14)
    assert await monday.world.program.parts.publishing.open_due() is None
    assert (await monday.campaign()).state is CampaignState.PAUSED
    monday.world.telegram.faults.clear()
    monday.world.clock.move_to(RELEASE)
    await monday.resume()
    assert (await monday.ended()).of(State.SENT) == len(people)
    await monday.agrees()


async def test_what_an_admin_cancelled_under_a_wrong_clock_comes_at_its_real_hour(monday: Monday) -> None:
    """She said no to that send, a week too early; nobody has said no to the issue."""
    people, ada = await monday.enrol(5), monday.world.admin()
    await monday.world.ask(ada, "/start")
    await _jump_ahead(monday)
    await until(lambda: _sees(ada, "Paused: ", "so I’m asking first"))
    asked = next(bubble for bubble in ada.sees if "Paused: " in bubble.text)
    sure = await monday.world.tap(ada, "Don’t send", on=asked)
    await monday.world.tap(ada, "Yes, cancel it", on=sure)
    await monday.in_state(CampaignState.CANCELLED)
    await _set_right(monday)
    await until(lambda: _is_free(monday))
    assert await monday.world.program.parts.publishing.open_due() is None
    assert await stays(lambda: not any(fronts(someone) for someone in people))
    await monday.push()
    await monday.ended()
    assert [len(fronts(person)) for person in people] == [1] * 5


async def test_what_was_half_sent_and_cancelled_under_a_wrong_clock_comes_to_the_others(
    monday: Monday,
) -> None:
    people = await monday.enrol(60)
    ada = monday.world.admin()
    await monday.world.ask(ada, "/start")
    await _jump_ahead(monday)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.resume()
    await monday.at_least(8, State.SENT)
    await _steer(monday, Action.CANCEL)
    await monday.wait_until_idle()
    had = {person.id for person in people if fronts(person)}
    assert 8 <= len(had) < 60
    monday.world.telegram.faults.clear()
    await _set_right(monday)
    await until(lambda: _is_free(monday))
    await monday.push()
    await monday.ended()
    assert [len(fronts(someone)) for someone in people] == [1] * 60


async def test_what_may_have_arrived_under_a_wrong_clock_is_not_sent_again(monday: Monday) -> None:
    """The answer was lost: nobody knows whether she has it, and she has."""
    people = await monday.enrol(60)
    ada = monday.world.admin()
    await monday.world.ask(ada, "/start")
    await _jump_ahead(monday)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    monday.world.telegram.faults.add(
        method="sendMessage", chat_id=people[0].id, times=None, kind=ResetAfter()
    )
    await monday.resume()
    await monday.at_least(1, State.UNKNOWN)
    await _steer(monday, Action.CANCEL)
    await monday.wait_until_idle()
    monday.world.telegram.faults.clear()
    await _set_right(monday)
    await until(lambda: _is_free(monday))
    await monday.push()
    await monday.ended()
    assert [len(fronts(person)) for person in people] == [1] * 60


async def test_what_was_resumed_under_a_wrong_clock_and_reached_nobody_comes_at_its_real_hour(
    monday: Monday,
) -> None:
    people = await monday.enrol(5)
    await _jump_ahead(monday)
    await monday.world.program.stop()
    monday.world.program = monday.world.new_program()
    await monday.resume()
    monday.world.clock.jump(-timedelta(days=7))
    await monday.world.program.start()
    await until(lambda: _is_free(monday))
    await monday.push()
    await monday.ended()
    assert [len(fronts(person)) for person in people] == [1] * 5


async def test_what_an_admin_paused_under_a_wrong_clock_comes_at_its_real_hour(monday: Monday) -> None:
    people = await monday.enrol(5)
    await _jump_ahead(monday)
    await monday.world.program.stop()
    monday.world.program = monday.world.new_program()
    await monday.resume()
    await _steer(monday, Action.PAUSE)
    monday.world.clock.jump(-timedelta(days=7))
    await monday.world.program.start()
    await until(lambda: _is_free(monday))
    await monday.push()
    await monday.ended()
    assert [len(fronts(person)) for person in people] == [1] * 5


async def test_what_an_admin_cancelled_under_the_right_clock_stays_cancelled_when_it_is_corrected(
    monday: Monday,
) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.push()
    await monday.at_least(8, State.SENT)
    await _steer(monday, Action.CANCEL)
    await monday.wait_until_idle()
    tried = monday.sends()
    assert tried < len(people)
    monday.world.clock.jump(-timedelta(minutes=3))
    assert await monday.world.program.parts.publishing.open_due() is None
    await monday.push(RELEASE + timedelta(minutes=5))
    assert (await monday.campaign()).state is CampaignState.CANCELLED
    assert await stays(lambda: monday.sends() == tried)


async def _steer(monday: Monday, act: Action) -> None:
    answer = await monday.world.program.core.campaigns.act(act, (await monday.campaign()).id, None)
    assert answer.verdict is Verdict.DONE


async def _jump_ahead(monday: Monday) -> None:
    """Let the clock show next Sunday, and the issue be opened by it."""
    await monday.world.program.parts.publishing.open_due()
    monday.world.clock.jump(timedelta(days=7))
    await until(monday.find)
    assert (await monday.campaign()).why == "jumped"


async def _set_right(monday: Monday, days: int = 7, *, restarted: bool = False) -> None:
    if not restarted:
        monday.world.clock.jump(-timedelta(days=days))
        return
    await monday.world.program.stop()
    monday.world.clock.jump(-timedelta(days=days))
    monday.world.program = monday.world.new_program()
    await monday.world.program.start()


async def _is_free(monday: Monday) -> bool:
    """Tell whether the issue can be opened: no campaign stands for it."""
    return await monday.find() is None


def _sees(person: Person, *words: str) -> bool:
    return any(all(word in bubble.text for word in words) for bubble in person.sees)


async def test_in_a_week_without_an_issue_nothing_is_sent(monday: Monday) -> None:
    await monday.enrol(3)
    await monday.push()
    await monday.ended()
    tried = monday.sends()
    monday.world.clock.move_to(RELEASE + timedelta(days=7, minutes=1))
    assert await monday.world.program.parts.publishing.open_due() is None
    assert await stays(lambda: monday.sends() == tried)


async def test_after_a_backup_was_put_back_a_running_campaign_asks(monday: Monday) -> None:
    people = await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.push()
    await monday.at_least(8, State.SENT)
    await monday.world.program.stop()
    monday.world.program = monday.world.new_program()
    await restored(monday)
    tried = monday.sends()
    await monday.world.program.start()
    await monday.in_state(CampaignState.PAUSED)
    assert (await monday.campaign()).why == "restored"
    assert await stays(lambda: monday.sends() == tried)
    await monday.resume()
    monday.world.telegram.faults.clear()
    assert (await monday.ended()).of(State.SENT) == len(people)


async def test_after_a_backup_was_put_back_a_campaign_that_was_paused_in_it_asks_as_well(
    monday: Monday,
) -> None:
    """Somebody may have resumed it since: an admin who resumes it again has to know that."""
    await monday.enrol(5)
    await monday.push(RELEASE + timedelta(hours=13))
    assert (await monday.campaign()).why == "late"
    await monday.world.program.stop()
    monday.world.program = monday.world.new_program()
    await restored(monday)
    told = len(await monday.notices("paused"))
    await monday.world.program.start()
    await until(lambda: _why_is(monday, "restored"))
    assert len(await monday.notices("paused")) == told + 1
    assert monday.sends() == 0


async def _why_is(monday: Monday, why: str) -> bool:
    return (await monday.campaign()).why == why


async def test_a_backup_put_back_after_another_is_doubted_until_its_own_moment(monday: Monday) -> None:
    """The program has not run between the two, or died at its start: the first one's mark is there yet."""
    async with monday.world.program.core.database.write() as session:
        await timestamps.put(session, timestamps.DOUBTED, SUNDAY)
        await timestamps.put(session, timestamps.RESTORED, RELEASE + timedelta(hours=1))
    await monday.push()
    assert (await monday.campaign()).why == "restored"


@pytest.mark.parametrize("hours", [4, 28])
async def test_after_a_backup_was_put_back_an_issue_that_is_due_asks(monday: Monday, hours: int) -> None:
    await monday.enrol(5)
    await monday.world.program.stop()
    monday.world.clock.move_to(RELEASE + timedelta(hours=hours))
    monday.world.program = monday.world.new_program()
    await restored(monday)
    await monday.world.program.start()
    monday.world.later(minutes=1)
    await until(monday.find)
    assert (await monday.campaign(KEY)).why == "restored"
    await monday.world.restart()
    assert (await monday.campaign(KEY)).state is CampaignState.PAUSED
    assert monday.sends() == 0


async def test_a_jump_that_a_database_is_away_for_is_not_forgotten(monday: Monday) -> None:
    """A machine wakes after thirteen hours, and its database a moment later."""
    await monday.enrol(60)
    monday.world.telegram.faults.add(method="sendMessage", times=None, kind=Latency(0.3))
    await monday.push()
    await monday.at_least(8, State.SENT)
    with silent_once("epoch <") as asked:  # the first question of who looks what is late by now
        monday.world.later(hours=13)
        await monday.in_state(CampaignState.PAUSED)
    assert len(asked) > 1
    assert (await monday.campaign()).why == "late"
