"""Status messages: how a campaign goes, in every admin's chat."""

import asyncio
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta

from bot.clock import Clock
from bot.db.delivery.status_messages import StatusMessage
from bot.domain.content.publication import Publication
from bot.domain.delivery.campaign import CampaignState, Kind, State
from bot.domain.delivery.outcome import Outcome, Sent, Unknown
from bot.domain.delivery.schedule import zone_of
from bot.domain.pages.page import Buttons
from bot.domain.readers.reader import Reader
from bot.i18n import translator_for
from bot.services.delivery.campaigns import Campaigns, Progress, Watched
from bot.services.readers.admins import Admins
from bot.telegram.admin.campaign_status import Local, Titled, status_message
from bot.telegram.api.errors import MISSING_MESSAGE, is_final, says
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport

SECONDS = 3.0
"""Between two rounds, and so between two edits of a status message."""

LAST = 8
"""How many campaigns are followed after their end: an admin may still decide about unknown deliveries."""

FRESH = timedelta(minutes=10)
"""A campaign that ended longer ago is sent to nobody unasked."""

PATIENCE_SECONDS = 1.5
"""A chat that must wait longer is left for the next round."""

TRIES = 1
"""How often a status message is sent again whose answer was lost. Each send is tried twice by the transport,
and all may arrive."""

Content = tuple[str, Buttons]


