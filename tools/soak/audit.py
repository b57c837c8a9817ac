"""An audit: what readers saw, against what the ledger says."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import ClientSession
from sqlalchemy import text

from bot.db.engine.session import Database

STATES = """
    SELECT reader_id, deliveries.state FROM deliveries
    JOIN campaigns ON campaigns.id = deliveries.campaign_id WHERE campaigns.key = :key
"""


@dataclass(frozen=True, slots=True)
class Audit:
    """`lost` saw nothing though the ledger does not say "unknown"; `twice` saw more than one copy. Of the
    `unknown`, so many have `arrived`.
    """

    lost: Collection[int]
    twice: Collection[int]
    unknown: int
    arrived: int


def audit(copies: Counter[int], states: Mapping[int, str], expected: Collection[int]) -> Audit:
    """Judge a campaign by the copies that each reader saw and the states that its ledger holds."""
    unknown = {reader for reader, state in states.items() if state == "unknown"}
    return Audit(
        lost=[reader for reader in expected if not copies[reader] and reader not in unknown],
        twice=[reader for reader, count in copies.items() if count > 1],
        unknown=len(unknown),
        arrived=sum(copies[reader] > 0 for reader in unknown),
    )


async def copies_of(session: ClientSession, telegram: str, marker: str) -> Counter[int]:
    """Return how many new messages with these words each reader has got."""
    async with session.get(f"{telegram}/control/seen", params={"holding": marker}) as answer:
        seen: dict[str, list[dict[str, Any]]] = await answer.json()
    return Counter(
        {int(chat): sum(sight["kind"] == "new" for sight in sights) for chat, sights in seen.items()}
    )


async def sends_since(session: ClientSession, telegram: str, moment: datetime) -> int:
    """Return how many messages the local Telegram took after that moment, by this machine's clock."""
    async with session.get(f"{telegram}/control/calls", params={"limit": "1000"}) as answer:
        calls: list[dict[str, Any]] = await answer.json()
    sends = [call for call in calls if call["method"] in {"sendMessage", "sendRichMessage"}]
    return sum(datetime.fromisoformat(call["at"]) > moment for call in sends)


async def states_of(database: Database, key: str) -> dict[int, str]:
    """Return each reader's state in the ledger of this campaign."""
    async with database.read() as session:
        return {row.reader_id: row.state for row in await session.execute(text(STATES), {"key": key})}
