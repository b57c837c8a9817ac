"""Whole Mondays around the changes of the clocks: everyone at her own hour, once, and nobody before."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.delivery.campaign import State
from telegram_simulator import Person
from tests.delivery.mondays import Monday, fronts, until
from tests.world import ENGLISH

HOME = ZoneInfo("America/Asuncion")
ZONES = ("America/Asuncion", "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Pacific/Chatham")
SPRING = (date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 30), date(2026, 4, 6))
AUTUMN = (date(2026, 9, 21), date(2026, 9, 28), date(2026, 10, 26), date(2026, 11, 2))
UTC_HOURS = {
    # (Asunción, Madrid, New York, Kolkata, Chatham): the hour of the day after its midnight, in UTC
    date(2026, 3, 2): (10, 10, 12, 10, 17.25),
    date(2026, 3, 9): (10, 10, 11, 10, 17.25),  # New York has changed
    date(2026, 3, 30): (10, 10, 11, 10, 17.25),  # Madrid has; it gets it at the release all the same
    date(2026, 4, 6): (10, 10, 11, 10, 18.25),  # Chatham has
    date(2026, 9, 21): (10, 10, 11, 10, 18.25),
    date(2026, 9, 28): (10, 10, 11, 10, 17.25),
    date(2026, 10, 26): (10, 10, 11, 10, 17.25),
    date(2026, 11, 2): (10, 10, 12, 10, 17.25),
}
"""Worked out by hand: 07:00 on her wall, or the release where that is later, or the end of her night."""


@pytest.mark.parametrize("days", [SPRING[:2], SPRING[2:], AUTUMN[:2], AUTUMN[2:]], ids=str)
async def test_each_reader_gets_each_issue_once_at_her_hour(
    content: Path, data_folder: Path, days: tuple[date, ...]
) -> None:
    for day in days:
        (content / str(day)).mkdir()
        (content / str(day) / "en.md").write_text(ENGLISH.format(date=day), encoding="utf-8")
    begin = datetime.combine(days[0], time(1), tzinfo=UTC)
    async with Monday.of(content, data_folder, begin) as monday:
        people = [(await monday.enrol(1, zone=None if zone == str(HOME) else zone))[0] for zone in ZONES]
        for day in days:
            await push(monday, day, people)
        assert {count for day in days for count in monday.copies(str(day)).values()} == {1}


def has_issues(people: list[Person], day: date, expected: list[int]) -> bool:
    """Tell whether each person has so many of the issue's front pages."""
    return [len(fronts(person, str(day))) for person in people] == expected


async def push(monday: Monday, day: date, people: list[Person]) -> None:
    """Let a Monday pass, and watch who gets the issue when."""
    midnight = datetime.combine(day, time(0), tzinfo=UTC)
    due = [midnight + timedelta(hours=hour) for hour in UTC_HOURS[day]]
    for moment in sorted(set(due)):
        monday.world.clock.move_to(moment - timedelta(seconds=20))
        await monday.world.program.parts.publishing.open_due()
        has = [len(fronts(person, str(day))) for person in people]
        assert has == [int(due_at < moment) for due_at in due]
        monday.world.clock.move_to(moment)
        await monday.world.program.parts.publishing.open_due()
        expected = [int(due_at <= moment) for due_at in due]
        await until(partial(has_issues, people, day, expected))
    assert (await monday.ended(str(day))).of(State.SENT) == len(people)


async def test_a_broadcast_waits_for_the_morning_and_a_push_at_night_does_not(
    content: Path, data_folder: Path
) -> None:
    """The publication's hour is 23:30, within its readers' quiet hours: it was promised, and so it comes."""
    toml = content / "publication.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace("07:00", "23:30"), encoding="utf-8")
    release = datetime(2025, 12, 23, 2, 30, tzinfo=UTC)
    async with Monday.of(content, data_folder, release - timedelta(hours=6)) as monday:
        people = await monday.enrol(4)
        announced = await monday.announce(release)
        await monday.push(release)
        await monday.ended()
        broadcast = await announced()
        assert broadcast is not None
        assert broadcast.ended_at is None
        assert set(monday.copies().values()) == {1}
        assert monday.sends() == len(people)
        await monday.agrees()
