"""Notices: what admins are told unasked, each by every one of them who can be reached, at least once."""

import time
from collections.abc import Callable
from datetime import date

import structlog

from bot.db.notices import Notice
from bot.domain.campaign import Campaign, CampaignState, Why
from bot.domain.delivery import Outcome, Sent
from bot.domain.page import Buttons
from bot.domain.reader import Reader
from bot.i18n import Speech, noted, speech
from bot.services.admins import Admins
from bot.services.campaigns import Campaigns
from bot.services.rivals import Rival
from bot.telegram.errors import is_final
from bot.telegram.keyboard import html_message
from bot.telegram.lanes import Lanes
from bot.telegram.progress import ASKING, REASONS, Titled, answers
from bot.telegram.release_endings import old_words
from bot.telegram.rivalry import rivalry
from bot.telegram.transport import Transport

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.5
AGAIN_SECONDS = 60.0
"""A notice that could not be told to everyone is tried again after this."""

CURES = {
    Why.ADMIN: noted("It continues when somebody resumes it."),
    Why.LATE: noted("Should it go out now?"),
    Why.JUMPED: noted("If the clock is right now, should it go out? If it isn’t, set it first."),
    Why.RESTORED: noted("Should it go out now? Anyone who already has it would get it twice."),
    Why.FAILURES: noted(
        "Is this the right bot, and are these its readers? The log has the first refusals in "
        "Telegram’s words, and /campaigns the most frequent ones. No reader has been removed so "
        "far; if you resume, those who couldn’t be reached will be."
    ),
    Why.REJECTED: noted(
        "The message itself is probably wrong; the log and /campaigns say why Telegram refused it. "
        "If you resume, those who were refused aren’t tried again."
    ),
    Why.TOKEN: noted(
        "Ask @BotFather for the right one, set BOT_TOKEN, start the bot again, and then resume it."
    ),
}


class Notices:
    """Call `tell` every second or so where campaigns are sent."""

    def __init__(
        self,
        campaigns: Campaigns,
        admins: Admins,
        transport: Transport,
        lanes: Lanes,
        *,
        username: str,
        has_issue: Callable[[date], bool],
        title: Callable[[date, str], str],
        titled: Titled,
        leads: Callable[[], bool] = lambda: True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`has_issue` says whether there is an issue of that date by now; `title` names an issue, `titled` a
        campaign in a language; `leads` whether this process still is the one that tells.
        """
        self._leads = leads
        self._campaigns = campaigns
        self._admins = admins
        self._transport = transport
        self._lanes = lanes
        self._username = username
        self._has_issue = has_issue
        self._title = title
        self._titled = titled
        self._monotonic = monotonic
        self._heard: set[tuple[str, int]] = set()
        self._again: dict[str, float] = {}

    async def tell(self) -> None:
        """Tell what has not been told; nothing as long as Telegram wants nothing to be sent."""
        if self._lanes.halted():
            return
        untold = await self._admins.untold()
        readers = await self._admins.reachable() if untold else []
        for notice in untold:
            if readers and self._monotonic() >= self._again.get(notice.key, 0.0):
                await self._tell(notice, readers)

    async def _tell(self, notice: Notice, readers: list[Reader]) -> None:
        heard = [await self._tell_one(notice, reader) for reader in readers]
        if True in heard and False not in heard:
            await self._admins.told(notice.key)
            self._again.pop(notice.key, None)
            self._heard = {heard for heard in self._heard if heard[0] != notice.key}
        else:
            self._again[notice.key] = self._monotonic() + AGAIN_SECONDS

    async def _tell_one(self, notice: Notice, reader: Reader) -> bool | None:
        """Tell one admin; False when she is still to be told, None when she cannot be."""
        if (notice.key, reader.id) in self._heard:
            return True
        if not self._leads() or self._lanes.wait(reader.id) > PATIENCE_SECONDS:
            return False
        content = await self._content(notice, speech(reader.language))
        if content is None:
            return True
        outcome = await self._send(reader, *content)
        if isinstance(outcome, Sent):
            self._heard.add((notice.key, reader.id))
            return True
        return None if is_final(outcome) else False

    async def _send(self, reader: Reader, text: str, buttons: Buttons) -> Outcome:
        return await self._transport.send(reader.id, html_message(text, buttons, self._username))

    async def _content(self, notice: Notice, voice: Speech) -> tuple[str, Buttons] | None:
        """Return what a notice says; None when there is nothing to say any more."""
        details = notice.details
        match notice.kind:
            case "paused":
                campaign = await self._campaigns.find(int(details["campaign"]))
                if campaign is None:
                    return None
                return _paused(voice, self._titled(campaign, voice.language), Why(details["why"]))
            case "no issue" | "old words":
                return self._of_issue(notice, voice)
            case "halt" | "full":
                lasted = _halted if notice.kind == "halt" else _full
                return lasted(voice, float(details["seconds"])), ()
            case Rival.WEBHOOK | Rival.REMOVED | Rival.POLLER:
                return rivalry(voice, Rival(notice.kind), **details), ()
        log.error("a notice that nobody can read", kind=notice.kind)
        return None

    def _of_issue(self, notice: Notice, voice: Speech) -> tuple[str, Buttons] | None:
        details, day = notice.details, date.fromisoformat(notice.details["day"])
        if notice.kind == "no issue":
            return None if self._has_issue(day) else (_missing(voice, day), ())
        title = self._title(day, voice.language)
        return old_words(voice, day, title, details["old"], details["missing"]), ()


def _paused(voice: Speech, campaign: Campaign, why: Why) -> tuple[str, Buttons]:
    lines = ["⚠ " + voice.say("Paused: {title}", title=campaign.title), voice.say(REASONS[why])]
    if campaign.why is Why.AHEAD:
        return "\n".join([*lines, voice.say(REASONS[Why.AHEAD])]), ()
    if campaign.state is not CampaignState.PAUSED or campaign.why is not why:
        return "\n".join([*lines, voice.say("An admin has dealt with it.")]), ()
    return "\n".join([*lines, voice.say(CURES[why])]), (answers(voice, campaign, ASKING),)


def _missing(voice: Speech, day: date) -> str:
    return "⚠ " + voice.say(
        "There’s no issue for {day} yet. If none comes, nothing is sent that day.", day=voice.full_date(day)
    )


def _halted(voice: Speech, seconds: float) -> str:
    return "⚠ " + voice.say(
        "For {time} Telegram didn’t let me send anything, because too much had gone out at once. I "
        "can send again, and what was waiting is going out. If it happens again, lower SEND_RATE.",
        time=_span(voice, seconds),
    )


def _full(voice: Speech, seconds: float) -> str:
    return "⚠ " + voice.say(
        "For {time} I couldn’t write to the database, because its disk was full or failing. I can "
        "again: what was waiting continues by itself, and nobody gets anything twice. Make room on "
        "that disk before it happens again; the log has the database’s own message.",
        time=_span(voice, seconds),
    )


def _span(voice: Speech, seconds: float) -> str:
    if seconds < 60:
        return voice.say("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 120:
        return voice.say_n("{count} minute", "{count} minutes", minutes)
    return voice.say_n("{count} hour", "{count} hours", round(minutes / 60))
