"""The hourly repair, and what payers hear of it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.metrics import Metrics
from bot.services.subscriptions.repair import Mended, Repair
from bot.telegram.admin.stars.payer_teller import PayerTeller

EVERY = timedelta(minutes=50)
"""With the five minutes that an update may be on its way, what was lost is back within an hour."""

AGAIN = timedelta(minutes=5)
"""Where Telegram did not answer."""


class StarRepair:
    """Call `look` every minute or so in the process that leads: a new leader repairs at once."""

    def __init__(
        self,
        repair: Repair,
        teller: PayerTeller,
        clock: Clock,
        metrics: Metrics,
        *,
        leads: Callable[[], bool] = lambda: True,
    ) -> None:
        self._repair = repair
        self._teller = teller
        self._clock = clock
        self._metrics = metrics
        self._leads = leads
        self._last: datetime | None = None
        self._pause = EVERY

    async def look(self) -> Mended | None:
        """Repair if it is time to, and tell payers what they are owed; return what was mended."""
        now = self._clock.now()
        if self._last is not None and timedelta(0) <= now - self._last < self._pause:
            return None
        mended = await self._repair.run()
        self._last, self._pause = now, EVERY if mended is not None else AGAIN
        if mended is not None:
            self._count(mended)
        if self._leads():
            await self._teller.tell_owed()
        return mended

    def _count(self, mended: Mended) -> None:
        self._metrics.star_repair("payment", mended.payments)
        self._metrics.star_repair("refund", mended.refunds)
