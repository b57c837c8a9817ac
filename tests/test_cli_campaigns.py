"""Campaigns and tests of a push from the command line: what an operator types, and what she is told."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import MovableClock
from bot.db import tables
from bot.db.delivery import campaigns, deliveries, filling
from bot.db.delivery.campaigns import Opening
from bot.db.delivery.deliveries import ABANDONED
from bot.db.delivery.filling import Whereabouts
from bot.db.engine.session import Database
from bot.db.readers import readers
from bot.db.tables import audit
from bot.domain.content.gate import Access
from bot.domain.delivery.campaign import CampaignState, FrozenPage, Kind, State
from bot.domain.readers.reader import QuietHours, Reader, Rendering
from telegram_simulator import Person, Simulator
from tests.files import long_ago
from tests.forked import forked as briefing
from tests.world import ADMIN, TOKEN

NOW = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)
COLUMNS = ["ID", "UTC", "State", "Sent", "Failed", "Skipped", "Unknown", "Left", "What"]
PAGE = FrozenPage("es", Access.PREVIEW, Rendering.CLASSIC, "sendMessage", {"text": "La deuda"})
EDITIONS = (
    "2025-12-08/en.md",
    "2025-12-15/en.md",
    "2025-12-15/es.md",
    "2025-12-22/en.md",
    "2025-12-22/es.md",
)
HERE = Whereabouts(None, QuietHours())


@pytest.fixture
async def settings(database_url: str, content: Path) -> dict[str, str]:
    """Settings of a bot that sends an issue to three readers."""
    database = Database(database_url)
    async with database.write() as session:
        for number in (5, 6, 7):
            await readers.add(session, Reader(number, "es"), NOW)
        opening = Opening(Kind.ISSUE, "2025-12-22", "La deuda [bold]crece[/bold]", NOW)
        campaign_id = await campaigns.add(session, opening, NOW)
        assert campaign_id == 1
        rows = await filling.fill(session, campaign_id, {HERE: NOW}, tables.readers.c.id > 0)
        await campaigns.freeze(session, campaign_id, [PAGE], rows)
    await database.close()
    return {"DATABASE_URL": database_url, "CONTENT_DIR": str(content)}


async def change(
    settings: dict[str, str], state: CampaignState, ledger: State, reason: str | None = None
) -> None:
    database = Database(settings["DATABASE_URL"])
    async with database.write() as session:
        await campaigns.change(session, 1, expected=list(CampaignState), state=state)
        await session.execute(tables.deliveries.update().values(state=ledger, reason=reason))
    await database.close()


async def states(settings: dict[str, str]) -> tuple[str, dict[State, int], list[tuple[str, int | None]]]:
    database = Database(settings["DATABASE_URL"])
    async with database.read() as session:
        campaign = await campaigns.find(session, 1)
        counts = await deliveries.counts(session, 1)
        audited = [
            (row.act, row.admin_id) for row in await session.execute(select(audit).order_by(audit.c.id))
        ]
    await database.close()
    assert campaign is not None
    return campaign.state, counts, audited


async def test_the_list_shows_every_figure(tmp_path: Path, settings: dict[str, str]) -> None:
    listed = briefing(tmp_path, "campaigns", **settings)
    assert (listed.returncode, listed.stderr) == (0, "")
    head, row = (line.split() for line in listed.stdout.splitlines())
    assert head == COLUMNS
    figures = ["0", "0", "0", "0", "3"]
    title = ["issue:", "La", "deuda", "[bold]crece[/bold]"]
    assert row == ["1", "12-22", "10:00", "open", *figures, *title]


async def test_on_a_narrow_terminal_the_title_gives_way_and_no_figure(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    listed = briefing(tmp_path, "campaigns", COLUMNS="72", TTY_COMPATIBLE="1", **settings)
    head, row = re.sub(r"\x1b\[\d*m", "", listed.stdout).splitlines()
    assert head.split() == COLUMNS
    assert row.split()[:9] == ["1", "12-22", "10:00", "open", "0", "0", "0", "0", "3"]
    assert max(map(len, (head.rstrip(), row.rstrip()))) <= 72


async def test_each_verb_has_its_effect_once_and_says_so(tmp_path: Path, settings: dict[str, str]) -> None:
    for verb, said, again in (
        ("pause", "Paused. Nothing more goes out until somebody resumes it.", "It was already paused."),
        ("resume", "Sending continues.", "It’s already being sent."),
        ("cancel", "Cancelled. Nothing more goes out.", "It was already cancelled."),
    ):
        more = ("--yes",) if verb == "cancel" else ()
        first = briefing(tmp_path, "campaigns", verb, "1", *more, **settings)
        assert (first.returncode, first.stdout, first.stderr) == (0, f"{said}\n", "")
        second = briefing(tmp_path, "campaigns", verb, "1", *more, **settings)
        assert (second.returncode, second.stdout, second.stderr) == (1, "", f"{again}\n")
        hint = " (paused by hand): La deuda" in briefing(tmp_path, "campaigns", **settings).stdout
        assert hint == (verb == "pause")
    state, counts, audited = await states(settings)
    assert (state, counts) == ("cancelled", {State.SKIPPED: 3})
    assert audited == [("pause campaign", None), ("resume campaign", None), ("cancel campaign", None)]


async def test_cancelling_asks_and_silence_is_no(tmp_path: Path, settings: dict[str, str]) -> None:
    asked = briefing(tmp_path, "campaigns", "cancel", "1", **settings)
    assert asked.returncode == 1
    assert "will never go out. Cancel? [y/N]" in asked.stdout
    assert (await states(settings))[0] == "open"


async def test_of_one_that_is_over_nothing_is_asked(tmp_path: Path, settings: dict[str, str]) -> None:
    await change(settings, CampaignState.ENDED, State.SENT)
    over = briefing(tmp_path, "campaigns", "cancel", "1", **settings)
    assert (over.stdout, over.stderr) == ("", "It has ended: there’s nothing left to do.\n")


async def test_what_is_unknown_is_asked_about_and_resent_once(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    early = briefing(tmp_path, "campaigns", "resend", "1", **settings)
    assert early.stderr == "It isn’t over yet.\n"
    await change(settings, CampaignState.ENDED, State.UNKNOWN)
    listed = briefing(tmp_path, "campaigns", **settings)
    asked = "Campaign 1 asks about 3 unknown: 3 whose answers were lost."
    assert asked in listed.stdout
    assert listed.stdout.index("campaigns leave 1`") < listed.stdout.index("campaigns resend 1`")
    assert briefing(tmp_path, "campaigns", "resend", "1", **settings).returncode == 0
    assert (await states(settings))[:2] == ("open", {State.PENDING: 3})
    late = briefing(tmp_path, "campaigns", "leave", "1", **settings)
    assert late.stderr == "That has already been decided.\n"


async def test_after_a_death_resending_is_named_first(tmp_path: Path, settings: dict[str, str]) -> None:
    await change(settings, CampaignState.ENDED, State.UNKNOWN, ABANDONED)
    listed = briefing(tmp_path, "campaigns", **settings).stdout
    assert "3 unknown: 3 under way when the program died or was cut off. Most have probably" in listed
    assert listed.index("campaigns resend 1`") < listed.index("campaigns leave 1`")


async def test_the_most_frequent_refusals_are_told_in_telegrams_words(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    await change(settings, CampaignState.ENDED, State.FAILED, "gone: Forbidden: user is deactivated")
    listed = briefing(tmp_path, "campaigns", **settings).stdout
    assert "Campaign 1, most frequent refusals: “user is deactivated” (3)." in listed


async def test_watching_ends_with_the_campaign(tmp_path: Path, settings: dict[str, str]) -> None:
    await change(settings, CampaignState.ENDED, State.SENT)
    watched = briefing(tmp_path, "campaigns", "watch", "1", **settings)
    assert watched.returncode == 0
    assert "3/3" in watched.stdout
    none = briefing(tmp_path, "campaigns", "--watch", **settings)
    assert none.stderr == "Nothing is being sent. Write `briefing campaigns` for a list.\n"


async def test_errors_are_sentences(tmp_path: Path, settings: dict[str, str]) -> None:
    unknown = briefing(tmp_path, "campaigns", "pause", "7", **settings)
    assert unknown.stderr == "That campaign doesn’t exist. Write `briefing campaigns` for a list.\n"
    through_run = briefing(tmp_path, "campaigns", "pause", "7", BRIEFING_CALLED="./run", **settings)
    assert through_run.stderr == "That campaign doesn’t exist. Write `./run campaigns` for a list.\n"
    nowhere = briefing(tmp_path, "campaigns", DATABASE_URL="sqlite+aiosqlite:///nowhere/bot.db")
    assert nowhere.stderr == "There is no database at nowhere/bot.db yet. See DATABASE_URL.\n"
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "old.db").touch()
    old = briefing(tmp_path, "campaigns", DATABASE_URL="sqlite+aiosqlite:///old.db")
    assert old.stderr == "The tables are not those of this version. Write ./run migrate first.\n"


def seen(person: Person) -> list[str]:
    return [bubble.text for bubble in person.sees if bubble.from_bot]


async def test_a_push_is_tried_on_an_admin_as_each_kind_of_reader_gets_it(
    tmp_path: Path, settings: dict[str, str], content: Path
) -> None:
    for edition in EDITIONS:
        long_ago(content / edition)
    telegram = Simulator(MovableClock(NOW), strict=True)
    await telegram.start()
    ada = telegram.person(id=ADMIN, first_name="Ada", language_code="en", token=TOKEN)
    ada.writes("/start")
    way = {"BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram.address, "ADMIN_IDS": str(ADMIN)}

    async def push(*words: str, **more: str) -> tuple[int, str, str]:
        done = await asyncio.to_thread(briefing, tmp_path, "push", *words, **settings, **way, **more)
        return done.returncode, done.stdout, done.stderr

    code, out, _ = await push("--test-to", str(ADMIN), "--date", "2025-12-22")
    assert code == 0
    assert out.splitlines() == [
        f"Sent: the issue of 2025-12-22 in {language}, {access} access."
        for language in ("en", "es")
        for access in ("preview", "full")
    ]
    texts = seen(ada)
    assert len(texts) == 8
    assert texts[0] == "Test. This is what readers without access get:"
    assert "Title of 2025-12-22" in texts[1]
    assert texts[6] == "Prueba. Esto es lo que reciben quienes tienen acceso:"
    assert "Título del 2025-12-22" in texts[7]
    locks = ["🔒" in str(bubble.buttons) + bubble.text for bubble in ada.sees if "2025-12-22" in bubble.text]
    assert locks == [True, False, True, False]
    assert (await states(settings))[1] == {State.PENDING: 3}
    (content / "2025-12-15" / "es.md").touch()  # just saved, and not the newest one
    chosen = ("--date", "2025-12-15", "--language", "es", "--access", "full")
    older, wrong, missing = await asyncio.gather(
        push("--test-to", str(ADMIN), *chosen),
        push("--test-to", "42"),
        push("--test-to", str(ADMIN), "--date", "2020-01-06"),
    )
    assert older[1] == "Sent: the issue of 2025-12-15 in es, full access.\n"
    assert wrong[2] == "42 is none of ADMIN_IDS. Tests show what is paid or not out yet to admins.\n"
    assert missing[2] == "There is no issue of 2020-01-06.\n"
    ada.blocks()
    gone = await push("--test-to", str(ADMIN), "--language", "en", "--access", "full")
    assert gone[2] == "Telegram does not take it to this reader, who has to write /start to the bot.\n"
    assert len(seen(ada)) == 10
    await telegram.stop()
    assert (await push("--test-to", str(ADMIN)))[2].endswith(
        "Telegram does not answer. Check the network and TELEGRAM_API_URL.\n"
    )
