"""A campaign's slot for one reader: when it is taken, and what a refusal says."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.db.engine.session import Database
from bot.domain.delivery.outcome import NotSent
from bot.services.reading.cover_uploads import CoverUploads
from bot.telegram.api.campaign_connection import TelegramCampaignConnection
from bot.telegram.api.http.http_connection import HttpConnections
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.pacing.rate_limiter import RateLimiter
from bot.telegram.api.transport import Transport

ANA, BEA = 7, 8
LONG = 43_838.0
"""Seconds: twelve hours and more, after which a campaign asks before it goes on."""


@pytest.fixture
def rate_limiter() -> RateLimiter:
    return RateLimiter()


@pytest.fixture
async def campaign_connection(
    tmp_path: Path, rate_limiter: RateLimiter
) -> AsyncIterator[TelegramCampaignConnection]:
    """A connection that goes through a proxy: nothing has to be connected before a slot is taken."""
    request, database = AiohttpRequest(), Database(f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}")
    transport = Transport(request, "http://127.0.0.1:9", SecretStr("1:token"), rate_limiter)
    connection = HttpConnections(through=request.exchange).connection()
    yield TelegramCampaignConnection(connection, transport, rate_limiter, CoverUploads(database), {})
    await database.close()


async def test_a_reader_who_has_just_had_a_message_is_due_a_little_later(
    campaign_connection: TelegramCampaignConnection,
) -> None:
    assert await campaign_connection.take_slot(ANA) is None
    refused = await campaign_connection.take_slot(ANA)
    assert isinstance(refused, NotSent)
    assert 0 < refused.wait <= 1.0


async def test_a_cooldown_of_the_whole_bot_moves_nobodys_due_time(
    campaign_connection: TelegramCampaignConnection, rate_limiter: RateLimiter
) -> None:
    rate_limiter.delay(ANA, 0.9)  # as where a reply to her has just failed to connect
    rate_limiter.begin_cooldown(None, LONG)
    for reader in (ANA, BEA):
        refused = await campaign_connection.take_slot(reader)
        assert refused is not None
        assert (refused.wait, refused.limited) == (0.0, True)


async def test_a_cooldown_of_her_own_that_is_longer_than_everyones_moves_her_due_time(
    campaign_connection: TelegramCampaignConnection, rate_limiter: RateLimiter
) -> None:
    rate_limiter.begin_cooldown(None, 10.0)
    rate_limiter.begin_cooldown(ANA, 60.0)
    refused = await campaign_connection.take_slot(ANA)
    assert refused is not None
    assert refused.wait == pytest.approx(60.0, abs=5)
