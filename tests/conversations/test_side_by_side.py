"""One reader's updates in order, different readers' side by side."""

from time import monotonic

from telegram_simulator import Latency
from tests.world import World, since

SLOW = 0.4
READERS = 12


async def test_a_reader_whose_answers_are_slow_keeps_nobody_waiting(world: World) -> None:
    slow, *others = [world.person(5_000_000_000 + number) for number in range(READERS)]
    world.telegram.faults.add(method="sendMessage", chat_id=slow.id, times=None, kind=Latency(SLOW))
    slow.writes("/latest")
    started = monotonic()
    for person in others:
        person.writes("/latest")
    for person in others:
        assert "Title of" in (await person.hears()).text
    assert monotonic() - started < SLOW * READERS / 2
    await world.wait_until_idle()
    assert len(since(slow, 0)) == 1


async def test_every_reader_is_answered_in_the_order_she_wrote(world: World) -> None:
    people = [world.person(5_000_000_000 + number) for number in range(READERS)]
    for number, person in enumerate(people):
        if number % 3 == 0:
            fault = Latency(0.02)
            world.telegram.faults.add(method="sendMessage", chat_id=person.id, times=None, kind=fault)
        for command in ("/topstory", "/politics", "/economy", "/archive", "/privacy"):
            person.writes(command)
    await world.wait_until_idle()
    for person in people:
        seen = [bubble.text for bubble in since(person, 0)]
        order = ["River rises", "Senate sits", "Prices fall", "Archive: December 2025", "I keep your"]
        assert [words in text for words, text in zip(order, seen, strict=True)] == [True] * 5


async def test_a_setting_holds_for_what_was_asked_after_it(world: World) -> None:
    ana = world.person()
    settings = await world.ask(ana, "/settings")
    world.telegram.faults.add(method="*", chat_id=ana.id, times=None, kind=Latency(0.03))
    ana.writes("/latest")
    ana.taps(settings.message_id, data="do:set:language:es")
    ana.writes("/latest")
    ana.taps(settings.message_id, data="do:trial")
    ana.writes("/economy")
    await world.wait_until_idle()
    before, after, trial, unlocked, paid = since(ana, settings.message_id)
    assert "Title of" in before.text
    assert "Título del" in after.text
    assert "Empezó tu prueba gratis" in trial.text
    assert "🔒" not in unlocked.text  # the page whose locks she met last
    assert "canaryeconomía" in paid.text
    assert [alert["text"] for alert in ana.alerts] == ["Guardado.", "Empezó tu prueba gratis."]
