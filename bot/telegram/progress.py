"""A campaign's progress in words, with its action buttons."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.campaign import Campaign, CampaignState, Kind, Skip, State, Why
from bot.domain.page import Button, Buttons
from bot.domain.sentences import shorten
from bot.domain.steering import Act, version
from bot.i18n import Speech, capital, noted
from bot.services.campaigns import Progress
from bot.telegram.unknowns import LABELS, asking, in_order

KINDS = {
    Kind.ISSUE: noted("issue"),
    Kind.BROADCAST: noted("broadcast"),
    Kind.TEST: noted("test for the admins"),
}
STATES = {
    CampaignState.OPEN: noted("being sent"),
    CampaignState.PAUSED: noted("paused"),
    CampaignState.CANCELLED: noted("cancelled"),
    CampaignState.ENDED: noted("done"),
}
REASONS = {
    Why.ADMIN: noted("An admin paused it."),
    Why.LATE: noted("It was due more than 12 hours ago, so I’m asking first."),
    Why.JUMPED: noted("The server’s clock jumped by more than 12 hours, so I’m asking first."),
    Why.RESTORED: noted("A backup was restored. Readers may already have it, so I’m asking first."),
    Why.FAILURES: noted("More than a fifth of the last 200 deliveries failed."),
    Why.REJECTED: noted("Telegram refused 20 messages in a row."),
    Why.TOKEN: noted("Telegram doesn’t accept the bot’s token."),
    Why.AHEAD: noted(
        "It was prepared while the clock was ahead. The clock is right again, so it was cancelled; "
        "the issue goes out when it’s due."
    ),
}
SKIPS = {
    Skip.HAS_IT: noted("already have it"),
    Skip.STOPPED: noted("wrote /stop"),
    Skip.PUSH_OFF: noted("turned delivery off"),
    Skip.GONE: noted("can’t be reached"),
    Skip.LEFT: noted("are no longer readers"),
    Skip.CANCELLED: noted("it was cancelled"),
}
ASKED = frozenset({Why.LATE, Why.JUMPED, Why.RESTORED})
"""Why a campaign has not begun: an admin says whether it shall."""

ON_BOARD = "camp"
"""What a board's buttons begin with."""

ASKING = "asked"
"""What buttons begin with that stand under a question, which their answer replaces."""

MINUTE, HOUR = 60, 3600
WORDS = 80
"""Characters of what Telegram said that a board shows."""

Titled = Callable[[Campaign, str], Campaign]
"""Names a campaign as readers of a language know it."""


@dataclass(frozen=True, slots=True)
class Local:
    """How an admin reads: her language, her zone, and the time there."""

    voice: Speech
    zone: ZoneInfo
    now: datetime

    def when(self, moment: datetime) -> str:
        """Say a moment: the hour alone when it is today."""
        if moment.astimezone(self.zone).date() == self.now.astimezone(self.zone).date():
            return f"{self.voice.hour(moment, self.zone):at}"
        return self.voice.plain("on {moment}", moment=self.voice.moment(moment, self.zone))

    def to_the_second(self, moment: datetime) -> str:
        """Say a moment with its second."""
        return f"{self.when(moment)}:{moment.astimezone(self.zone).second:02}"


def board(local: Local, progress: Progress, rate: float | None = None) -> tuple[str, Buttons]:
    """Return a campaign's board; `rate` is in messages a second, None as long as nobody knows."""
    voice = local.voice
    lines = [*_head(local, progress), "", *_figures(voice, progress), *_outlook(local, progress, rate)]
    if progress.asks:
        lines += ["", *asking(voice, progress)]
    return "\n".join(lines), _buttons(local, progress)


def named(voice: Speech, campaign: Campaign) -> str:
    return voice.say("<b>{title}</b>", title=campaign.title)


def kind(voice: Speech, campaign: Campaign) -> str:
    return voice.plain(KINDS[campaign.kind])


def counts(voice: Speech, progress: Progress) -> str:
    """Say in one line how many rows are in which state."""
    of = progress.report.of
    return voice.say(
        "Sent {sent} · failed {failed} · skipped {skipped} · unknown {unknown} · left {left}",
        sent=voice.number(of(State.SENT)),
        failed=voice.number(of(State.FAILED)),
        skipped=voice.number(of(State.SKIPPED)),
        unknown=voice.number(of(State.UNKNOWN)),
        left=voice.number(progress.report.left),
    )


def action(act: Act | str, campaign: Campaign, family: str = ON_BOARD) -> str:
    return f"{family}:{act}:{campaign.id}:{version(campaign)}"


def answers(voice: Speech, campaign: Campaign, family: str = ON_BOARD) -> tuple[Button, ...]:
    """Return the two ways out of a pause."""
    is_asked = campaign.why in ASKED
    go = voice.plain("Send now") if is_asked else voice.plain("▶ Resume")
    drop = voice.plain("Don’t send") if is_asked else voice.plain("✕ Cancel")
    return (
        Button(go, action=action(Act.RESUME, campaign, family)),
        Button(drop, action=action(Act.CANCEL, campaign, family)),
    )


