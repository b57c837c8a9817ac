"""Access, readers and the audit from the command line: what an operator types, and what she is told."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.db import tables
from bot.db.engine.session import Database
from bot.db.operations import audit
from bot.db.readers import grants as stored_grants
from bot.db.readers import readers
from bot.db.tables import grants
from bot.domain.readers.grants import Grant, Source
from bot.domain.readers.reader import Reader
from bot.services.subscriptions.access import update_access
from tests import test_program
from tests.databases import on_sqlite
from tests.forked import forked as briefing

ANA, BEN = 5_000_000_001, 5_000_000_002
SINCE = datetime(2025, 12, 1, 10, 0, tzinfo=UTC)


@pytest.fixture
async def settings(database_url: str, content: Path) -> dict[str, str]:
    """Settings of a bot that Ana and, a day later, Ben have started."""
    database = Database(database_url)
    async with database.write() as session:
        await readers.add(session, Reader(ANA, "en"), SINCE)
        await readers.add(session, Reader(BEN, "es"), SINCE + timedelta(days=1))
    await database.close()
    return {"DATABASE_URL": database_url, "CONTENT_DIR": str(content)}


async def change(settings: dict[str, str], reader_id: int, **values: object) -> None:
    database = Database(settings["DATABASE_URL"])
    async with database.write() as session:
        await readers.change(session, reader_id, **values)
    await database.close()


async def kept(
    settings: dict[str, str],
) -> tuple[list[tuple[str, int | None, str]], list[int], datetime | None]:
    """Return the audit, the numbers of the grants that count, and until when Ana reads everything."""
    database = Database(settings["DATABASE_URL"])
    async with database.read() as session:
        audited = [(row.act, row.admin_id, row.about) for row in reversed(await audit.last(session, 100))]
        counting = select(grants.c.id).where(grants.c.revoked_at.is_(None)).order_by(grants.c.id)
        numbers = list((await session.execute(counting)).scalars())
        ana = await readers.find(session, ANA)
    await database.close()
    assert ana is not None
    return audited, numbers, ana.full_until


@on_sqlite
async def test_a_verb_that_is_forked_does_as_one_that_is_started(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    for words in (("readers",), ("audit", "--page", "0")):
        answers = [run(tmp_path, *words, **settings) for run in (briefing, test_program.briefing)]
        first, second = ((one.returncode, one.stdout, one.stderr) for one in answers)
        assert first == second


async def test_days_are_given_and_noted(tmp_path: Path, settings: dict[str, str]) -> None:
    given = briefing(tmp_path, "grant", str(ANA), "30", **settings)
    assert (given.returncode, given.stderr) == (0, "")
    assert re.fullmatch(
        rf"Done: 30 more days for {ANA}, who can read everything until "
        r"\d{4}-\d\d-\d\d \d\d:\d\d UTC\. The bot does not tell them\.\n",
        given.stdout,
    )
    audited, numbers, until = await kept(settings)
    assert audited == [("grant", None, f"30 days to {ANA}")]
    assert len(numbers) == 1
    assert until is not None
    assert until > datetime.now(UTC) + timedelta(days=29)


@on_sqlite
async def test_more_than_a_year_is_asked_about_and_silence_is_no(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    asked = briefing(tmp_path, "grant", str(ANA), "400", **settings)
    assert asked.returncode == 1
    assert re.match(
        r"400 days are more than a year: until [\d-]+ [\d:]+ UTC\. Give them\? \[y/N\]", asked.stdout
    )
    assert await kept(settings) == ([], [], None)
    assert briefing(tmp_path, "grant", str(ANA), "400", "--yes", **settings).returncode == 0
    assert (await kept(settings))[0] == [("grant", None, f"400 days to {ANA}")]


@on_sqlite
async def test_mistakes_are_sentences(tmp_path: Path, settings: dict[str, str]) -> None:
    for words in (("grant", "42", "30"), ("grant", "42", "3000"), ("revoke", "42")):
        unknown = briefing(tmp_path, *words, **settings)
        assert (unknown.returncode, unknown.stdout) == (1, "")
        assert unknown.stderr == (
            "Nobody with the ID 42 has started the bot. Ask them to write /start to it first.\n"
        )
    assert briefing(tmp_path, "readers", "42", **settings).stderr == (
        "Nobody with the ID 42 has started the bot.\n"
    )
    nothing = briefing(tmp_path, "revoke", str(ANA), **settings)
    assert (nothing.returncode, nothing.stderr) == (
        1,
        f"{ANA} has nothing that could be taken back. {ANA} reads the free part of every issue.\n",
    )
    both = briefing(tmp_path, "revoke", str(ANA), "--grant", "1", "--all", **settings)
    assert both.stderr == "Write --grant for one, or --all, but not both.\n"
    assert briefing(tmp_path, "audit", "--page", "2", **settings).stderr == "There is no page 2.\n"
    beyond = briefing(tmp_path, "readers", "--page", "2", **settings)
    assert beyond.stderr == "There is no page 2: there are 2 readers.\n"
    nowhere = briefing(tmp_path, "readers", DATABASE_URL="sqlite+aiosqlite:///nowhere/bot.db")
    assert nowhere.stderr.startswith("There is no database at nowhere/bot.db yet.")


@on_sqlite
async def test_where_there_is_nothing_to_list_it_says_so(tmp_path: Path, settings: dict[str, str]) -> None:
    empty = briefing(tmp_path, "audit", **settings)
    assert (empty.returncode, empty.stdout) == (0, "No admin has done anything yet.\n")
    database = Database(settings["DATABASE_URL"])
    async with database.write() as session:
        await session.execute(tables.readers.delete())
    await database.close()
    nobody = briefing(tmp_path, "readers", **settings)
    assert (nobody.returncode, nobody.stdout) == (0, "Nobody has started the bot yet.\n")


@on_sqlite
async def test_what_was_paid_for_is_refunded_in_the_bot_or_taken_back_by_a_word_of_its_own(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    database, now = Database(settings["DATABASE_URL"]), datetime.now(UTC)
    async with database.write() as session:
        await stored_grants.add(session, ANA, Grant(Source.STARS, "a charge", now, days=30))
        await update_access(session, ANA, now)
    await database.close()
    asked = briefing(tmp_path, "revoke", str(ANA), **settings)
    assert (asked.returncode, asked.stdout) == (1, "")
    assert asked.stderr == (
        "Paid for with Stars: the subscription in Stars (30 days). An admin gives the Stars back with "
        "/refund in the bot, which takes the access back as well. To keep the Stars, add --unrefunded.\n"
    )
    done = briefing(tmp_path, "revoke", str(ANA), "--unrefunded", **settings)
    assert done.stdout.startswith("Taken back: the subscription in Stars (30 days).")


@on_sqlite
async def test_numbers_of_no_person_and_impossible_days_are_refused(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    for words in (
        ("grant", "-100", "30"),
        ("grant", "0", "30"),
        ("grant", str(2**63), "30"),
        ("grant", str(ANA), "3661"),
        ("grant", str(ANA), "0"),
        ("revoke", "ana"),
        ("revoke", str(ANA), "--grant", str(2**40)),
        ("readers", "--limit", "0"),
    ):
        refused = briefing(tmp_path, *words, **settings)
        assert (refused.returncode, refused.stdout, "Traceback" in refused.stderr) == (2, "", False), words
    assert await kept(settings) == ([], [], None)


@on_sqlite
async def test_of_several_grants_the_operator_is_shown_how_to_name_one(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    for days in ("30", "60", "90"):
        briefing(tmp_path, "grant", str(ANA), days, **settings)
    asked = briefing(tmp_path, "revoke", str(ANA), BRIEFING_CALLED="./run", **settings)
    assert (asked.returncode, asked.stdout) == (1, "")
    head, *ways, everything = asked.stderr.splitlines()
    assert head == f"{ANA} holds 3 grants. Write which one:"
    assert everything == f"`./run revoke {ANA} --all`"
    assert [way.partition(", given")[0] for way in ways] == [
        f"`./run revoke {ANA} --grant 1`: access as a gift (30 days)",
        f"`./run revoke {ANA} --grant 2`: access as a gift (60 days)",
        f"`./run revoke {ANA} --grant 3`: access as a gift (90 days)",
    ]
    one = briefing(tmp_path, "revoke", str(ANA), "--grant", "2", **settings)
    assert one.stdout.startswith(
        f"Taken back: access as a gift (60 days). {ANA} can read everything until 20"
    )
    again = briefing(tmp_path, "revoke", str(ANA), "--grant", "2", **settings)
    assert again.stderr.startswith(f"{ANA} has no such grant that could be taken back.")
    rest = briefing(tmp_path, "revoke", str(ANA), "--all", **settings)
    assert rest.stdout.endswith(f"{ANA} reads the free part of every issue. The bot does not tell them.\n")
    audited, numbers, until = await kept(settings)
    assert ([act for act, _, _ in audited], numbers, until) == (["grant"] * 3 + ["revoke"] * 3, [], None)


async def test_readers_are_listed_the_newest_first(tmp_path: Path, settings: dict[str, str]) -> None:
    await change(settings, ANA, stopped_at=SINCE, push=False)
    await change(settings, BEN, gone_at=SINCE, full_until=datetime(2999, 1, 2, 3, 4, tzinfo=UTC))
    listed = briefing(tmp_path, "readers", **settings)
    assert (listed.returncode, listed.stderr) == (0, "")
    head, ben, ana, tail = (re.split(r"  +", line.strip()) for line in listed.stdout.splitlines())
    assert head == ["ID", "Since", "Language", "Reads everything until", "Push", "Gets messages"]
    assert ben == [str(BEN), "2025-12-02", "es", "2999-01-02 03:04 UTC", "yes", "no: gone since 2025-12-01"]
    assert ana == [str(ANA), "2025-12-01", "en", "no", "no: /stop on 2025-12-01"]
    assert tail == ["1 to 2 of 2, the newest first. One of them: `briefing readers ID`."]


@on_sqlite
async def test_readers_are_turned_page_by_page(tmp_path: Path, settings: dict[str, str]) -> None:
    first = briefing(tmp_path, "readers", "--limit", "1", **settings).stdout
    assert f"\n{BEN}" in first
    assert first.endswith(
        "1 to 1 of 2, the newest first. One of them: `briefing readers ID`.\n"
        "Older ones: `briefing readers --page 2 --limit 1`.\n"
    )
    second = briefing(tmp_path, "readers", "--page", "2", "--limit", "1", **settings).stdout
    assert f"\n{ANA}" in second
    assert "Older ones" not in second


@on_sqlite
async def test_one_reader_is_shown_with_all_she_was_given(tmp_path: Path, settings: dict[str, str]) -> None:
    never = briefing(tmp_path, "readers", str(ANA), **settings).stdout
    assert never.endswith("She was never given access.\n")
    for words in (("grant", str(ANA), "1"), ("revoke", str(ANA)), ("grant", str(ANA), "30")):
        assert briefing(tmp_path, *words, **settings).returncode == 0
    shown = briefing(tmp_path, "readers", str(ANA), **settings).stdout
    _, reader, head, first, second = (re.split(r"  +", line.strip()) for line in shown.splitlines())
    assert reader[0] == str(ANA)
    assert head == ["Grant", "Given", "Until", "What"]
    assert (first[0], first[3]) == ("1", "access as a gift (1 day)")
    assert first[2].startswith("taken back 2")
    assert (second[0], second[3]) == ("2", "access as a gift (30 days)")


async def test_the_audit_is_listed_the_last_first(tmp_path: Path, settings: dict[str, str]) -> None:
    database = Database(settings["DATABASE_URL"])
    async with database.write() as session:
        await audit.add(session, 7, "grant", f"30 days to {ANA}", SINCE)
        await audit.add(session, None, "pause campaign", "campaign 5", SINCE)
        await audit.add(session, 7, "new [bold]act[/bold]", "\x1b[31mred\n" + "x" * 1_000, SINCE)
    await database.close()
    listed = briefing(tmp_path, "audit", **settings)
    assert (listed.returncode, listed.stderr) == (0, "")
    rows = [re.split(r"  +", line.strip()) for line in listed.stdout.splitlines()]
    assert rows[0] == ["UTC", "Who", "What"]
    assert rows[1][:2] == ["2025-12-01 10:00", "7"]
    assert rows[1][2].startswith("new [bold]act[/bold]: [31mred xxx")
    assert rows[2:] == [
        ["2025-12-01 10:00", "command line", "Paused: campaign 5"],
        ["2025-12-01 10:00", "7", f"30 days of access given to {ANA}"],
    ]
    one = briefing(tmp_path, "audit", "--limit", "1", "--page", "2", **settings).stdout
    assert "command line" in one
    assert one.endswith("Older ones: `briefing audit --page 3 --limit 1`.\n")


@on_sqlite
@pytest.mark.parametrize("verb", ["grant", "revoke", "readers", "audit"])
def test_every_verb_says_what_it_does(tmp_path: Path, settings: dict[str, str], verb: str) -> None:
    answer = briefing(tmp_path, verb, "--help", **settings)
    assert answer.returncode == 0
    assert len(answer.stdout) > 100
