"""The first words with the bot."""

from tests.world import World


async def test_a_new_reader_is_greeted_and_sees_the_current_issue(world: World) -> None:
    ana = world.person()
    front = await world.ask(ana, "/start")
    assert "The Test Post" in ana.sees[1].text
    assert "Title of 2025-12-22" in front.text
    assert "🔒" in front.text
