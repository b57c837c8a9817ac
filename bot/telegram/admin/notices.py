"""Sends each notice to every admin at least once."""

import time
from collections.abc import Callable
from datetime import date

import structlog

from bot.db.operations.notices import Notice
from bot.domain.delivery.campaign import Campaign, CampaignState, Why
from bot.domain.delivery.outcome import Outcome, Sent
from bot.domain.pages.page import Buttons
from bot.domain.readers.reader import Reader
from bot.i18n import N_, Translator, translator_for
from bot.services.delivery.campaigns import Campaigns
from bot.services.readers.admins import Admins
from bot.services.updates.conflicts import ConflictKind
from bot.telegram.admin.admin_names import AdminNames
from bot.telegram.admin.campaign_status import ASKING, REASONS, Titled, answers
from bot.telegram.admin.conflict_words import conflict_notice
from bot.telegram.admin.offer_list import Ending
from bot.telegram.admin.release.endings import old_words
from bot.telegram.admin.stars.repair_words import star_notice
from bot.telegram.api.errors import is_final
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 1.5
"""An admin whose chat must wait longer is told in a later round."""

AGAIN_SECONDS = 60.0
"""A notice that did not reach every admin is tried again after this."""

CURES = {
    Why.ADMIN: N_("It continues when somebody resumes it."),
    Why.LATE: N_("Should it go out now?"),
    Why.JUMPED: N_("If the clock is right now, should it go out? If it isn’t, set it first."),
    Why.RESTORED: N_("Should it go out now? Anyone who already has it would get it twice."),
    Why.FAILURES: N_(
        "Is this the right bot, and are these its readers? The log has the first refusals in "
        "Telegram’s words, and /campaigns the most frequent ones. No reader has been removed so "
        "far; if you resume, those who couldn’t be reached will be."
    ),
    Why.REJECTED: N_(
        "The message itself is probably wrong; the log and /campaigns say why Telegram refused it. "
        "If you resume, those who were refused aren’t tried again."
    ),
    Why.TOKEN: N_(
        "Ask @BotFather for the right one, set BOT_TOKEN, start the bot again, and then resume it."
    ),
}


