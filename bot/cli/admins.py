"""`briefing grant`, `revoke`, `codes`, `readers` and `audit`."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from bot.cli.terminal import fail, set_up_logs, settings
from bot.clock import Clock, SystemClock
from bot.config import HIGHEST_ID

ReaderNumber: TypeAlias = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=HIGHEST_ID, help="The reader's Telegram ID, from /account.")
]
Limit: TypeAlias = Annotated[int, typer.Option("--limit", min=1, max=1_000, help="So many at a time.")]
Page: TypeAlias = Annotated[int, typer.Option("--page", min=1, max=1_000_000, help="1 holds the newest.")]


def grant(
    reader_id: ReaderNumber,
    days: Annotated[int, typer.Argument(metavar="DAYS", min=1, max=3_660)],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask, however many days.")] = False,
) -> None:
    """Let a reader read everything for so many days more."""
    from bot.cli.giving import give

    _say(lambda url, clock: give(url, clock, reader_id, days, lambda question: yes or _agreed(question)))


def revoke(
    reader_id: ReaderNumber,
    *,
    grant_id: Annotated[
        int | None, typer.Option("--grant", metavar="N", min=1, max=2**31 - 1, help="Which of several.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that she holds.")] = False,
    unrefunded: Annotated[
        bool, typer.Option("--unrefunded", help="Also what she paid for; the Stars do not go back.")
    ] = False,
) -> None:
    """Take back what a reader was given; her access ends at once."""
    from bot.cli.giving import take_back

    if grant_id is not None and everything:
        fail("Write --grant for one, or --all, but not both.")
    _say(
        lambda url, clock: take_back(
            url, clock, reader_id, grant_id, everything=everything, unrefunded=unrefunded
        )
    )


def readers(
    reader_id: Annotated[
        int | None,
        typer.Argument(metavar="[ID]", min=1, max=HIGHEST_ID, help="One reader, with all she was given."),
    ] = None,
    *,
    limit: Limit = 20,
    page: Page = 1,
) -> None:
    """List readers, the newest first; or show one."""
    from bot.cli.listed import print_reader, print_readers

    if reader_id is None:
        _do(lambda url, clock: print_readers(url, clock, limit, page))
    else:
        _do(lambda url, clock: print_reader(url, clock, reader_id))


def audit(*, limit: Limit = 20, page: Page = 1) -> None:
    """List what admins did, the last first."""
    from bot.cli.listed import print_audit

    _do(lambda url, clock: print_audit(url, clock, limit, page))


def codes(
    *,
    offer: Annotated[str, typer.Option(help="The id of an offer with `single_use = true`.")],
    count: Annotated[int, typer.Option(min=1, max=100_000, help="How many to make.")],
    out: Annotated[
        Path | None, typer.Option(help="The CSV file to write; without it they are printed.")
    ] = None,
    bot: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="The bot's @name, for the links; else Telegram is asked."),
    ] = None,
) -> None:
    """Make codes that work once each, as CSV: code, link, offer. They are not kept, so keep the file."""
    from bot.cli.database import OperatorError
    from bot.cli.subscriptions.making_codes import Wanted, make

    given = settings()
    set_up_logs(given, quiet=True)
    try:
        make(given, SystemClock(), Wanted(offer, count, out, bot), lambda line: typer.echo(line, err=True))
    except OperatorError as error:
        fail(str(error))


def doctor(
    *,
    mend: Annotated[
        bool, typer.Option("--mend", help="Store anew what follows from grants: until when each reads.")
    ] = False,
) -> None:
    """Compare each reader's access with her grants, and the charges with Telegram's list."""
    from bot.cli.health import examine

    def look(_: str, clock: Clock) -> None:
        if not examine(settings(), clock, typer.echo, mend=mend):
            raise typer.Exit(1)

    _do(look)


def _say(work: Callable[[str, Clock], str]) -> None:
    _do(lambda url, clock: typer.echo(work(url, clock)))


def _do(work: Callable[[str, Clock], None]) -> None:
    from bot.cli.database import OperatorError

    given = settings()
    set_up_logs(given, quiet=True)
    try:
        work(given.database_url, SystemClock())
    except OperatorError as error:
        fail(str(error))


def _agreed(question: str) -> bool:
    return typer.confirm(question, abort=True)
