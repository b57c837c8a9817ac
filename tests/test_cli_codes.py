"""Codes from the command line: what an operator types, the file she gets, what is stored."""

import csv
import re
import stat
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.cli.subscriptions.making_codes import cell
from bot.clock import StoppedClock
from bot.db import tables
from bot.db.engine.session import Database
from bot.db.operations import audit
from bot.domain.content.publication import read
from bot.domain.subscriptions.redemption import Outcome
from bot.services.readers.readers import Readers, User
from bot.services.subscriptions.offers.offers import Offers
from tests.databases import on_sqlite
from tests.forked import forked as briefing
from tests.offers import ALL, PRINTED, offers
from tests.world import MONDAY, PUBLICATION

KEY = "a key of tests that is long enough for it"
NO_LINKS = (
    "The codes have no links, because the bot's name is not known: BOT_TOKEN is not set. "
    "Or write --bot NAME.\n"
)
NO_NEED = "Give an offer of its own an `id`, no `code`, and `single_use = true` in publication.toml."
CODE = re.compile(r"[2-9CDFHJKMNPQRTVWXY]{4}-[2-9CDFHJKMNPQRTVWXY]{4}-[2-9CDFHJKMNPQRTVWXY]{3}")


@pytest.fixture
def settings(database_url: str, content: Path) -> dict[str, str]:
    offers(content, ALL)
    return {"DATABASE_URL": database_url, "CONTENT_DIR": str(content), "HASH_KEY": KEY}


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


def names(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("codes*")]


async def test_codes_are_printed_and_their_hashes_kept(tmp_path: Path, settings: dict[str, str]) -> None:
    made = briefing(tmp_path, "codes", "--offer", "PRINTED", "--count", "3", **settings)
    head, *codes = rows(made.stdout)
    assert (made.returncode, made.stderr) == (
        0,
        f"{NO_LINKS}Made: 3 codes of PRINTED, 10 days each. 3 exist by now, 3 not redeemed.\n",
    )
    assert head == ["code", "link", "offer"]
    assert len({code for code, _, _ in codes}) == 3
    assert all(CODE.fullmatch(code) and (link, offer) == ("", "PRINTED") for code, link, offer in codes)
    database = Database(settings["DATABASE_URL"])
    async with database.read() as session:
        stored = [tuple(row) for row in await session.execute(select(tables.codes))]
        audited = [(row.act, row.admin_id, row.about) for row in await audit.last(session, 5)]
    assert len(stored) == 3
    assert not any(code in str(stored) or code.replace("-", "") in str(stored) for code, _, _ in codes)
    assert audited == [("make codes", None, "3 of PRINTED")]
    await Readers(database, StoppedClock(MONDAY)).receive(User(1))
    redeemed = await Offers(
        database, StoppedClock(MONDAY), KEY.encode(), lambda: read(f"{PUBLICATION}{ALL}")
    ).redeem(1, codes[0][0], "1:1")
    assert redeemed.outcome is Outcome.GIVEN
    await database.close()
    more = briefing(tmp_path, "codes", "--offer", "printed", "--count", "1", **settings)
    assert more.stderr.endswith("Made: 1 code of PRINTED, 10 days each. 4 exist by now, 3 not redeemed.\n")


@on_sqlite
async def test_a_file_holds_codes_with_their_links_for_its_owner_alone(
    tmp_path: Path, settings: dict[str, str]
) -> None:
    file = tmp_path / "codes.csv"
    words = ("codes", "--offer", "PRINTED", "--count", "1203", "--out", str(file), "--bot", "@post_bot")
    made = briefing(tmp_path, *words, **settings)
    assert (made.returncode, made.stdout) == (0, "")
    assert made.stderr == (
        f"Made: 1,203 codes of PRINTED, 10 days each. They are in {file}. 1,203 exist by now, 1,203 not "
        "redeemed.\n"
    )
    _, *codes = rows(file.read_text(encoding="utf-8"))
    assert len({code for code, _, _ in codes}) == 1_203
    assert all(link == f"https://t.me/post_bot?start=c_{code}" for code, link, _ in codes)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert names(tmp_path) == ["codes.csv"]
    again = briefing(tmp_path, *words, **settings)
    assert again.returncode == 1
    assert again.stderr == f"There is a file {file} already. Name another, or move it away.\n"


@on_sqlite
@pytest.mark.parametrize(
    ("offer", "said"),
    [
        ("NOTHING", "publication.toml has no offer NOTHING. It has codes for one use of PRINTED."),
        (
            "LANTERN",
            f"LANTERN needs no codes: readers type LANTERN. {NO_NEED}",
        ),
        (
            "HOLIDAY",
            f"HOLIDAY needs no codes: it runs by itself. {NO_NEED}",
        ),
    ],
)
async def test_codes_that_nobody_could_use_are_refused_in_a_sentence(
    tmp_path: Path, settings: dict[str, str], offer: str, said: str
) -> None:
    file = tmp_path / "codes.csv"
    refused = briefing(
        tmp_path, "codes", "--offer", offer, "--count", "5", "--out", str(file), "--bot", "b", **settings
    )
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", f"{said}\n")
    assert names(tmp_path) == []


@on_sqlite
async def test_an_offer_that_is_over_gets_no_codes(
    tmp_path: Path, content: Path, settings: dict[str, str]
) -> None:
    words = ("codes", "--offer", "PRINTED", "--count", "1", "--bot", "b")
    offers(content, PRINTED, "ends = 2020-01-01\n")
    assert briefing(tmp_path, *words, **settings).stderr == (
        "PRINTED ended on 2020-01-01: nobody could redeem its codes. Change `ends` in publication.toml "
        "first.\n"
    )
    offers(content)
    assert briefing(tmp_path, *words, **settings).stderr == (
        "publication.toml has no offer PRINTED. Add one: `[[offers]]` with `id`, `single_use = true`, "
        "`label` and `days`.\n"
    )


@on_sqlite
async def test_more_codes_than_may_be_redeemed_are_told_of(
    tmp_path: Path, content: Path, settings: dict[str, str]
) -> None:
    offers(content, PRINTED, "cap = 2\n")
    made = briefing(tmp_path, "codes", "--offer", "PRINTED", "--count", "3", "--bot", "b", **settings)
    assert made.stderr.endswith("3 not redeemed. Its `cap` lets 2 of them be redeemed.\n")


@on_sqlite
async def test_without_a_database_no_file_is_left(tmp_path: Path, settings: dict[str, str]) -> None:
    file = tmp_path / "codes.csv"
    elsewhere = settings | {"DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'nowhere.db'}"}
    words = ("codes", "--offer", "PRINTED", "--count", "3", "--bot", "b", "--out", str(file))
    refused = briefing(tmp_path, *words, **elsewhere)
    assert refused.returncode == 1
    assert refused.stderr.startswith("There is no database at ")
    assert names(tmp_path) == []
    nowhere = briefing(tmp_path, *words[:-1], str(tmp_path / "no" / "codes.csv"), **settings)
    assert nowhere.stderr.endswith("cannot be written (No such file or directory).\n")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"])
def test_no_cell_of_the_file_is_computed_by_a_spreadsheet(text: str) -> None:
    assert cell(text) == f"'{text}"
    assert cell("WXYV-2345-678") == "WXYV-2345-678"