class Notices:
    """Call `tell` every second or so in the process that leads."""

    def __init__(
        self,
        campaigns: Campaigns,
        admins: Admins,
        transport: Transport,
        rate_limiter: RateLimiter,
        *,
        username: str,
        has_issue: Callable[[date], bool],
        title: Callable[[date, str], str],
        titled: Titled,
        leads: Callable[[], bool] = lambda: True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make the sender of notices.

        - `has_issue`: tells whether there is an issue of a date by now.
        - `title`: returns an issue's title in a language; `titled`: a campaign with its title.
        - `leads`: tells whether this process is still the one that sends.
        """
        self._leads = leads
        self._campaigns = campaigns
        self._admins = admins
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._username = username
        self._names = AdminNames(transport)
        self._has_issue = has_issue
        self._title = title
        self._titled = titled
        self._monotonic = monotonic
        self._heard: set[tuple[str, int]] = set()
        self._again: dict[str, float] = {}

    async def tell(self) -> None:
        """Send the notices that are due; nothing while a cooldown of the whole bot lasts."""
        if self._rate_limiter.cooldown_left():
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
        """Send a notice to one admin.

        True: she has it; False: it is still to be sent; None: she cannot be reached.
        """
        if (notice.key, reader.id) in self._heard:
            return True
        if not self._leads() or self._rate_limiter.wait(reader.id) > PATIENCE_SECONDS:
            return False
        content = await self._content(notice, reader.id, translator_for(reader.language))
        if content is None:
            return True
        outcome = await self._send(reader, *content)
        if isinstance(outcome, Sent):
            self._heard.add((notice.key, reader.id))
            return True
        return None if is_final(outcome) else False

    async def _send(self, reader: Reader, text: str, buttons: Buttons) -> Outcome:
        return await self._transport.send(reader.id, html_message(text, buttons, self._username))

    async def _content(
        self, notice: Notice, admin_id: int, translator: Translator
    ) -> tuple[str, Buttons] | None:
        """Return a notice's text and buttons to an admin; None where its cause is gone by now."""
        details = notice.details
        match notice.kind:
            case "paused":
                return await self._of_campaign(notice, translator)
            case "no issue" | "old words":
                return self._of_issue(notice, translator)
            case "offer ended":
                return await self._offer_ended(notice, admin_id, translator), ()
            case "cooldown" | "full" | "mended" | "foreign payments":
                return _past(translator, notice), ()
            case ConflictKind.WEBHOOK | ConflictKind.REMOVED | ConflictKind.POLLER:
                return conflict_notice(translator, ConflictKind(notice.kind), **details), ()
        log.error("notice of an unknown kind", kind=notice.kind)
        return None

    async def _of_campaign(self, notice: Notice, translator: Translator) -> tuple[str, Buttons] | None:
        campaign = await self._campaigns.find(int(notice.details["campaign"]))
        if campaign is None:
            return None
        titled = self._titled(campaign, translator.language)
        return _paused(translator, titled, Why(notice.details["why"]))

    async def _offer_ended(self, notice: Notice, admin_id: int, translator: Translator) -> str:
        by = int(notice.details["by"])
        ending = Ending(by, admin_id, await self._names.of([by]))
        return ending.notice(translator, notice.details["label"])

    def _of_issue(self, notice: Notice, translator: Translator) -> tuple[str, Buttons] | None:
        details, day = notice.details, date.fromisoformat(notice.details["day"])
        if notice.kind == "no issue":
            return None if self._has_issue(day) else (_missing(translator, day), ())
        title = self._title(day, translator.language)
        return old_words(translator, day, title, details["old"], details["missing"]), ()


def _past(translator: Translator, notice: Notice) -> str:
    """Say what has happened and asks for nothing."""
    details = notice.details
    if notice.kind in {"mended", "foreign payments"}:
        return star_notice(translator, notice.kind, **details)
    lasted = _cooled_down if notice.kind == "cooldown" else _was_full
    return lasted(translator, float(details["seconds"]))


def _paused(translator: Translator, campaign: Campaign, why: Why) -> tuple[str, Buttons]:
    lines = ["⚠ " + translator.say("Paused: {title}", title=campaign.title), translator.say(REASONS[why])]
    if campaign.why is Why.AHEAD:
        return "\n".join([*lines, translator.say(REASONS[Why.AHEAD])]), ()
    if campaign.state is not CampaignState.PAUSED or campaign.why is not why:
        return "\n".join([*lines, translator.say("An admin has dealt with it.")]), ()
    return "\n".join([*lines, translator.say(CURES[why])]), (answers(translator, campaign, ASKING),)


def _missing(translator: Translator, day: date) -> str:
    return "⚠ " + translator.say(
        "There’s no issue for {day} yet. If none comes, nothing is sent that day.",
        day=translator.full_date(day),
    )


def _cooled_down(translator: Translator, seconds: float) -> str:
    return "⚠ " + translator.say(
        "For {time} Telegram didn’t let me send anything, because too much had gone out at once. I "
        "can send again, and what was waiting is going out. If it happens again, lower SEND_RATE.",
        time=_span(translator, seconds),
    )


def _was_full(translator: Translator, seconds: float) -> str:
    return "⚠ " + translator.say(
        "For {time} I couldn’t write to the database, because its disk was full or failing. I can "
        "again: what was waiting continues by itself, and nobody gets anything twice. Make room on "
        "that disk before it happens again; the log has the database’s own message.",
        time=_span(translator, seconds),
    )


def _span(translator: Translator, seconds: float) -> str:
    if seconds < 60:
        return translator.say("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 120:
        return translator.say_n("{count} minute", "{count} minutes", minutes)
    return translator.say_n("{count} hour", "{count} hours", round(minutes / 60))
