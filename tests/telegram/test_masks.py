"""Accounts that hide someone are no admins, even where the settings name one by mistake."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.world import World

ANA = 5_000_000_001
MASKS = (1087968824, 136817688, 777000)


@pytest.fixture
async def careless(content: Path, data_folder: Path) -> AsyncIterator[World]:
    async with World(content, data_folder, admin_ids=frozenset(MASKS)) as running:
        yield running


def grant(world: World, sender: int) -> dict[str, Any]:
    return {
        "message_id": 9_000,
        "date": int(world.clock.now().timestamp()),
        "chat": {"id": sender, "type": "private", "first_name": "Nobody"},
        "from": {"id": sender, "is_bot": False, "first_name": "Nobody"},
        "text": f"/grant {ANA} 30",
        "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
    }


@pytest.mark.parametrize("mask", MASKS)
async def test_a_mask_among_the_admins_gives_nothing(careless: World, mask: int) -> None:
    await careless.ask(careless.person(ANA), "/start")
    await careless.push(message=grant(careless, mask))
    assert "canary" not in (await careless.ask(careless.person(ANA), "/economy")).text
