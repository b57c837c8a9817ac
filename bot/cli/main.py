"""The commands: what each starts, and how it ends."""

import asyncio
import gc
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import structlog
import typer

from bot.cli import admins, campaigns
from bot.cli.misspelled import misspelled
from bot.cli.terminal import fail as _fail
from bot.cli.terminal import set_up_logs
from bot.cli.terminal import settings as _settings
from bot.clock import SystemClock, own_zones
from bot.config import CALLED, HIGHEST_PORT, NO_SIMULATOR, SIMULATOR, Settings

if TYPE_CHECKING:
    from bot.services.operations.backups import Backups

log = structlog.get_logger(__name__)

app = typer.Typer(no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False)

app.add_typer(campaigns.app, name="campaigns")
app.command()(campaigns.push)
for verb in (admins.grant, admins.revoke, admins.codes, admins.readers, admins.audit, admins.doctor):
    app.command()(verb)

AUDIENCES = (
    "everyone, with-access, without-access, trial, expired, language-en, language-es, inactive-4 (weeks; or "
    "8, 12, 26), admins (a test)"
)
END_SECONDS = 19.0
"""The longest that a stop may take. It takes less (see `bot.app`); containers and systemd wait 20 s."""

ENDED_BY_THEIR_LOOP = (None, "bot", "demo")
"""Commands whose event loop handles Ctrl+C; before it runs they hold nothing that would have to be closed."""


def main() -> None:
    own_zones()
    app(prog_name=CALLED)


@app.callback(invoke_without_command=True)
def default(context: typer.Context) -> None:
    """Start the bot when BOT_TOKEN is set, else the demo."""
    if context.invoked_subcommand not in ENDED_BY_THEIR_LOOP:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # they close what they have opened
    if context.invoked_subcommand is not None:
        return
    if _settings().bot_token is None:
        demo()
    else:
        bot()


@app.command()
def bot() -> None:
    """Serve readers on Telegram."""
    settings = _settings()
    set_up_logs(settings)
    _tell_misspelled()
    _guarded(_serve(settings))


@app.command()
def demo(
    port: Annotated[
        int,
        typer.Option(min=0, max=HIGHEST_PORT, help="Where the chat page is; the next free port when taken."),
    ] = 8080,
    data: Annotated[
        Path | None, typer.Option(help="Keep the demo's database here; without it every demo is new.")
    ] = None,
    readers: Annotated[
        int, typer.Option(min=0, max=100_000, help="So many readers more, who all write /start at once.")
    ] = 0,
) -> None:
    """Try everything in the browser: the bot, the sample issues and a local Telegram."""
    try:
        from bot.demo import run_demo
    except ModuleNotFoundError as error:
        if error.name != SIMULATOR:
            raise
        _fail(NO_SIMULATOR)
    settings = _settings()
    set_up_logs(settings)
    _tell_misspelled()
    _guarded(run_demo(settings, port, data, readers))


