"""A campaign's progress in words, with its action buttons."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, Skip, State, Why
from bot.domain.delivery.campaign_actions import Action, version
from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.text_cutting import shorten
from bot.i18n import N_, Translator, capital
from bot.services.delivery.campaigns import Progress
from bot.telegram.admin.unknowns import LABELS, asking, in_order

KINDS = {
    Kind.ISSUE: N_("issue"),
    Kind.BROADCAST: N_("broadcast"),
    Kind.REMINDER: N_("reminder"),
    Kind.TEST: N_("test for the admins"),
}
STATES = {
    CampaignState.OPEN: N_("being sent"),
    CampaignState.PAUSED: N_("paused"),
    CampaignState.CANCELLED: N_("cancelled"),
    CampaignState.ENDED: N_("done"),
}
REASONS = {
    Why.ADMIN: N_("An admin paused it."),
    Why.LATE: N_("It was due more than 12 hours ago, so I’m asking first."),
    Why.JUMPED: N_("The server’s clock jumped by more than 12 hours, so I’m asking first."),
    Why.RESTORED: N_("A backup was restored. Readers may already have it, so I’m asking first."),
    Why.FAILURES: N_("More than a fifth of the last 200 deliveries failed."),
    Why.REJECTED: N_("Telegram refused 20 messages in a row."),
    Why.TOKEN: N_("Telegram doesn’t accept the bot’s token."),
    Why.AHEAD: N_(
        "It was prepared while the clock was ahead. The clock is right again, so it was cancelled; "
        "the issue goes out when it’s due."
    ),
}
SKIPS = {
    Skip.HAS_IT: N_("already have it"),
    Skip.STOPPED: N_("wrote /stop"),
    Skip.PUSH_OFF: N_("turned delivery off"),
    Skip.REMINDERS_OFF: N_("turned reminders off"),
    Skip.ACCESS: N_("keep their access"),
    Skip.TOO_LATE: N_("too late for it"),
    Skip.GONE: N_("can’t be reached"),
    Skip.LEFT: N_("are no longer readers"),
    Skip.CANCELLED: N_("it was cancelled"),
}
ASKED = frozenset({Why.LATE, Why.JUMPED, Why.RESTORED})
"""The reasons of a pause before a campaign begins: an admin decides whether it does."""

STATUS_MESSAGE = "camp"
"""How the callback data of a status message's buttons begins."""

ASKING = "asked"
"""How the callback data of a question's buttons begins; the answer replaces the question."""

MINUTE, HOUR = 60, 3600
WORDS = 80
"""Characters of Telegram's own words that a status message shows."""

Titled = Callable[[Campaign, str], Campaign]
"""Returns a campaign with the title that it has in a language."""


@dataclass(frozen=True, slots=True)
class Local:
    """An admin's language and zone, and the time now."""

    translator: Translator
    zone: ZoneInfo
    now: datetime

    def when(self, moment: datetime) -> str:
        """Say a moment: the hour alone when it is today."""
        if moment.astimezone(self.zone).date() == self.now.astimezone(self.zone).date():
            return f"{self.translator.hour(moment, self.zone):at}"
        return self.translator.plain("on {moment}", moment=self.translator.moment(moment, self.zone))

    def to_the_second(self, moment: datetime) -> str:
        """Say a moment with its second."""
        return f"{self.when(moment)}:{moment.astimezone(self.zone).second:02}"


def status_message(local: Local, progress: Progress, rate: float | None = None) -> tuple[str, Buttons]:
    """Return a campaign's status message; `rate`: messages a second, None where it is not known."""
    translator = local.translator
    lines = [*_head(local, progress), "", *_numbers(translator, progress), *_outlook(local, progress, rate)]
    if progress.asks:
        lines += ["", *asking(translator, progress)]
    return "\n".join(lines), _buttons(local, progress)


def named(translator: Translator, campaign: Campaign) -> str:
    return translator.say("<b>{title}</b>", title=campaign.title)


def kind(translator: Translator, campaign: Campaign) -> str:
    return translator.plain(KINDS[campaign.kind])


def counts(translator: Translator, progress: Progress) -> str:
    """Say in one line how many deliveries are in which state."""
    of = progress.report.of
    return translator.say(
        "Sent {sent} · failed {failed} · skipped {skipped} · unknown {unknown} · left {left}",
        sent=translator.number(of(State.SENT)),
        failed=translator.number(of(State.FAILED)),
        skipped=translator.number(of(State.SKIPPED)),
        unknown=translator.number(of(State.UNKNOWN)),
        left=translator.number(progress.report.left),
    )


def action(act: Action | str, campaign: Campaign, family: str = STATUS_MESSAGE) -> str:
    return f"{family}:{act}:{campaign.id}:{version(campaign)}"


def answers(translator: Translator, campaign: Campaign, family: str = STATUS_MESSAGE) -> tuple[Button, ...]:
    """Return the two buttons that end a pause."""
    is_asked = campaign.why in ASKED
    go = translator.plain("Send now") if is_asked else translator.plain("▶ Resume")
    drop = translator.plain("Don’t send") if is_asked else translator.plain("✕ Cancel")
    return (
        Button(go, action=action(Action.RESUME, campaign, family)),
        Button(drop, action=action(Action.CANCEL, campaign, family)),
    )


