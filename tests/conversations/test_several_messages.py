"""What Telegram brings in several messages is one thing and gets one answer."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.db.updates import inbox
from telegram_simulator import Bubble, Person, TooMany
from telegram_simulator.api.parameters import Upload
from tests.conversations.test_broadcast import ALL, confirm, got, picture, started, tap
from tests.waiting import until
from tests.world import World, labels, last, since

NOT_UNDERSTOOD = "I don’t know what to do with that message"
CUT = "A message can have up to 4,096 characters, so Telegram cut your text in two."
SEVERAL = "That came in several messages, and readers get just one."
SEND_FILE = "Send readers this file"
SOMEONE = {"type": "hidden_user", "sender_user_name": "Ben", "date": 1}


@pytest.fixture
def world(lively: World) -> World:
    return lively


def halves(beginning: str, end: str = "and this is how it ends.") -> tuple[str, str]:
    """What Telegram's clients make of a text that begins so and is a little too long."""
    return (beginning + " word" * 1_000)[:4_090].strip(), end


async def bring(world: World, person: Person, *texts: str) -> list[Bubble]:
    """Let a person's client send texts at once; return what this brought."""
    first = person.writes(texts[0])
    for text in texts[1:]:
        person.writes(text)
    await world.wait_until_idle()
    async with world.program.core.database.read() as session:
        assert await inbox.failures(session) == []
    return since(person, first.message_id)


def album(person: Person, captions: Sequence[str], kind: str = "photo", **more: Any) -> Bubble:
    """Send an album at once; return its first message."""
    extra = {"media_group_id": "1313", **more}
    sent = [person.attaches(upload(kind), caption, kind=kind, extra=extra) for caption in captions]
    return sent[0]


def upload(kind: str) -> Upload:
    return picture() if kind == "photo" else Upload("a.pdf", b"%PDF-1.4", "application/pdf")


@pytest.mark.parametrize(
    "end",
    ["and this is how it ends.", "/latest shows readers the issue", "/latest", "Economy", "x" * 3_990],
    ids=["words", "a command with words", "a command", "a section's name", "nearly another whole one"],
)
async def test_a_broadcast_that_was_cut_says_so_and_offers_a_file(world: World, end: str) -> None:
    ada, ana, _ = await started(world)
    first, second = halves("/broadcast Dear readers,", end)
    (offer,) = await bring(world, ada, first, second)
    assert CUT in offer.text
    assert labels(offer) == [SEND_FILE]
    await world.tap(ada, SEND_FILE, on=offer)
    preview, question = since(ada, offer.message_id)
    assert preview.text == ""
    assert ALL in labels(question)
    await confirm(world, ada, await tap(world, ada, ALL, question))
    world.later(seconds=61)
    await until(lambda: [bubble for bubble in ana.sees if bubble.fields.get("document")])
    file = ana.sees[-1].fields["document"]
    assert file["file_name"] == "announcement.txt"
    whole = world.telegram.content_of(file["file_id"]).decode()
    assert whole == f"{first.removeprefix('/broadcast ')}\n{second}"
    assert ana.sees[-1].text == ""


async def test_the_file_may_be_answered_with_the_command_too(world: World) -> None:
    ada, _, _ = await started(world)
    (offer,) = await bring(world, ada, *halves("/broadcast Dear readers,"))
    ada.writes("/broadcast", reply_to=offer.message_id)
    await world.wait_until_idle()
    preview, question = since(ada, offer.message_id)
    assert (preview.text, preview.fields["document"]["file_name"]) == ("", "announcement.txt")
    assert ALL in labels(question)


async def test_an_hour_later_the_button_of_the_file_still_works_and_three_taps_begin_one_draft(
    world: World,
) -> None:
    ada, _, _ = await started(world)
    (offer,) = await bring(world, ada, *halves("/broadcast Dear readers,"))
    world.later(hours=1)
    for _ in range(3):
        ada.taps(offer.message_id, SEND_FILE)
    await world.wait_until_idle()
    assert len(since(ada, offer.message_id)) == 2


async def test_a_broadcast_just_below_the_limit_without_a_second_half_is_a_broadcast(world: World) -> None:
    ada, _, _ = await started(world)
    text = "/broadcast " + "x" * 4_084
    preview, question = await bring(world, ada, text)
    assert preview.text == "x" * 4_084
    assert ALL in labels(question)


async def test_what_she_writes_later_is_no_second_half(world: World) -> None:
    ada, _, _ = await started(world)
    first, _ = halves("/broadcast Dear readers,")
    ada.writes(first)
    world.clock.move_to(world.clock.now() + timedelta(seconds=5))
    ada.writes("and another thing")
    await world.wait_until_idle()
    assert not any(CUT in message.text for message in ada.sees)
    assert any(ALL in labels(bubble) for bubble in ada.sees)
    assert NOT_UNDERSTOOD in last(ada).text


async def test_an_edit_between_the_halves_changes_nothing(world: World) -> None:
    ada, _, _ = await started(world)
    first, second = halves("/broadcast Dear readers,")
    written = ada.writes(first)
    body = {"message_id": written.message_id, "chat": ada.chat.as_json(), "from": ada.user, "text": first}
    moment = int(world.clock.now().timestamp())
    world.telegram.pushes(ada_token(world), {"edited_message": {**body, "date": moment, "edit_date": moment}})
    ada.writes(second)
    await world.wait_until_idle()
    (offer,) = since(ada, written.message_id)
    assert CUT in offer.text