def _head(local: Local, progress: Progress) -> Iterator[str]:
    voice, campaign = local.voice, progress.campaign
    yield named(voice, campaign)
    yield voice.say(
        "{kind}, {opened}",
        kind=capital(kind(voice, campaign)),
        opened=voice.moment(campaign.opened_at, local.zone),
    )
    yield ""
    yield from _state(local, progress)


def _state(local: Local, progress: Progress) -> Iterator[str]:
    voice, campaign = local.voice, progress.campaign
    match campaign.state:
        case CampaignState.OPEN if local.now < campaign.starts_at:
            yield voice.say(
                "Starts {when}. Until then any admin can undo it.",
                when=local.to_the_second(campaign.starts_at),
            )
        case CampaignState.OPEN:
            yield voice.say("<b>Being sent</b>")
        case CampaignState.PAUSED:
            yield voice.say("<b>Paused</b>")
            yield voice.say(REASONS[campaign.why or Why.ADMIN])
        case CampaignState.CANCELLED if _is_untouched(progress):
            yield voice.say(
                "<b>Undone</b> {when}: nobody got it.", when=local.when(campaign.ended_at or local.now)
            )
            if campaign.why is Why.AHEAD:
                yield voice.say(REASONS[Why.AHEAD])
        case CampaignState.CANCELLED:
            yield voice.say("<b>Cancelled</b> {when}", when=local.when(campaign.ended_at or local.now))
        case CampaignState.ENDED:
            yield voice.say("<b>Done</b> {when}", when=local.when(campaign.ended_at or local.now))


def _is_untouched(progress: Progress) -> bool:
    """Tell whether it was cancelled before anything of it was handed over."""
    campaign, of = progress.campaign, progress.report.of
    handed_over = of(State.SENT) + of(State.FAILED) + of(State.UNKNOWN) + of(State.SENDING)
    return not handed_over and campaign.ended_at is not None and campaign.ended_at < campaign.starts_at


def _figures(voice: Speech, progress: Progress) -> Iterator[str]:
    report = progress.report
    yield voice.say(
        "Sent: <b>{sent}</b> of {frozen}",
        sent=voice.number(report.of(State.SENT)),
        frozen=voice.number(report.frozen),
    )
    failed = voice.say("Failed: {count}", count=voice.number(report.of(State.FAILED)))
    yield f"{failed} ({_failures(voice, progress.failed)})" if progress.failed else failed
    skipped = voice.say("Skipped: {count}", count=voice.number(report.of(State.SKIPPED)))
    yield f"{skipped} ({_skips(voice, progress.skipped)})" if progress.skipped else skipped
    yield voice.say("Unknown: {count}", count=voice.number(report.of(State.UNKNOWN)))
    if report.left:
        yield voice.say("Left: {count}", count=voice.number(report.left))
    elif not report.adds_up:
        counted = voice.number(sum(report.counts.values()))
        yield voice.say(
            "⚠ This doesn’t add up: it began with {frozen} deliveries, and these are {counted}.",
            frozen=voice.number(report.frozen),
            counted=counted,
        )


def _skips(voice: Speech, skipped: Mapping[Skip, int]) -> str:
    """Say why some were not sent, most of them first."""
    most = sorted(skipped.items(), key=lambda reason: -reason[1])
    return ", ".join(f"{voice.say(SKIPS[why])}: {voice.number(count)}" for why, count in most)


def _failures(voice: Speech, failed: Mapping[str, int]) -> str:
    """Say in Telegram's words why most failed."""
    return ", ".join(
        voice.say("“{words}”: {count}", words=shorten(words, WORDS), count=voice.number(count))
        for words, count in failed.items()
    )


def _outlook(local: Local, progress: Progress, rate: float | None) -> Iterator[str]:
    voice, held = local.voice, progress.held
    if held.count and held.until:
        yield voice.say_n(
            "{count} of them is due later, {when}",
            "{count} of them are due later, the next one {when}",
            held.count,
            when=local.when(held.until),
        )
    soon = progress.report.left - held.count
    if progress.campaign.state is CampaignState.OPEN and rate and soon > 0:
        pace = voice.say_n("{count} a second", "{count} a second", max(1, round(rate)))
        yield f"{pace}, {_span(voice, soon / rate)}"


def _span(voice: Speech, seconds: float) -> str:
    if seconds < MINUTE:
        return voice.say("less than a minute to go")
    if seconds < 2 * HOUR:
        minutes = round(seconds / MINUTE)
        return voice.say_n("about {count} minute to go", "about {count} minutes to go", minutes)
    hours = round(seconds / HOUR)
    return voice.say_n("about {count} hour to go", "about {count} hours to go", hours)


def _buttons(local: Local, progress: Progress) -> Buttons:
    voice, campaign = local.voice, progress.campaign
    if campaign.state is CampaignState.PAUSED:
        return (answers(voice, campaign),)
    if campaign.is_running and local.now < campaign.starts_at:
        return ((Button(voice.plain("Undo"), action=action(Act.UNDO, campaign)),),)
    if campaign.is_running:
        pause = Button(voice.plain("⏸ Pause"), action=action(Act.PAUSE, campaign))
        return ((pause, Button(voice.plain("✕ Cancel"), action=action(Act.CANCEL, campaign))),)
    if not progress.asks:
        return ()
    ways = (Button(voice.plain(LABELS[act]), action=action(act, campaign)) for act in in_order(progress))
    return (tuple(ways),)
