"""`briefing codes`."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.terminal import fail, set_up_logs, settings
from bot.clock import SystemClock


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
    from bot.cli.making_codes import Wanted, make

    given = settings()
    set_up_logs(given, quiet=True)
    try:
        make(given, SystemClock(), Wanted(offer, count, out, bot), lambda line: typer.echo(line, err=True))
    except OperatorError as error:
        fail(str(error))
