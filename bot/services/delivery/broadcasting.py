"""Broadcasts: from a draft to an open campaign."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import structlog

from bot.clock import Clock
from bot.db.delivery import audience as audiences
from bot.db.delivery import campaigns, drafts, filling, status_messages
from bot.db.delivery.campaigns import Opening
from bot.db.delivery.filling import Whereabouts
from bot.db.delivery.status_messages import StatusMessage
from bot.db.engine.session import Database, Session
from bot.db.operations import audit
from bot.domain.content.gate import Access
from bot.domain.content.publication import Publication
from bot.domain.delivery.announcement import ALL, Announcement, Draft
from bot.domain.delivery.campaign import Campaign, FrozenPage, Kind
from bot.domain.delivery.schedule import active_since, after_quiet, zone_of
from bot.domain.readers.audience import Audience, Segment
from bot.domain.readers.reader import Rendering
from bot.i18n import LANGUAGES

log = structlog.get_logger(__name__)

UNDO = timedelta(seconds=60)
"""Between the confirmation and the first message, so that any admin can undo it. A test has no such delay."""

DRAFT_KEPT = timedelta(hours=24)
"""An older draft is gone."""

Messages = Mapping[str, Announcement]
"""One announcement for each language, or one for `ALL`."""


class Refusal(StrEnum):
    """Why no campaign was opened, or a draft was not changed."""

    USED = "used"  # it was confirmed already
    EXPIRED = "expired"  # too old, thrown away, or never there
    CHANGED = "changed"  # it is not what the button was made for
    EMPTY = "empty"  # nobody is in the audience


@dataclass(frozen=True, slots=True)
class Reach:
    """How many readers an audience has now, and how many of them would have to wait for their quiet hours to
    end.
    """

    readers: int
    quiet: int


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A campaign that was opened. `draft`: after a test, a draft with the same texts, for readers."""

    campaign: Campaign
    reach: Reach
    draft: Draft | None = None


