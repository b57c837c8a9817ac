"""No token in any `repr` or error."""

import pytest

from bot.domain.delivery.outcome import Unknown
from bot.telegram.api.http.request import AiohttpRequest
from bot.telegram.api.transport import Transport
from telegram_simulator import CutBody, Drip, Fault, OkFalse, ResetBefore, Rubbish, Status
from tests.world import TOKEN, World

SECRET = TOKEN.partition(":")[2]


async def test_nothing_that_is_printed_shows_the_token(world: World) -> None:
    program = world.program
    shown = [
        repr(program.core.settings),
        str(program.core.settings),
        repr(program.core.transport),
        repr(vars(program)),
    ]
    shown += [repr(vars(program.core.transport)), repr(vars(program.parts.update_inbox))]
    assert [text for text in shown if SECRET in text] == []


async def test_no_outcome_of_a_lost_connection_shows_the_token(world: World) -> None:
    await world.telegram.stop()
    outcome = await world.program.core.transport.call("getMe", {})
    assert "No connection" in repr(outcome)
    assert SECRET not in repr(outcome)


@pytest.mark.parametrize("fault", [ResetBefore(), CutBody(), Drip(1.0), Rubbish(), OkFalse()], ids=repr)
async def test_no_outcome_of_a_lost_answer_shows_the_token(world: World, fault: Fault) -> None:
    world.telegram.faults.add(method="getMe", times=1, kind=fault)
    outcome = await world.program.core.transport.call("getMe", {}, deadline=2.0)
    assert isinstance(outcome, Unknown)
    assert SECRET not in repr(outcome)


async def test_a_request_that_is_not_open_says_so(world: World) -> None:
    token = world.program.core.settings.bot_token
    assert token is not None
    closed = Transport(AiohttpRequest(), world.telegram.address, token, world.program.core.rate_limiter)
    assert "not open" in repr(await closed.call("getMe", {}))


async def test_what_is_logged_of_a_readers_update_names_her(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.telegram.faults.add(method="sendMessage", times=1, kind=Status(403, "Forbidden: bot was blocked"))
    world.person(5_000_000_077).writes("/help")
    await world.wait_until_idle()
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "reply not sent" in line]
    assert "reader_id=5000000077" in line