def ada_token(world: World) -> str:
    return world.telegram.tokens()[0]


async def test_the_other_language_s_text_may_be_cut_too_and_is_still_waited_for(world: World) -> None:
    ada, _, _ = await started(world)
    await world.ask(ada, "/broadcast The river falls.")
    await tap(world, ada, "It’s in English; add one in Spanish", last(ada))
    (offer,) = await bring(world, ada, *halves("Queridos lectores:"))
    assert CUT in offer.text
    await bring(world, ada, "El río baja.")
    assert "El río baja." in [bubble.text for bubble in ada.sees if bubble.from_bot]


async def test_a_long_text_of_a_reader_gets_one_answer(world: World) -> None:
    _, ana, _ = await started(world)
    (answer,) = await bring(world, ana, *halves("Dear editors,", "Economy"))
    assert NOT_UNDERSTOOD in answer.text
    (answer,) = await bring(world, ana, *halves("/search boats", "/politics and more"))
    assert "found" in answer.text


async def test_a_readers_stop_behind_a_long_text_is_obeyed(world: World) -> None:
    _, ana, _ = await started(world)
    await bring(world, ana, halves("Dear editors,")[0], "/stop")
    assert (await world.reader(ana)).stopped_at is not None


async def test_an_admins_long_text_without_the_command_is_offered_as_a_file(world: World) -> None:
    ada, _, _ = await started(world)
    (offer,) = await bring(world, ada, *halves("Dear readers,"))
    assert CUT in offer.text


@pytest.mark.parametrize("kind", ["photo", "document"])
@pytest.mark.parametrize("place", [0, 9])
async def test_an_album_as_a_broadcast_gets_one_answer(world: World, kind: str, place: int) -> None:
    ada, _, _ = await started(world)
    captions = [""] * 10
    captions[place] = "/broadcast Look"
    first = album(ada, captions, kind)
    await world.wait_until_idle()
    (answer,) = since(ada, first.message_id)
    assert SEVERAL in answer.text


@pytest.mark.parametrize("captions", [[""] * 10, ["One", "Two"]])
async def test_an_album_of_a_reader_gets_one_answer(world: World, captions: list[str]) -> None:
    _, ana, _ = await started(world)
    first = album(ana, captions)
    await world.wait_until_idle()
    (answer,) = since(ana, first.message_id)
    assert NOT_UNDERSTOOD in answer.text


async def test_a_part_of_an_album_that_comes_late_gets_no_answer_of_its_own(world: World) -> None:
    _, ana, _ = await started(world)
    first = album(ana, ["", ""])
    await world.wait_until_idle()
    album(ana, ["/latest"])
    await world.wait_until_idle()
    assert len(since(ana, first.message_id)) == 1


async def test_twenty_forwards_at_once_get_one_answer_and_silence_nobody(world: World) -> None:
    ada, ana, _ = await started(world)
    for person in (ana, ada):
        sent = [person.writes(f"Story {n}", extra={"forward_origin": SOMEONE}) for n in range(20)]
        await world.wait_until_idle()
        (answer,) = since(person, sent[0].message_id)
        assert NOT_UNDERSTOOD in answer.text
        assert "Title of" in (await world.ask(person, "/latest")).text
        world.later(seconds=3)


async def test_two_people_s_forwards_are_two_things(world: World) -> None:
    ada, ana, _ = await started(world)
    sent = {person: person.writes("Story", extra={"forward_origin": SOMEONE}) for person in (ada, ana)}
    await world.wait_until_idle()
    assert all(len(since(person, message.message_id)) == 1 for person, message in sent.items())


async def test_of_several_forwards_a_draft_takes_none_and_waits_on(world: World) -> None:
    ada, _, _ = await started(world)
    await world.ask(ada, "/broadcast The river falls.")
    await tap(world, ada, "It’s in English; add one in Spanish", last(ada))
    sent = [ada.writes(f"Historia {n}", extra={"forward_origin": SOMEONE}) for n in range(3)]
    await world.wait_until_idle()
    (answer,) = since(ada, sent[0].message_id)
    assert NOT_UNDERSTOOD in answer.text
    assert got(ada, "Historia 0") == []
    await bring(world, ada, "El río baja.")
    assert got(ada, "El río baja.")


@pytest.mark.parametrize("ready", [True, False], ids=["while it is owed", "before it was handled"])
async def test_a_restart_makes_no_half_of_it(world: World, ready: bool) -> None:
    """What is owed after a cooldown, or was kept and not handled, is still one thing."""
    ada, _, _ = await started(world)
    first, second = halves("/broadcast Dear readers,")
    if ready:
        world.telegram.faults.add(method="sendDocument", chat_id=ada.id, kind=TooMany(600))
        await bring(world, ada, first, second)
        await world.program.stop()
    else:
        await world.program.stop()
        ada.writes(first)
        ada.writes(second)
    before = last(ada).message_id
    world.later(seconds=601 if ready else 1)
    world.program = world.new_program()
    await world.program.start()
    await until(lambda: since(ada, before))
    await world.wait_until_idle()
    (offer,) = since(ada, before)
    assert CUT in offer.text