class Broadcasting:
    """Drafts of broadcasts, and the campaigns that they become. Every method may raise DatabaseError."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        admins: Collection[int],
        publication: Callable[[], Publication],
    ) -> None:
        self._database = database
        self._clock = clock
        self._admins = admins
        self._publication = publication

    async def draft(self, admin_id: int, announcement: Announcement) -> Draft:
        """Store what an admin wrote as a new draft. An earlier draft of hers stops waiting for a text."""
        draft = Draft(secrets.token_urlsafe(12), admin_id, self._clock.now(), {ALL: announcement})
        async with self._database.write() as session:
            await drafts.stop_waiting(session, admin_id)
            await drafts.add(session, draft)
        return draft

    async def translate(self, nonce: str, written: str, update_id: int) -> Draft | Refusal:
        """Take the draft's text as the one in the language `written`, and let the draft wait for the other
        one.

        `update_id` is the update that asked for it: older messages are not taken for that text.
        """
        other = next(language for language in LANGUAGES if language != written)
        async with self._database.write() as session:
            draft = await _live(session, nonce, self._clock.now())
            if isinstance(draft, Refusal):
                return draft
            await drafts.stop_waiting(session, draft.admin_id)
            messages = {written: _first(draft.messages)}
            waiting = drafts.write(session, nonce, messages, waits_for=other, waits_since=update_id)
            return await waiting or Refusal.CHANGED

    async def same_for_all(self, nonce: str) -> Draft | Refusal:
        """Make the draft's text the one for all languages."""
        async with self._database.write() as session:
            draft = await _live(session, nonce, self._clock.now())
            if isinstance(draft, Refusal):
                return draft
            messages = {ALL: _first(draft.messages)}
            return await drafts.write(session, nonce, messages) or Refusal.CHANGED

    async def waiting_draft(self, admin_id: int) -> Draft | None:
        """Return the draft that waits for a text of this admin; None where none does."""
        async with self._database.read() as session:
            return await drafts.waiting(session, admin_id, self._clock.now() - DRAFT_KEPT)

    async def draft_with(self, admin_id: int, announcement: Announcement) -> Draft | None:
        """Return this admin's newest draft if it holds this text and has no audience yet; else None.

        So an update that is handled again finds the draft that took its text the first time.
        """
        async with self._database.read() as session:
            newest = await drafts.newest(session, admin_id, self._clock.now() - DRAFT_KEPT)
        if newest is None or newest.audience is not None or announcement not in newest.messages.values():
            return None
        return newest

    async def add_text(self, draft: Draft, announcement: Announcement) -> Draft | None:
        """Add the text that a draft waits for; return None where it no longer waits for it."""
        assert draft.waits_for is not None
        messages = {**draft.messages, draft.waits_for: announcement}
        async with self._database.write() as session:
            return await drafts.write(session, draft.nonce, messages, expected=draft.waits_for)

    async def choose_audience(self, nonce: str, audience: Audience | None) -> Draft | Refusal:
        """Set the draft's audience; None takes it back."""
        async with self._database.write() as session:
            draft = await _live(session, nonce, self._clock.now())
            if isinstance(draft, Refusal):
                return draft
            return await drafts.choose(session, nonce, audience) or Refusal.CHANGED

    async def discard(self, nonce: str) -> Refusal | None:
        """Delete a draft; return a Refusal where it could not be deleted."""
        async with self._database.write() as session:
            draft = await _live(session, nonce, self._clock.now())
            if isinstance(draft, Refusal):
                return draft
            await drafts.drop(session, nonce)
        return None

    async def reach(self, audience: Audience) -> Reach:
        """Count the readers that an audience has now."""
        now = self._clock.now()
        async with self._database.read() as session:
            return self._reach(audience, await self._members(session, audience, now), _start(audience, now))

    async def confirm(
        self, nonce: str, audience: Audience, texts: str, admin_id: int, message_id: int | None = None
    ) -> Broadcast | Refusal:
        """Open the campaign of a draft that was shown with this audience and these texts (`Draft.texts`).

        1. It is opened once, however often it is confirmed; later calls return `Refusal.USED`.
        2. A test leaves a new draft with the same texts.
        3. Of any other broadcast the message of the draft (`message_id`) becomes the status message.
        """
        now = self._clock.now()
        async with self._database.write() as session:
            draft = await _live(session, nonce, now)
            if isinstance(draft, Refusal):
                return draft
            if draft.texts != texts:
                return Refusal.CHANGED
            if not await self._members(session, audience, now):
                return Refusal.EMPTY
            taken = await drafts.use(session, nonce, audience, now)
            if taken is None:
                current = await _live(session, nonce, now)
                return current if isinstance(current, Refusal) else Refusal.CHANGED
            opened = await self._open(session, nonce, taken.messages, audience, by=admin_id, now=now)
            if isinstance(opened, Broadcast) and audience.who is Segment.ADMINS:
                again = Draft(secrets.token_urlsafe(12), admin_id, now, taken.messages)
                await drafts.add(session, again)
                return replace(opened, draft=again)
            if isinstance(opened, Broadcast) and message_id is not None:
                await status_messages.remember(
                    session, StatusMessage(opened.campaign.id, admin_id, message_id, "")
                )
            return opened

    async def send(self, messages: Messages, audience: Audience) -> Broadcast | Refusal:
        """Open a campaign without a draft, for the command line."""
        now = self._clock.now()
        async with self._database.write() as session:
            if not await self._members(session, audience, now):
                return Refusal.EMPTY
            return await self._open(session, secrets.token_urlsafe(12), messages, audience, by=None, now=now)

    async def _open(
        self,
        session: Session,
        key: str,
        messages: Messages,
        audience: Audience,
        *,
        by: int | None,
        now: datetime,
    ) -> Broadcast | Refusal:
        """Add the campaign, its pages, its ledger and the audit entry, all in the caller's transaction."""
        test, starts_at = audience.who is Segment.ADMINS, _start(audience, now)
        opening = Opening(
            kind=Kind.TEST if test else Kind.BROADCAST,
            key=key,
            title=_first(messages).title,
            starts_at=starts_at,
            opened_by=by,
        )
        campaign_id = await campaigns.add(session, opening, now)
        if campaign_id is None:
            return Refusal.USED
        members = await audiences.condition(session, audience, self._admins, now)
        places = await audiences.where(session, members)
        due = {place: self._due(audience, place, starts_at) for place in places}
        rows = await filling.fill(session, campaign_id, due, members, active_since(self._publication(), now))
        await campaigns.freeze(session, campaign_id, _pages(messages), rows)
        await audit.add(session, by, "broadcast", f"campaign {campaign_id} to {audience.code()}", now)
        log.info("campaign opened", campaign_id=campaign_id, audience=audience.code(), readers=rows)
        campaign = await campaigns.find(session, campaign_id)
        assert campaign is not None
        return Broadcast(campaign, self._reach(audience, places, starts_at))

    async def _members(self, session: Session, audience: Audience, now: datetime) -> dict[Whereabouts, int]:
        return await audiences.where(session, await audiences.condition(session, audience, self._admins, now))

    def _reach(self, audience: Audience, places: Mapping[Whereabouts, int], starts_at: datetime) -> Reach:
        held = [count for place, count in places.items() if self._due(audience, place, starts_at) > starts_at]
        return Reach(sum(places.values()), sum(held))

    def _due(self, audience: Audience, place: Whereabouts, starts_at: datetime) -> datetime:
        if audience.who is Segment.ADMINS:
            return starts_at
        zone = zone_of(place.zone, self._publication())
        return after_quiet(starts_at, zone, place.quiet)


async def _live(session: Session, nonce: str, now: datetime) -> Draft | Refusal:
    """Return a draft that may still be changed, or why it may not."""
    draft = await drafts.find(session, nonce)
    if draft is not None and draft.used_at is not None:
        return Refusal.USED
    if draft is None or draft.made_at <= now - DRAFT_KEPT:
        return Refusal.EXPIRED
    return draft


def _start(audience: Audience, now: datetime) -> datetime:
    return now if audience.who is Segment.ADMINS else now + UNDO


def _first(messages: Messages) -> Announcement:
    return next(iter(messages.values()))


def _pages(messages: Messages) -> list[FrozenPage]:
    """Return the frozen pages: in each language the same message for every access and rendering."""
    by_language = {language: messages.get(language) or messages[ALL] for language in LANGUAGES}
    return [
        FrozenPage(language, access, rendering, message.method, message.payload)
        for language, message in by_language.items()
        for access in Access
        for rendering in Rendering
    ]