@app.command()
def migrate() -> None:
    """Bring the database's tables up to date (a start does it too)."""
    from bot.db.engine.session import Database
    from bot.db.errors import UnusableError

    async def upgrade() -> None:
        database = Database(_settings().database_url)
        try:
            await database.migrate()
        finally:
            await database.close()

    try:
        asyncio.run(upgrade())
    except UnusableError as error:
        _fail(str(error))
    typer.echo("The tables are up to date.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Write all that the bot remembers into one file, also while it runs."""
    settings = _settings()
    _on_backups(settings, lambda backups: backups.back_up(file, force=force))
    typer.echo(f"All that the bot remembers is in {file} ({file.stat().st_size / 1e6:.1f} MB).")
    typer.echo(f"{_key_place(settings)} is not in it: keep it too, or everyone can have the trial again.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `backup` wrote.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup in the place of all that the bot remembers; the bot must not run."""
    settings = _settings()
    if not yes:
        _on_backups(settings, lambda backups: backups.look_at(file))
        typer.confirm(f"All that {_database_of(settings)} holds now is replaced. Restore?", abort=True)
    _on_backups(settings, lambda backups: backups.restore(file))
    typer.echo(f"The database {_database_of(settings)} holds what {file} holds, and nothing newer.")
    typer.echo("Campaigns that were running or are due wait until an admin has answered: see /campaigns.")
    typer.echo(f"{_key_place(settings)} must be the one that was kept with this backup.")


@app.command()
def give_up_key(
    name: Annotated[str, typer.Argument(help="Its fingerprint, as the refused start names it.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Use another HASH_KEY from now on, because the old one is lost."""
    from bot.cli.database import OperatorError
    from bot.cli.keys import GIVEN_UP, give_up

    settings = _settings()
    if not yes:
        typer.confirm(f"{GIVEN_UP} Give the key {name} up?", abort=True)
    try:
        typer.echo(give_up(settings.database_url, SystemClock(), name))
    except OperatorError as error:
        _fail(str(error))


@app.command()
def broadcast(
    file: Annotated[Path, typer.Argument(help="What readers get, in Markdown.")],
    *,
    audience: Annotated[str, typer.Option(help=AUDIENCES)],
    es: Annotated[Path | None, typer.Option(help="The Spanish text; FILE is then the English one.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before it is sent.")] = False,
) -> None:
    """Send readers a message; it starts after a minute in which any admin can undo it."""
    from bot.cli.broadcasting import AnnouncingError, Terminal, announce, files_of

    settings = _settings()
    set_up_logs(settings)
    terminal = Terminal(typer.echo, lambda question: yes or typer.confirm(question))
    try:
        announce(settings, files_of(file, es), audience, terminal)
    except AnnouncingError as error:
        _fail(str(error))


@app.command()
def check(
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Go on, and say it again after each save, until Ctrl+C.")
    ] = False,
) -> None:
    """Read all content and say what is wrong, with file, line and cure."""
    from bot.cli.checking import print_checked, watch_folder
    from bot.services.content.checking import check as check_folder

    folder = _settings().content_dir
    if watch:
        watch_folder(folder)
    checked = check_folder(folder)
    print_checked(checked)
    if not checked.sound:
        raise typer.Exit(1)


@app.command()
def healthy() -> None:
    """Ask the running program whether it is alive; for containers."""
    from bot.cli.health import ask

    typer.echo(f"The bot at {ask(_settings())} is alive.")


def _tell_misspelled() -> None:
    if sentence := misspelled():
        log.warning(sentence)


async def _serve(settings: Settings) -> None:
    from bot.app import Program, unless

    stopping = asyncio.Event()

    def stop() -> None:
        stopping.set()
        end_within(END_SECONDS)

    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)
    program = Program(settings)
    program.core.heartbeat.on_outdated(stop)
    try:
        await unless(stopping, program.start())
        gc.freeze()  # objects of the start stay for good: each collection of them would take 0.1 s
        await stopping.wait()
    finally:
        await program.stop()
    if program.core.heartbeat.is_outdated:  # the log says it
        raise typer.Exit(1)


def end_within(seconds: float) -> None:
    """End this process after so long, whatever still runs: a driver's thread may hang on a locked file.

    Deliveries without an outcome on disk are unknown to the next start, as after a crash.
    """
    last = threading.Timer(seconds, os._exit, (1,))
    last.daemon = True  # a process that ends in time does not wait for it
    last.start()


def _guarded(work: Coroutine[Any, Any, None]) -> None:
    """Run `work`; an error that keeps the program from starting ends it with a sentence."""
    gc.disable()  # see `bot.__main__`
    from bot.composition.errors import StartError
    from bot.domain.content.problem import ContentErrors

    gc.enable()
    try:
        asyncio.run(work)
    except (StartError, ContentErrors) as error:
        _fail(str(error))
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is closed: a second Ctrl+C may end it at once


def _on_backups(settings: Settings, act: Callable[["Backups"], Coroutine[Any, Any, None]]) -> None:
    """Await `act` with the backups; BackupError ends the program with a sentence."""
    from bot.db.engine.session import Database
    from bot.services.operations.backups import BackupError, Backups

    async def on_database() -> None:
        database = Database(settings.database_url)
        try:
            await act(Backups(database, SystemClock()))
        finally:
            await database.close()

    set_up_logs(settings)
    try:
        asyncio.run(on_database())
    except BackupError as error:
        _fail(str(error))


def _database_of(settings: Settings) -> str:
    """Return the URL of the database without its password."""
    from bot.db.engine.session import Database

    return Database(settings.database_url).url.render_as_string(hide_password=True)


def _key_place(settings: Settings) -> str:
    from bot.db.engine.session import Database

    if settings.hash_key is not None:
        return "HASH_KEY"
    return f"The key {Database(settings.database_url).folder / 'hash.key'}"
