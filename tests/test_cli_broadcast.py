"""A broadcast from the command line: our Markdown, counted, confirmed, opened."""

import asyncio
import json
import subprocess
import sys
from datetime import timedelta
from importlib import resources
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clock import SystemClock
from bot.db.delivery import campaigns
from bot.db.engine.session import Database
from bot.db.readers import readers
from bot.db.tables import audit
from bot.domain.delivery.campaign import Campaign, FrozenPage
from bot.domain.readers.reader import Reader
from tests.forked import forked as briefing
from tests.test_program import environment

NOW = SystemClock().now()
TEXT = "# News\n\nA **bold** word, a [link](https://example.org/?a=1&b=2) & more.\n\n- one\n- two\n"
HTML = (
    '<b>News</b>\n\nA <b>bold</b> word, a <a href="https://example.org/?a=1&amp;b=2">link</a> &amp; more.\n\n'
    "• one\n• two"
)


@pytest.fixture
async def settings(database_url: str, content: Path, tmp_path: Path) -> dict[str, str]:
    """Settings of a bot with two readers, and a file to send."""
    database = Database(database_url)
    async with database.write() as session:
        await readers.add(session, Reader(5, "es", quiet=None), NOW)
        await readers.add(session, Reader(6, "en", quiet=None), NOW)
    await database.close()
    (tmp_path / "news.md").write_text(TEXT, encoding="utf-8")
    return {"DATABASE_URL": database_url, "CONTENT_DIR": str(content), "ADMIN_IDS": "6"}


async def opened(settings: dict[str, str]) -> list[tuple[Campaign, list[FrozenPage]]]:
    database = Database(settings["DATABASE_URL"])
    async with database.read() as session:
        newest = await campaigns.last(session, 9)
        pages = [(campaign, await campaigns.pages(session, campaign.id)) for campaign in newest]
        acts = (await session.execute(select(audit.c.admin_id, audit.c.act))).all()
    await database.close()
    assert [tuple(act) for act in acts] == [(None, "broadcast")] * len(newest)
    return pages


async def test_hours_are_those_of_the_locked_package_in_every_verb(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    (tmp_path / "zones" / "America").mkdir(parents=True)
    wrong = resources.files("tzdata.zoneinfo").joinpath("UTC").read_bytes()
    (tmp_path / "zones" / "America" / "Asuncion").write_bytes(wrong)
    asked = ("broadcast", "news.md", "--audience", "everyone", "--yes")
    done = briefing(tmp_path, *asked, PYTHONTZPATH=str(tmp_path / "zones"), **settings)
    [(campaign, _)] = await opened(settings)
    there = campaign.starts_at - timedelta(hours=3)
    assert f"Campaign 1 starts at {there:%H:%M:%S} (America/Asuncion)" in done.stdout


async def test_a_file_is_rendered_counted_and_opened_with_a_minute_to_undo(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    done = briefing(tmp_path, "broadcast", "news.md", "--audience", "everyone", "--yes", **settings)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "--- For all:"
    assert "A bold word, a link & more." in lines
    assert lines[-3] == "2 readers get it (everyone)."
    assert lines[-2].startswith("Campaign 1 starts at ")
    assert " UTC. Until then any admin can undo it in the chat with the bot, and you with " in lines[-2]
    assert lines[-2].endswith("`briefing campaigns cancel 1`.")
    assert "about to start" in briefing(tmp_path, "campaigns", **settings).stdout
    assert lines[-1] == "No bot runs on this database now: nothing goes out before one is started."
    ((campaign, pages),) = await opened(settings)
    assert (campaign.title, campaign.frozen, campaign.opened_by) == (
        "News A bold word, a link & more. • one • two",
        2,
        None,
    )
    assert (campaign.starts_at - campaign.opened_at).total_seconds() == 60
    assert len(pages) == 8
    assert {json.dumps(page.payload) for page in pages} == {
        json.dumps({"text": HTML, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}})
    }


async def test_the_spanish_text_goes_to_those_who_read_spanish(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    (tmp_path / "noticias.md").write_text("Hola\n", encoding="utf-8")
    words = ("broadcast", "news.md", "--es", "noticias.md", "--audience", "language-es", "--yes")
    done = briefing(tmp_path, *words, **settings)
    assert done.returncode == 0
    assert "--- In Spanish:\n\nHola\n" in done.stdout
    ((campaign, pages),) = await opened(settings)
    assert campaign.frozen == 1
    assert {(page.language, page.payload["text"]) for page in pages} == {("en", HTML), ("es", "Hola")}


@pytest.mark.parametrize(("answer", "count"), [("y\n", 1), ("\n", 0)])
def test_it_asks_before_it_sends(tmp_path: Path, settings: dict[str, str], answer: str, count: int) -> None:
    done = subprocess.run(  # our own program
        [sys.executable, "-m", "bot", "broadcast", "news.md", "--audience", "admins"],
        cwd=tmp_path,
        env=environment(**settings),
        input=answer,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "1 reader gets it (admins).\nSend it? [y/N]: " in done.stdout
    assert ("it goes out at once" in done.stdout, done.returncode) == ((True, 0) if count else (False, 1))
    assert len(asyncio.run(opened(settings))) == count


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--audience", "trial"], "Nobody is in this audience now, so nothing is sent."),
        (["--audience", "all"], "There is no audience 'all'. Choose one of: everyone, with-access,"),
        (["--es", "long.md", "--audience", "everyone"], "long.md: 4,100 characters: 4 more than one message"),
        (
            ["--es", "none.md", "--audience", "everyone"],
            "none.md cannot be read (No such file or directory).",
        ),
    ],
    ids=["nobody", "no such audience", "too long", "no such file"],
)
async def test_what_cannot_be_sent_is_a_sentence(
    tmp_path: Path, settings: dict[str, str], more: list[str], said: str
) -> None:
    (tmp_path / "long.md").write_text("x" * 4_100, encoding="utf-8")
    done = briefing(tmp_path, "broadcast", "news.md", "--yes", *more, **settings)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert said in done.stderr
    assert await opened(settings) == []
