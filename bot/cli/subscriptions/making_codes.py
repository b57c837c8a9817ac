"""Codes for one use, made for the terminal and written as CSV."""

import asyncio
import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import typer

from bot.cli.database import OperatorError, with_database
from bot.clock import Clock
from bot.composition.errors import StartError
from bot.composition.greeting import UnnamedError, own_username
from bot.composition.hash_key import hash_key
from bot.config import Settings
from bot.db.engine.session import Database
from bot.db.subscriptions.codes import Count
from bot.domain.content.offers import Offer
from bot.domain.content.problem import ContentErrors
from bot.domain.content.publication import FILE, Publication
from bot.services.content.folder import Folder
from bot.services.content.publication_file import read_publication
from bot.services.subscriptions.offers.making_codes import CodeMaking
from bot.telegram.api.keyboard import code_link

HEAD = ("code", "link", "offer")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be made. `out` None: printed. `bot`: the bot's name (None: Telegram is asked)."""

    offer: str
    count: int
    out: Path | None = None
    bot: str | None = None


def make(settings: Settings, clock: Clock, wanted: Wanted, say: Callable[[str], None]) -> None:
    """Make codes of an offer and write them; `say` a sentence about it. OperatorError."""
    offer, name = _offer(settings, wanted.offer, clock), wanted.bot
    if name is None:
        try:
            name = asyncio.run(own_username(settings))
        except UnnamedError as error:
            say(f"The codes have no links, because the bot's name is not known: {error} Or write --bot NAME.")
    with _written(wanted.out) as file, _progress(wanted.count) as progress:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)

        def keep(made: list[str]) -> None:
            writer.writerows(_rows(made, name, offer))
            file.flush()
            progress(len(made))

        async def work(database: Database, hours: Clock) -> Count:
            making = CodeMaking(database, hours, _key(settings, database))
            return await making.make(offer.id, wanted.count, keep)

        count = with_database(settings.database_url, clock, work)
    say(_done(wanted, offer, count))


def _key(settings: Settings, database: Database) -> bytes:
    try:
        return hash_key(settings, database.folder)
    except StartError as error:
        raise OperatorError(str(error)) from None


def cell(text: str) -> str:
    """Return a cell of a CSV file that no spreadsheet computes."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _rows(codes: Iterable[str], name: str | None, offer: Offer) -> Iterator[tuple[str, ...]]:
    for code in codes:
        link = code_link(name.removeprefix("@"), code) if name else ""
        yield cell(code), cell(link), cell(offer.id)


def _offer(settings: Settings, offer_id: str, clock: Clock) -> Offer:
    """Return the offer; OperatorError where codes of it would be of no use."""
    try:
        publication = read_publication(Folder(settings.content_dir))
    except ContentErrors as error:
        raise OperatorError(str(error)) from None
    offer = publication.offer_by_id(offer_id)
    if offer is None:
        raise OperatorError(_unknown(publication, offer_id))
    if not offer.single_use:
        how = f"readers type {offer.code}" if offer.code else "it runs by itself"
        raise OperatorError(
            f"{offer.id} needs no codes: {how}. Give an offer of its own an `id`, no `code`, and "
            f"`single_use = true` in {FILE}."
        )
    if offer.has_passed(clock.now(), publication.zone):
        raise OperatorError(
            f"{offer.id} ended on {offer.ends}: nobody could redeem its codes. Change `ends` in {FILE} first."
        )
    return offer


def _unknown(publication: Publication, offer_id: str) -> str:
    known = [offer.id for offer in publication.offers if offer.single_use]
    if known:
        return f"{FILE} has no offer {offer_id}. It has codes for one use of {', '.join(known)}."
    return (
        f"{FILE} has no offer {offer_id}. Add one: `[[offers]]` with `id`, `single_use = true`, `label` and "
        "`days`."
    )


@contextmanager
def _written(out: Path | None) -> Iterator[TextIO]:
    """Yield what the CSV is written to. A file gets its name once it is whole, and only its owner reads it:
    until then it is called .part. Of that all codes are valid but the last batch, which was perhaps never
    committed. OperatorError.
    """
    if out is None:
        yield sys.stdout
        return
    part = out.with_name(f"{out.name}.part")
    for there in filter(Path.exists, (out, part)):
        raise OperatorError(f"There is a file {there} already. Name another, or move it away.")
    try:
        part.touch(0o600)
        with part.open("w", encoding="utf-8") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.rename(out)
    except OSError as error:
        raise OperatorError(f"{out} cannot be written ({error.strerror}).") from None
    finally:
        if part.exists() and part.read_text(encoding="utf-8").count("\n") <= 1:
            part.unlink()  # no code was made


@contextmanager
def _progress(count: int) -> Iterator[Callable[[int], None]]:
    """Yield what is told how many more there are; it is shown on a terminal only."""
    with typer.progressbar(
        length=count, label="Codes", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        yield bar.update


def _done(wanted: Wanted, offer: Offer, count: Count) -> str:
    made = "1 code" if wanted.count == 1 else f"{wanted.count:,} codes"
    exist = "1 exists" if count.made == 1 else f"{count.made:,} exist"
    said = [
        f"Made: {made} of {offer.id}, {offer.days} days each.",
        f"They are in {wanted.out}." if wanted.out else "",
        f"{exist} by now, {count.left:,} not redeemed.",
    ]
    if offer.cap is not None and count.made > offer.cap:
        said.append(f"Its `cap` lets {offer.cap:,} of them be redeemed.")
    return " ".join(filter(None, said))
