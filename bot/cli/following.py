"""Campaigns on the terminal: listed, followed and acted on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import TypeVar

import rich.progress
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.cli.database import OperatorError, with_database
from bot.cli.tables import console
from bot.clock import Clock
from bot.config import CALLED
from bot.domain.delivery.campaign import CampaignState, State, Why
from bot.domain.delivery.campaign_actions import Action, Verdict
from bot.domain.pages.text_cutting import shorten
from bot.i18n import translator_for
from bot.metrics import Metrics
from bot.services.delivery.campaigns import ActionResult, Campaigns, Progress
from bot.telegram.handlers.admin.campaign_answers import answered

Result = TypeVar("Result")

LISTED = 20
WORDS = 80
"""Characters, at most, that are shown of a refusal in Telegram's words."""

WATCH_SECONDS = 1.0
FIGURES = (State.SENT, State.FAILED, State.SKIPPED, State.UNKNOWN)
NUMBERS = (*(state.capitalize() for state in FIGURES), "Left")
GAP, LEAST = 2, 10
"""Columns between two cells, and the fewest that a title gets."""

HEAD = ("ID", "UTC", "State", *NUMBERS, "What")

REASONS = {
    Why.ADMIN: "paused by hand",
    Why.LATE: "more than 12 hours late: asks first",
    Why.JUMPED: "the clock jumped: asks first",
    Why.RESTORED: "a backup was put back: asks first",
    Why.FAILURES: "too many failed",
    Why.REJECTED: "Telegram refused 20 in a row",
    Why.TOKEN: "Telegram does not accept the token",
    Why.AHEAD: "the clock was ahead: goes out when it is due",
}


def listing(url: str, clock: Clock) -> None:
    """Print the newest campaigns of the database at `url`. OperatorError."""
    _print(_work(url, clock, lambda campaigns: campaigns.last(LISTED)), clock)


def follow(url: str, clock: Clock, campaign_id: int | None) -> None:
    """Show the progress of a campaign until it has ended; without an id, of the newest that is being sent.
    OperatorError.
    """
    _print([_work(url, clock, lambda campaigns: _follow(campaigns, campaign_id))], clock)


def require_effect(url: str, clock: Clock, action: Action, campaign_id: int) -> None:
    """Raise OperatorError where the action would have no effect: then the operator need not be asked."""
    result = _work(url, clock, lambda campaigns: campaigns.verdict_on(action, campaign_id))
    if result.verdict is not Verdict.DONE:
        raise OperatorError(_sentence(action, result))


def perform(url: str, clock: Clock, action: Action, campaign_id: int) -> str:
    """Perform an action on a campaign; return a sentence about its effect. OperatorError: it had none."""
    result = _work(url, clock, lambda campaigns: campaigns.act(action, campaign_id, None))
    if result.verdict is not Verdict.DONE:
        raise OperatorError(_sentence(action, result))
    return _sentence(action, result)


def _sentence(action: Action, result: ActionResult) -> str:
    hint = f" Write `{CALLED} campaigns` for a list." if result.verdict is Verdict.MISSING else ""
    said = answered(action, result)
    return translator_for("en").plain(said) + hint


async def _follow(campaigns: Campaigns, campaign_id: int | None) -> Progress:
    progress = await _wanted(campaigns, campaign_id)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
    with rich.progress.Progress(*columns, console=console()) as bar:
        task = bar.add_task("", total=progress.report.frozen)
        while True:
            gone_out = progress.report.frozen - progress.report.left
            bar.update(task, description=_described(progress), completed=gone_out)
            if not progress.campaign.is_running and not progress.report.left:
                return progress
            await asyncio.sleep(WATCH_SECONDS)
            progress = await campaigns.progress(progress.campaign.id) or progress


async def _wanted(campaigns: Campaigns, campaign_id: int | None) -> Progress:
    if campaign_id is not None:
        progress = await campaigns.progress(campaign_id)
        if progress is None:
            raise OperatorError(_sentence(Action.PAUSE, ActionResult(Verdict.MISSING)))
        return progress
    running = [progress for progress in await campaigns.last(LISTED) if progress.campaign.is_running]
    if not running:
        raise OperatorError(f"Nothing is being sent. Write `{CALLED} campaigns` for a list.")
    return running[0]


def _described(progress: Progress) -> str:
    paused = ["paused"] if progress.campaign.state is CampaignState.PAUSED else []
    figures = [f"{progress.report.of(state):,} {state}" for state in (State.FAILED, State.UNKNOWN)]
    return ", ".join([*paused, *figures])


def _print(listed: list[Progress], clock: Clock) -> None:
    if not listed:
        console().print("Nothing has been sent out yet.")
        return
    screen, rows = console(), [_row(progress, clock.now()) for progress in listed]
    widths = [max(map(len, cells)) for cells in zip(HEAD, *rows, strict=True)]
    # On a narrow terminal the title is cut, and not what an operator has to read or to type.
    room = screen.width - sum(width + GAP for width in widths[:-1])
    table = Table(box=None, pad_edge=False)
    for name, width in zip(HEAD, [*widths[:-1], None], strict=True):
        table.add_column(name, no_wrap=True, justify="right" if name in NUMBERS else "left", min_width=width)
    for *cells, what in rows:
        table.add_row(*cells, shorten(what, max(LEAST, room)))
    screen.print(table)
    for progress in listed:
        for line in (*_failures(progress), *_asking(progress)):
            screen.print(line)


def _failures(progress: Progress) -> Iterator[str]:
    """Yield the most frequent refusals of a campaign, in Telegram's words."""
    if progress.failed:
        said = ", ".join(f"“{shorten(words, WORDS)}” ({count:,})" for words, count in progress.failed.items())
        yield f"Campaign {progress.campaign.id}, most frequent refusals: {said}."


def _asking(progress: Progress) -> Iterator[str]:
    """Yield why some deliveries are unknown, and what to do about them, the better way first."""
    if not progress.asks:
        return
    number, unknown = progress.campaign.id, progress.report.of(State.UNKNOWN)
    causes = [
        f"{progress.abandoned:,} under way when the program died or was cut off",
        f"{progress.lost:,} whose answers were lost",
    ]
    counts = (progress.abandoned, progress.lost)
    told = [cause for cause, count in zip(causes, counts, strict=True) if count]
    yield (
        f"Campaign {number} asks about {unknown:,} unknown: {', '.join(told)}. "
        f"Most have probably arrived; up to {unknown:,} may be missing."
    )
    ways = [
        f"`{CALLED} campaigns resend {number}`: everybody gets it, most of these a second time",
        f"`{CALLED} campaigns leave {number}`: nobody gets it twice, a few perhaps not at all",
    ]
    first, second = ways if progress.advised is Action.RESEND else ways[::-1]
    yield f"{first}; or {second}."


def _row(progress: Progress, now: datetime) -> list[str]:
    campaign, report = progress.campaign, progress.report
    why = f" ({REASONS[campaign.why]})" if campaign.why else ""
    begins = campaign.state is CampaignState.OPEN and now < campaign.starts_at
    return [
        str(campaign.id),
        f"{campaign.opened_at:%m-%d %H:%M}",
        "about to start" if begins else str(campaign.state),
        *(f"{report.of(state):,}" for state in FIGURES),
        f"{report.left:,}",
        f"{campaign.kind}{why}: {campaign.title}",
    ]


def _work(url: str, clock: Clock, work: Callable[[Campaigns], Awaitable[Result]]) -> Result:
    """Return the result of `work` with the campaigns of a database. OperatorError."""
    return with_database(url, clock, lambda database, hours: work(Campaigns(database, hours, Metrics())))