class StatusMessages:
    """Sends and edits status messages. Call `refresh` every `SECONDS` in the process that leads."""

    def __init__(
        self,
        campaigns: Campaigns,
        admins: Admins,
        transport: Transport,
        rate_limiter: RateLimiter,
        clock: Clock,
        *,
        username: str,
        publication: Callable[[], Publication],
        titled: Titled,
        leads: Callable[[], bool] = lambda: True,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`titled` names a campaign in a language; `leads` tells whether this process still is the one that
        looks after status messages.
        """
        self._leads = leads
        self._campaigns = campaigns
        self._admins = admins
        self._transport = transport
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._username = username
        self._publication = publication
        self._titled = titled
        self._monotonic = monotonic
        self._shown: dict[int, Watched] = {}
        self._paces: dict[int, tuple[int, float]] = {}
        self._refused: set[tuple[int, int]] = set()
        self._moved: set[tuple[int, int]] = set()  # those that were sent anew, once
        self._tries: Counter[tuple[int, int]] = Counter()

    async def refresh(self) -> None:
        """Send the status messages that are missing, and edit those whose campaign has changed."""
        readers = await self._admins.reachable()
        watched = await self._campaigns.watched(LAST) if readers else []
        self._forget({entry.campaign.id for entry in watched})
        moved = [entry for entry in watched if self._shown.get(entry.campaign.id) != entry]
        status_messages = await self._admins.status_messages(entry.campaign.id for entry in moved)
        for entry in moved:
            await self._follow(entry, readers, status_messages)

    def _forget(self, watched: Collection[int]) -> None:
        """Drop what is remembered of campaigns that are no longer followed."""
        self._shown = {number: entry for number, entry in self._shown.items() if number in watched}
        self._paces = {number: entry for number, entry in self._paces.items() if number in watched}
        self._refused = {key for key in self._refused if key[0] in watched}
        self._moved = {key for key in self._moved if key[0] in watched}
        self._tries = Counter({key: count for key, count in self._tries.items() if key[0] in watched})

    async def open(self, reader: Reader, campaign_id: int) -> bool:
        """Send an admin a new status message of a campaign, which replaces the one before; False where there
        is none.
        """
        progress = await self._campaigns.progress(campaign_id)
        if progress is None:
            return False
        before = (await self._admins.status_messages([campaign_id])).get((campaign_id, reader.id))
        await self._move(progress, reader, self.content(reader, progress), before)
        return True

    async def _move(
        self, progress: Progress, reader: Reader, content: Content, before: StatusMessage | None
    ) -> bool:
        """Send a status message anew and delete the one `before`; return whether nothing is left to do."""
        outcome = await self._send(reader, content)
        # Each one whose answer was lost may stand in the chat: no more than a few of the same.
        self._tries[progress.campaign.id, reader.id] += isinstance(outcome, Unknown)
        is_stable = await self._keep(progress, reader, content, outcome)
        if isinstance(outcome, Sent) and before:
            await self._transport.delete(reader.id, before.message_id)
        return is_stable

    def content(self, reader: Reader, progress: Progress, rate: float | None = None) -> Content:
        named = replace(progress, campaign=self._titled(progress.campaign, reader.language))
        return status_message(self.local(reader), named, rate)

    def local(self, reader: Reader) -> Local:
        zone = zone_of(reader.zone, self._publication())
        return Local(translator_for(reader.language), zone, self._clock.now())

    async def _follow(
        self,
        watched: Watched,
        readers: list[Reader],
        status_messages: Mapping[tuple[int, int], StatusMessage],
    ) -> None:
        progress = await self._campaigns.progress(watched.campaign.id)
        if progress is None:
            return
        rate = self._rate(progress)
        shown = [
            self._show(progress, reader, rate, status_messages.get((progress.campaign.id, reader.id)))
            for reader in readers
            if progress.campaign.kind is not Kind.TEST or reader.id == progress.campaign.opened_by
        ]
        if all(await asyncio.gather(*shown)) and _is_still(progress):
            self._shown[progress.campaign.id] = watched

    async def _show(
        self, progress: Progress, reader: Reader, rate: float | None, before: StatusMessage | None
    ) -> bool:
        """Bring an admin's status message up to date; False where that is still to be done."""
        content = self.content(reader, progress, rate)
        key = (progress.campaign.id, reader.id)
        if key in self._refused or (before and before.shown == _digest(content)):
            return True
        if before is None and not self._is_fresh(progress):
            return True
        if not self._leads() or self._rate_limiter.wait(reader.id) > PATIENCE_SECONDS:
            return False
        if before is None:
            return await self._move(progress, reader, content, None)
        return await self._turn(progress, reader, content, before)

    async def _turn(
        self, progress: Progress, reader: Reader, content: Content, before: StatusMessage
    ) -> bool:
        """Edit a status message.

        One that asks, or was deleted, is sent as a new message instead, once each.
        """
        key = (progress.campaign.id, reader.id)
        is_asked, moved = progress.asks, key in self._moved
        outcome = None if is_asked and not moved else await self._edit(reader, before, content)
        if outcome is None or (says(outcome, *MISSING_MESSAGE) and not moved):
            self._moved.add(key)
            return await self._move(progress, reader, content, before if is_asked else None)
        return await self._keep(progress, reader, content, outcome)

    async def _keep(self, progress: Progress, reader: Reader, content: Content, outcome: Outcome) -> bool:
        """Store where a status message stands; return whether nothing is left to do.

        One that Telegram refuses is left alone: its admin has blocked the bot, or deleted the message twice.
        """
        key = (progress.campaign.id, reader.id)
        if isinstance(outcome, Sent):
            self._refused.discard(key)
            del self._tries[key]
            await self._admins.remember(StatusMessage(*key, outcome.message_id, _digest(content)))
            return True
        if is_final(outcome) or self._tries[key] > TRIES:
            self._refused.add(key)
        return key in self._refused

    async def _send(self, reader: Reader, content: Content) -> Outcome:
        return await self._transport.send(reader.id, self._payload(content))

    async def _edit(self, reader: Reader, before: StatusMessage, content: Content) -> Outcome:
        return await self._transport.edit(reader.id, before.message_id, self._payload(content))

    def _payload(self, content: Content) -> dict[str, object]:
        return html_message(*content, self._username)

    def _is_fresh(self, progress: Progress) -> bool:
        campaign = progress.campaign
        return campaign.ended_at is None or self._clock.now() - campaign.ended_at < FRESH

    def _rate(self, progress: Progress) -> float | None:
        """Return how many messages a second were sent since the last round; None in a pause and at first."""
        if progress.campaign.state is CampaignState.PAUSED:
            self._paces.pop(progress.campaign.id, None)
            return None
        of = progress.report.of
        done = of(State.SENT) + of(State.FAILED) + of(State.UNKNOWN)
        now = self._monotonic()
        before, since = self._paces.get(progress.campaign.id, (done, now))
        self._paces[progress.campaign.id] = (done, now)
        return (done - before) / (now - since) if now > since else None


def _is_still(progress: Progress) -> bool:
    """Tell whether the numbers stay as they are until an admin, or a late outcome, changes the campaign."""
    if progress.campaign.is_running:
        return progress.campaign.state is CampaignState.PAUSED and not progress.report.of(State.SENDING)
    return progress.report.left == 0


def _digest(content: Content) -> str:
    text, buttons = content
    rows = [[(button.label, button.action) for button in row] for row in buttons]
    return hashlib.sha256(json.dumps([text, rows]).encode()).hexdigest()[:32]
