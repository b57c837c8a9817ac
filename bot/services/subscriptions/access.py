"""A reader's stored access, which follows from her grants."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.db.engine.session import Session
from bot.db.readers import grants, readers
from bot.db.subscriptions import star_subscriptions
from bot.domain.readers.grants import Grant, Source, full_until, timeline
from bot.domain.subscriptions.star_subscription import StarSubscription


async def reasons_of(session: Session, reader_id: int) -> tuple[Grant, ...]:
    """Return all that gives a reader access (see `with_graces`)."""
    return with_graces(await grants.of(session, reader_id), await star_subscriptions.of(session, reader_id))


def with_graces(held: Sequence[Grant], subscriptions: Iterable[StarSubscription]) -> tuple[Grant, ...]:
    """Return all that gives a reader access: her grants, and the grace of a renewal that is awaited.

    Nothing is awaited where the last payment was taken back.
    """
    taken_back = {grant.source_id for grant in held if grant.source == Source.STARS and grant.revoked_at}
    awaited = (
        subscription.grace()
        for subscription in subscriptions
        if subscription.last_charge_id not in taken_back
    )
    return (*held, *(grant for grant in awaited if grant is not None))


async def update_access(session: Session, reader_id: int, now: datetime) -> datetime | None:
    """Store in the reader's row what her grants and subscriptions give: call it after each change of them.

    Returns the end of the unbroken access that she has at `now`; None: she has none.
    """
    await readers.lock_for_update(session, reader_id)  # or a grant given at this moment would be left out
    held = await reasons_of(session, reader_id)
    until, periods = full_until(held, now), timeline(held)
    trials = [grant.given_at for grant in held if grant.source == Source.TRIAL]
    # Without a trial among her grants `trial_at` stays: she may have had it before she deleted her data.
    had_trial = {"trial_at": min(trials)} if trials else {}
    await readers.change(
        session,
        reader_id,
        full_until=until,
        full_since=periods[0].starts if periods else None,
        **had_trial,
    )
    return until
