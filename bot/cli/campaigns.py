"""`briefing campaigns` and `briefing push`."""

import asyncio
from datetime import datetime
from enum import StrEnum
from typing import Annotated, TypeAlias

import typer

from bot.cli.terminal import fail, set_up_logs, settings
from bot.clock import SystemClock

app = typer.Typer(add_completion=False)

Number: TypeAlias = Annotated[int, typer.Argument(metavar="ID", min=1, max=2**31 - 1)]


class Language(StrEnum):
    ENGLISH = "en"
    SPANISH = "es"


class Access(StrEnum):
    PREVIEW = "preview"
    FULL = "full"


@app.callback(invoke_without_command=True)
def listing(
    context: typer.Context,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Follow the one that is being sent.")] = False,
) -> None:
    """List what was sent to many, and how it went; or steer one."""
    if context.invoked_subcommand is not None:
        return
    if watch:
        follow(None)
        return
    from bot.cli.database import OperatorError
    from bot.cli.following import listing as print_list

    try:
        print_list(settings().database_url, SystemClock())
    except OperatorError as error:
        fail(str(error))


@app.command("watch")
def follow(
    campaign_id: Annotated[int | None, typer.Argument(metavar="[ID]", min=1, max=2**31 - 1)] = None,
) -> None:
    """Show how one goes until it has ended: the one given, or the newest that is being sent."""
    from bot.cli.database import OperatorError
    from bot.cli.following import follow as show

    try:
        show(settings().database_url, SystemClock(), campaign_id)
    except OperatorError as error:
        fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@app.command()
def pause(campaign_id: Number) -> None:
    """Let nothing more go out until it is resumed."""
    _perform("pause", campaign_id)


@app.command()
def resume(campaign_id: Number) -> None:
    """Go on with one that is paused; one that was late is sent now."""
    _perform("resume", campaign_id)


@app.command()
def cancel(
    campaign_id: Number, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Send it to nobody more, for good."""
    if not yes:
        _require_effect("cancel", campaign_id)
        typer.confirm("Deliveries that have not gone out yet will never go out. Cancel?", abort=True)
    _perform("cancel", campaign_id)


@app.command()
def leave(campaign_id: Number) -> None:
    """Leave alone what is unknown of one that has ended."""
    _perform("leave", campaign_id)


@app.command()
def resend(campaign_id: Number) -> None:
    """Send once more what is unknown of one that has ended; most of these readers get it twice."""
    _perform("resend", campaign_id)


def push(
    test_to: Annotated[int, typer.Option("--test-to", metavar="ID", help="An admin's Telegram ID.")],
    *,
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The issue's; by default the newest one's.")
    ] = None,
    language: Annotated[Language | None, typer.Option(help="By default all.")] = None,
    access: Annotated[Access | None, typer.Option(help="By default both.")] = None,
) -> None:
    """Send an issue's front page to one admin at once, as a test; Monday's push goes out by itself.

    Without BOT_TOKEN it goes to the editor of the demo that runs.
    """
    from bot.cli.test_push import PushTestError, Wanted, send_test_push, send_test_push_in_demo
    from bot.domain.content.gate import Access as Held
    from bot.domain.content.problem import ContentErrors

    given = settings()
    set_up_logs(given, quiet=True)
    wanted = Wanted(test_to, date.date() if date else None, language, Held(access) if access else None)
    try:
        if given.bot_token is None:
            asyncio.run(send_test_push_in_demo(given, wanted, typer.echo))
        else:
            asyncio.run(send_test_push(given, wanted, SystemClock(), typer.echo))
    except (PushTestError, ContentErrors) as error:
        fail(str(error))


def _require_effect(action: str, campaign_id: int) -> None:
    """End the program with a sentence where the action would have no effect."""
    from bot.cli.database import OperatorError
    from bot.cli.following import require_effect
    from bot.domain.delivery.campaign_actions import Action

    try:
        require_effect(settings().database_url, SystemClock(), Action(action), campaign_id)
    except OperatorError as error:
        fail(str(error))


def _perform(action: str, campaign_id: int) -> None:
    from bot.cli.database import OperatorError
    from bot.cli.following import perform
    from bot.domain.delivery.campaign_actions import Action

    given = settings()
    set_up_logs(given, quiet=True)
    try:
        typer.echo(perform(given.database_url, SystemClock(), Action(action), campaign_id))
    except OperatorError as error:
        fail(str(error))
