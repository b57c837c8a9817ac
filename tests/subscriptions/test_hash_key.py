"""A database refuses another HASH_KEY than its own, until the lost one is given up by name."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.composition.errors import StartError
from bot.services.operations.key_check import fingerprint
from tests.forked import forked as briefing
from tests.world import World

OTHER = "another-key-of-thirty-two-letters!"


def own_key(world: World) -> str:
    """Return the fingerprint of the key with which the program was started."""
    key = world.program.core.settings.hash_key
    assert key is not None
    return fingerprint(key.get_secret_value().encode())


async def test_a_database_refuses_another_key_and_says_what_to_do(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder) as world:
        own = own_key(world)
        world.set(hash_key=SecretStr(OTHER))
        with pytest.raises(StartError, match=f"give-up-key {own}") as refused:
            await world.restart()
        assert OTHER not in str(refused.value)
        assert fingerprint(OTHER.encode()) in str(refused.value)


async def test_the_same_key_is_taken_at_each_start(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder) as world:
        await world.restart()
        await world.restart()
        assert "Senate" in (await world.ask(world.person(), "/politics")).text


def test_a_fingerprint_tells_keys_apart_and_not_the_key() -> None:
    assert fingerprint(b"one") != fingerprint(b"another")
    assert len(fingerprint(OTHER.encode())) == 9


async def test_a_lost_key_is_given_up_by_name_and_by_no_other(
    tmp_path: Path, content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder) as world:
        own = own_key(world)
        database = {"DATABASE_URL": world.program.core.settings.database_url}
        await world.program.stop()
        refused = briefing(tmp_path, "give-up-key", "0000-0000", "--yes", **database)
        assert (refused.returncode, own in refused.stderr) == (1, True)
        given_up = briefing(tmp_path, "give-up-key", own, "--yes", **database)
        assert given_up.returncode == 0, given_up.stderr
        world.set(hash_key=SecretStr(OTHER))
        await world.restart()
        assert own_key(world) == fingerprint(OTHER.encode())
        again = briefing(tmp_path, "give-up-key", own, "--yes", **database)
        assert fingerprint(OTHER.encode()) in again.stderr