def _head(local: Local, progress: Progress) -> Iterator[str]:
    translator, campaign = local.translator, progress.campaign
    yield named(translator, campaign)
    yield translator.say(
        "{kind}, {opened}",
        kind=capital(kind(translator, campaign)),
        opened=translator.moment(campaign.opened_at, local.zone),
    )
    yield ""
    yield from _state(local, progress)


def _state(local: Local, progress: Progress) -> Iterator[str]:
    translator, campaign = local.translator, progress.campaign
    match campaign.state:
        case CampaignState.OPEN if local.now < campaign.starts_at:
            yield translator.say(
                "Starts {when}. Until then any admin can undo it.",
                when=local.to_the_second(campaign.starts_at),
            )
        case CampaignState.OPEN:
            yield translator.say("<b>Being sent</b>")
        case CampaignState.PAUSED:
            yield translator.say("<b>Paused</b>")
            yield translator.say(REASONS[campaign.why or Why.ADMIN])
        case CampaignState.CANCELLED if _is_untouched(progress):
            yield translator.say(
                "<b>Undone</b> {when}: nobody got it.", when=local.when(campaign.ended_at or local.now)
            )
            if campaign.why is Why.AHEAD:
                yield translator.say(REASONS[Why.AHEAD])
        case CampaignState.CANCELLED:
            yield translator.say("<b>Cancelled</b> {when}", when=local.when(campaign.ended_at or local.now))
        case CampaignState.ENDED:
            yield translator.say("<b>Done</b> {when}", when=local.when(campaign.ended_at or local.now))


def _is_untouched(progress: Progress) -> bool:
    """Tell whether a campaign was cancelled before any of it was handed to Telegram."""
    campaign, of = progress.campaign, progress.report.of
    handed_over = of(State.SENT) + of(State.FAILED) + of(State.UNKNOWN) + of(State.SENDING)
    return not handed_over and campaign.ended_at is not None and campaign.ended_at < campaign.starts_at


def _numbers(translator: Translator, progress: Progress) -> Iterator[str]:
    report = progress.report
    yield translator.say(
        "Sent: <b>{sent}</b> of {frozen}",
        sent=translator.number(report.of(State.SENT)),
        frozen=translator.number(report.frozen),
    )
    failed = translator.say("Failed: {count}", count=translator.number(report.of(State.FAILED)))
    yield f"{failed} ({_failures(translator, progress.failed)})" if progress.failed else failed
    skipped = translator.say("Skipped: {count}", count=translator.number(report.of(State.SKIPPED)))
    yield f"{skipped} ({_skips(translator, progress.skipped)})" if progress.skipped else skipped
    yield translator.say("Unknown: {count}", count=translator.number(report.of(State.UNKNOWN)))
    if report.left:
        yield translator.say("Left: {count}", count=translator.number(report.left))
    elif not report.adds_up:
        counted = translator.number(sum(report.counts.values()))
        yield translator.say(
            "⚠ This doesn’t add up: it began with {frozen} deliveries, and these are {counted}.",
            frozen=translator.number(report.frozen),
            counted=counted,
        )


def _skips(translator: Translator, skipped: Mapping[Skip, int]) -> str:
    """Say why deliveries were skipped, the most frequent reason first."""
    most = sorted(skipped.items(), key=lambda reason: -reason[1])
    return ", ".join(f"{translator.say(SKIPS[why])}: {translator.number(count)}" for why, count in most)


def _failures(translator: Translator, failed: Mapping[str, int]) -> str:
    """Say in Telegram's words why deliveries failed."""
    return ", ".join(
        translator.say("“{words}”: {count}", words=shorten(words, WORDS), count=translator.number(count))
        for words, count in failed.items()
    )


def _outlook(local: Local, progress: Progress, rate: float | None) -> Iterator[str]:
    translator, due_later = local.translator, progress.due_later
    if due_later.count and due_later.until:
        yield translator.say_n(
            "{count} of them is due later, {when}",
            "{count} of them are due later, the next one {when}",
            due_later.count,
            when=local.when(due_later.until),
        )
    soon = progress.report.left - due_later.count
    if progress.campaign.state is CampaignState.OPEN and rate and soon > 0:
        pace = translator.say_n("{count} a second", "{count} a second", max(1, round(rate)))
        yield f"{pace}, {_span(translator, soon / rate)}"


def _span(translator: Translator, seconds: float) -> str:
    if seconds < MINUTE:
        return translator.say("less than a minute to go")
    if seconds < 2 * HOUR:
        minutes = round(seconds / MINUTE)
        return translator.say_n("about {count} minute to go", "about {count} minutes to go", minutes)
    hours = round(seconds / HOUR)
    return translator.say_n("about {count} hour to go", "about {count} hours to go", hours)


def _buttons(local: Local, progress: Progress) -> Buttons:
    translator, campaign = local.translator, progress.campaign
    if campaign.state is CampaignState.PAUSED:
        return (answers(translator, campaign),)
    if campaign.is_running and local.now < campaign.starts_at:
        return ((Button(translator.plain("Undo"), action=action(Action.UNDO, campaign)),),)
    if campaign.is_running:
        pause = Button(translator.plain("⏸ Pause"), action=action(Action.PAUSE, campaign))
        return ((pause, Button(translator.plain("✕ Cancel"), action=action(Action.CANCEL, campaign))),)
    if not progress.asks:
        return ()
    ways = (Button(translator.plain(LABELS[act]), action=action(act, campaign)) for act in in_order(progress))
    return (tuple(ways),)
