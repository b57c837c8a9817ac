"""/broadcast: readers see what an admin wrote, once she has confirmed it, and once only."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import ColumnElement, select, update

from bot.db import tables
from bot.db.delivery import campaigns, drafts
from bot.db.engine.session import Database
from bot.db.tables import audit, inbox
from bot.domain.delivery.campaign import Campaign, CampaignState, Kind, State
from bot.domain.readers.audience import Audience, Segment
from bot.services.delivery.broadcasting import Broadcast, Broadcasting, Refusal
from telegram_simulator import Bubble, Person
from telegram_simulator.api.parameters import Upload
from tests.waiting import until
from tests.world import ADMIN, MONDAY, World, data, labels, last, told

BERTA = 6_000_000_002
WORDS = "Hello 😀 dear readers: https://example.org"
FORMATTED = [
    {"type": "bold", "offset": 6, "length": 2},
    {"type": "italic", "offset": 9, "length": 12},
    {"type": "text_link", "offset": 0, "length": 5, "url": "https://example.org/a?b=1&c=<2>"},
]
ALL = "One text for everybody"
OUT_OF_DATE = "This button is out of date. /latest opens the current issue."
GONE = "This draft is gone: drafts are kept for 24 hours. Start again with /broadcast."
ONCE = "This was already confirmed. It only goes out once."


@pytest.fixture
def world(lively: World) -> World:
    return lively


async def campaigns_in(world: World, state: CampaignState, count: int = 1) -> list[Campaign]:
    """Wait until so many campaigns are in this state."""

    async def found() -> list[Campaign]:
        async with world.program.core.database.read() as session:
            return await campaigns.in_state(session, state)

    async def enough() -> bool:
        return len(await found()) >= count

    await until(enough)
    return await found()


async def opened(world: World) -> list[Campaign]:
    async with world.program.core.database.read() as session:
        return await campaigns.last(session, 10)


async def states(world: World, campaign: Campaign) -> dict[int, tuple[str, str | None]]:
    ledger = tables.deliveries
    async with world.program.core.database.read() as session:
        rows = await session.execute(select(ledger).where(ledger.c.campaign_id == campaign.id))
        return {row.reader_id: (row.state, row.reason) for row in rows}


async def started(world: World) -> tuple[Person, Person, Person]:
    """An admin and two readers: Ana, in English, and Luz, in Spanish."""
    people = world.admin(), world.person(), world.person(5_000_000_002, "es", "Luz")
    for person in people:
        await world.ask(person, "/start")
    return people


async def tap(world: World, person: Person, label: str, on: Bubble) -> Bubble:
    """Tap a button; return what its message has become."""
    await world.tap(person, label, on=on)
    return next(bubble for bubble in person.sees if bubble.message_id == on.message_id)


async def confirmable(world: World, ada: Person, words: str = WORDS, audience: str = "Everyone") -> Bubble:
    asked = await tap(world, ada, ALL, await drafted(world, ada, words))
    return await tap(world, ada, audience, asked)


async def drafted(world: World, ada: Person, words: str) -> Bubble:
    """Begin a draft; return its question, below which a campaign's status message may have come up."""
    await world.ask(ada, f"/broadcast {words}")
    return [bubble for bubble in ada.sees if ALL in labels(bubble)][-1]


async def send(world: World, ada: Person, asked: Bubble, audience: str = "Everyone") -> Campaign:
    """Confirm a draft whose texts are written, and wait until the campaign has ended."""
    await confirm(world, ada, asked, audience)
    world.later(seconds=61)
    return (await campaigns_in(world, CampaignState.ENDED))[-1]


async def confirm(world: World, ada: Person, asked: Bubble, audience: str = "Everyone") -> Bubble:
    asked = await tap(world, ada, audience, asked)
    return await tap(world, ada, "Confirm", asked)


def got(person: Person, text: str) -> list[Bubble]:
    return [bubble for bubble in person.sees if bubble.from_bot and bubble.text == text]


def picture() -> Upload:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 30, 30)).save(content, "PNG")
    return Upload("map.png", content.getvalue(), "image/png")


@pytest.fixture
async def two(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """A world with two admins: Ada, and Berta."""
    async with World(content, data_folder, admin_ids=frozenset({ADMIN, BERTA})) as world:
        yield world


async def test_readers_see_the_words_and_the_formatting_that_the_admin_wrote(world: World) -> None:
    ada, ana, luz = await started(world)
    command = "/broadcast\n "
    shifted = [{**entity, "offset": int(entity["offset"]) + len(command)} for entity in FORMATTED]  # type: ignore[call-overload]
    ada.writes(
        command + WORDS + "  ",
        entities=[{"type": "bot_command", "offset": 0, "length": 10}, *shifted],
    )
    await world.wait_until_idle()
    preview = ada.sees[-2]
    asked = await tap(world, ada, ALL, last(ada))
    await send(world, ada, asked)
    for bubble in (preview, ana.sees[-1], luz.sees[-1]):
        assert bubble.text == WORDS
        assert [entity for entity in bubble.entities if entity["type"] != "url"] == sorted(
            FORMATTED, key=lambda entity: int(str(entity["offset"]))
        )
        assert bubble.preview == {"url": "https://example.org/a?b=1&c=<2>"}, "the ordinary one"
        assert bubble.buttons == []
    assert len(got(ana, WORDS)) == len(got(luz, WORDS)) == 1


async def test_a_command_that_is_written_in_bold_is_one(world: World) -> None:
    """Telegram names what begins at one place from the longest to the shortest."""
    ada, ana, _ = await started(world)
    text = "/broadcast Hello"
    formatted = [
        {"type": "bold", "offset": 0, "length": len(text)},
        {"type": "bot_command", "offset": 0, "length": len("/broadcast")},
    ]
    ada.writes(text, entities=formatted)
    await world.wait_until_idle()
    await send(world, ada, await tap(world, ada, ALL, last(ada)))
    [message] = got(ana, "Hello")
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in message.entities] == [
        ("bold", 0, 5)
    ]


async def test_the_ordinary_link_preview_of_an_announcement_is_kept(world: World) -> None:
    """Telegram names options only where she changed them: absent is not off."""
    ada, ana, _ = await started(world)
    await world.ask(ada, f"/broadcast {WORDS}")
    preview, asked = ada.sees[-2:]
    await send(world, ada, await tap(world, ada, ALL, asked))
    for bubble in (preview, ana.sees[-1]):
        assert bubble.text == WORDS
        assert bubble.preview == {"url": "https://example.org"}


async def test_a_link_preview_that_she_switched_off_stays_off(world: World) -> None:
    ada, _, _ = await started(world)
    ada.writes(f"/broadcast {WORDS}", extra={"link_preview_options": {"is_disabled": True}})
    await world.wait_until_idle()
    assert ada.sees[-2].text == WORDS
    assert ada.sees[-2].preview is None


@pytest.mark.parametrize("kind", ["text", "photo"])
async def test_in_answer_to_an_own_broadcast_the_words_go_without_the_command(
    world: World, kind: str
) -> None:
    ada, ana, _ = await started(world)
    words = "The river 😀 falls"
    entities = [
        {"type": "bot_command", "offset": 0, "length": 10},
        {"type": "bold", "offset": 15, "length": 5},
    ]
    earlier = (
        ada.writes(f"/broadcast {words}", entities=entities)
        if kind == "text"
        else ada.attaches(picture(), f"/broadcast {words}", kind="photo", entities=entities[1:])
    )
    await world.wait_until_idle()
    ada.writes("/broadcast", reply_to=earlier.message_id)
    await world.wait_until_idle()
    await send(world, ada, await tap(world, ada, ALL, last(ada)))
    assert ana.sees[-1].text == words
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in ana.sees[-1].entities] == [
        ("bold", 4, 5)
    ]


async def test_in_answer_to_a_bare_command_it_is_explained(world: World) -> None:
    ada, _, _ = await started(world)
    bare = ada.writes("/broadcast")
    ada.writes("/broadcast", reply_to=bare.message_id)
    await world.wait_until_idle()
    assert last(ada).text.startswith("Write /broadcast and, in the same message")


async def test_a_text_in_answer_keeps_its_link_preview(world: World) -> None:
    ada, ana, _ = await started(world)
    options = {"url": "https://example.org/", "prefer_small_media": True}
    mine = ada.writes(WORDS, entities=FORMATTED, extra={"link_preview_options": options})
    await world.wait_until_idle()
    ada.writes("/broadcast", reply_to=mine.message_id)
    await world.wait_until_idle()
    await send(world, ada, await tap(world, ada, ALL, last(ada)))
    assert ana.sees[-1].text == WORDS
    assert ana.sees[-1].preview == options


@pytest.mark.parametrize("kind", ["photo", "document"])
async def test_a_photo_or_a_document_goes_out_by_its_file_id_with_its_caption(
    world: World, kind: str
) -> None:
    ada, ana, _ = await started(world)
    mine = ada.attaches(picture(), WORDS, kind=kind, entities=FORMATTED)
    await world.wait_until_idle()
    ada.writes("/broadcast", reply_to=mine.message_id)
    await world.wait_until_idle()
    preview = ada.sees[-2]
    await send(world, ada, await tap(world, ada, ALL, last(ada)))
    for bubble in (preview, ana.sees[-1]):
        assert bubble.text == WORDS
        assert [entity["type"] for entity in bubble.entities if entity["type"] != "url"] == [
            "text_link",
            "bold",
            "italic",
        ]
        assert file_id(bubble, kind) == file_id(mine, kind)


def file_id(bubble: Bubble, kind: str) -> str:
    file = bubble.fields[kind]
    return str((file[-1] if kind == "photo" else file)["file_id"])


@pytest.mark.parametrize(("said", "left"), [("/broadcast", None), ("/broadcast Hello 😀", "Hello 😀")])
async def test_the_command_may_stand_in_the_caption_of_a_photo(
    world: World, said: str, left: str | None
) -> None:
    ada, ana, _ = await started(world)
    mine = ada.attaches(picture(), said, kind="photo")
    await world.wait_until_idle()
    await send(world, ada, await tap(world, ada, ALL, last(ada)))
    assert (ana.sees[-1].photo, ana.sees[-1].text or None) == (mine.photo, left)


async def test_the_command_in_the_caption_of_who_is_no_admin_is_as_unknown_as_a_longer_word(
    world: World,
) -> None:
    ada, ana, _ = await started(world)
    ana.attaches(picture(), "/broadcast Hello", kind="photo")
    ada.attaches(picture(), "/broadcasting Hello", kind="photo")
    await world.wait_until_idle()
    assert last(ana).text.startswith("I don’t know that command")
    assert last(ada).text.startswith("I don’t know that command")


async def test_a_photo_needs_no_words(world: World) -> None:
    ada, ana, _ = await started(world)
    mine = ada.attaches(picture(), kind="photo")
    await world.wait_until_idle()
    ada.writes("/broadcast", reply_to=mine.message_id)
    await world.wait_until_idle()
    campaign = await send(world, ada, await tap(world, ada, ALL, last(ada)))
    assert ana.sees[-1].photo == mine.photo
    assert campaign.title == "📷"


async def test_a_custom_emoji_is_sent_as_a_plain_one(world: World) -> None:
    ada, ana, _ = await started(world)
    command = {"type": "bot_command", "offset": 0, "length": 10}
    custom = {"type": "custom_emoji", "offset": 11, "length": 2, "custom_emoji_id": "5"}
    ada.writes("/broadcast 😀 plain", entities=[command, custom])
    await world.wait_until_idle()
    await send(world, ada, await tap(world, ada, ALL, last(ada)))
    assert (ana.sees[-1].text, ana.sees[-1].entities) == ("😀 plain", ())


async def test_each_reader_gets_the_text_in_her_language(world: World) -> None:
    ada, ana, luz = await started(world)
    asked = await world.ask(ada, "/broadcast In English")
    await tap(world, ada, "It’s in English; add one in Spanish", asked)
    mine = ada.writes("En español", entities=[{"type": "bold", "offset": 3, "length": 7}])
    await world.wait_until_idle()
    assert [bubble.text for bubble in ada.sees if bubble.message_id > mine.message_id] == [
        "En español",
        "Who gets it?",
    ]
    review = await tap(world, ada, "Everyone", last(ada))
    assert "Each gets the text in their own language." in review.text
    await tap(world, ada, "Confirm", review)
    world.later(seconds=61)
    await campaigns_in(world, CampaignState.ENDED)
    assert (len(got(ana, "In English")), len(got(ana, "En español"))) == (1, 0)
    assert (len(got(luz, "In English")), len(got(luz, "En español"))) == (0, 1)
    assert luz.sees[-1].entities == ({"type": "bold", "offset": 3, "length": 7},)


async def test_the_other_language_may_be_a_photo_and_the_first_one_spanish(world: World) -> None:
    ada, ana, luz = await started(world)
    asked = await world.ask(ada, "/broadcast Hola")
    await tap(world, ada, "It’s in Spanish; add one in English", asked)
    mine = ada.attaches(picture(), "Hello", kind="photo")
    await world.wait_until_idle()
    await send(world, ada, last(ada))
    assert (ana.sees[-1].text, ana.sees[-1].photo) == ("Hello", mine.photo)
    assert (luz.sees[-1].text, luz.sees[-1].photo) == ("Hola", None)


async def test_while_a_text_is_waited_for_commands_go_on_working(world: World) -> None:
    ada, _, _ = await started(world)
    asked = await world.ask(ada, "/broadcast In English")
    waiting = await tap(world, ada, "It’s in English; add one in Spanish", asked)
    assert waiting.text.startswith("Now write the text in Spanish")
    assert "You read the free part" in (await world.ask(ada, "/account")).text
    ada.attaches(picture(), "x" * 1_030, kind="photo")
    await world.wait_until_idle()
    assert last(ada).text == (
        "That’s 6 characters too long for a caption, which can have 1,024. Shorten it and write it again."
    )
    assert (await world.ask(ada, "Ahora sí")).text == "Who gets it?"


async def test_cancel_leaves_the_question_and_the_next_words_are_nobody_s(world: World) -> None:
    ada, ana, _ = await started(world)
    asked = await world.ask(ada, "/broadcast In English")
    await tap(world, ada, "It’s in English; add one in Spanish", asked)
    again = await world.ask(ada, "/cancel")
    assert ALL in labels(again)
    assert (await world.ask(ada, "En español")).text.startswith("I don’t know what to do with that message")
    await send(world, ada, await tap(world, ada, ALL, again))
    assert ana.sees[-1].text == "In English"
    assert (await world.ask(ada, "/cancel")).text == "There’s nothing to cancel."


@pytest.mark.parametrize("words", ["El primero", "/cancel"])
async def test_what_is_handled_again_after_a_crash_touches_no_draft_that_waits_since(
    world: World, words: str
) -> None:
    ada, ana, luz = await started(world)
    await tap(world, ada, "It’s in English; add one in Spanish", await drafted(world, ada, "One"))
    await world.ask(ada, words)
    await tap(world, ada, "It’s in English; add one in Spanish", await drafted(world, ada, "Two"))
    await handle_again(world, words)
    assert (await world.ask(ada, "El segundo")).text == "Who gets it?"
    await send(world, ada, last(ada))
    assert [len(got(ana, text)) for text in ("One", "Two")] == [0, 1]
    assert [len(got(luz, text)) for text in ("El primero", "El segundo")] == [0, 1]


async def handle_again(world: World, words: str) -> None:
    """Do as a crash does between the handling of an update and the mark that it was handled."""
    ours = inbox.c.body.contains(f'"text": {json.dumps(words)}')
    async with world.program.core.database.write() as session:
        await session.execute(update(inbox).where(ours).values(handled_at=None))
    await until(lambda: handled(world, ours))
    await world.wait_until_idle()


async def handled(world: World, ours: ColumnElement[bool]) -> bool:
    async with world.program.core.database.read() as session:
        moments = (await session.execute(select(inbox.c.handled_at).where(ours))).scalars().all()
    return len(moments) == 1 and None not in moments


async def test_a_reader_s_words_are_never_taken_for_an_admin_s(world: World) -> None:
    ada, ana, _ = await started(world)
    asked = await world.ask(ada, "/broadcast In English")
    await tap(world, ada, "It’s in English; add one in Spanish", asked)
    assert (await world.ask(ana, "Robado")).text.startswith("I don’t know what to do with that message")
    someone = {"type": "hidden_user", "date": 1, "sender_user_name": "Eve"}
    ada.writes("Reenviado", extra={"forward_origin": someone})
    await world.wait_until_idle()
    assert last(ada).text.startswith("I don’t know what to do with that message")


async def test_alone_it_explains_itself(world: World) -> None:
    ada, _, _ = await started(world)
    assert (await world.ask(ada, "/broadcast")).text.startswith("Write /broadcast and, in the same message,")
    assert (await world.ask(ada, "/broadcast   ")).text.startswith(
        "Write /broadcast and, in the same message,"
    )


async def test_words_and_an_answer_at_once_are_one_too_many(world: World) -> None:
    ada, _, _ = await started(world)
    mine = ada.writes("First")
    await world.wait_until_idle()
    ada.writes("/broadcast Second", reply_to=mine.message_id)
    await world.wait_until_idle()
    assert (
        last(ada).text
        == "Write the text after /broadcast, or answer a message with /broadcast, but not both."
    )


@pytest.mark.parametrize(
    "content_of",
    [
        {"voice": {"file_id": "V", "file_unique_id": "v", "duration": 1}},
        {"video": {"file_id": "V", "file_unique_id": "v", "duration": 1, "width": 1, "height": 1}},
        {"animation": {"file_id": "V", "file_unique_id": "v", "duration": 1, "width": 1, "height": 1},
         "document": {"file_id": "V", "file_unique_id": "v"}},
        {"document": {"file_id": "V", "file_unique_id": "v"}, "media_group_id": "77"},
        {"dice": {"emoji": "🎲", "value": 3}},
    ],
    ids=["voice", "video", "animation", "album", "dice"],
)  # fmt: skip
async def test_what_cannot_be_sent_on_is_answered_with_what_can(
    world: World, content_of: dict[str, Any]
) -> None:
    ada, _, _ = await started(world)
    await world.push(message=command(world, reply_to_message=written(world) | content_of))
    assert last(ada).text.startswith("I can send a text, or a photo or a document")
    assert await opened(world) == []


async def test_paid_text_is_not_sent_to_others(world: World) -> None:
    ada, _, _ = await started(world)
    await world.ask(ada, f"/grant {ADMIN} 7")
    page = await world.ask(ada, "/economy")
    assert page.protected
    ada.writes("/broadcast", reply_to=page.message_id)
    await world.wait_until_idle()
    assert last(ada).text == "That message contains paid text, which can’t be sent to others."


async def test_what_is_too_long_is_said_with_the_excess_before_anything_else(world: World) -> None:
    ada, _, _ = await started(world)
    await world.push(message=command(world, reply_to_message=written(world) | {"text": "😀" * 2_050}))
    assert last(ada).text == "That’s 4 characters too long for one message. Shorten it and write it again."
    await world.push(message=command(world, f"/broadcast {'x' * 4_097}  "))
    assert last(ada).text == "That’s 1 character too long for one message. Shorten it and write it again."
    await world.push(message=command(world, f"/broadcast {'x' * 4_096}  "))
    assert labels(last(ada))[0] == ALL


async def test_what_telegram_refuses_is_said_and_no_draft_is_made(world: World) -> None:
    ada, _, _ = await started(world)
    gone = {"document": {"file_id": "never-there", "file_unique_id": "v"}}
    await world.push(message=command(world, reply_to_message=written(world) | gone))
    assert last(ada).text.startswith("Telegram refuses this message, so nobody can get it: Bad Request")
    assert last(ada).buttons == []


def written(world: World) -> dict[str, Any]:
    """An admin's message of any kind; its content is to be added."""
    person = {"id": ADMIN, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    chat = {"id": ADMIN, "type": "private", "first_name": "Ada"}
    return {"message_id": 8_000, "date": int(world.clock.now().timestamp()), "chat": chat, "from": person}


def command(world: World, text: str = "/broadcast", **more: Any) -> dict[str, Any]:
    entities = [{"type": "bot_command", "offset": 0, "length": 10}]
    return {**written(world), "message_id": 9_000, "text": text, "entities": entities, **more}


AUDIENCES: Sequence[tuple[str, set[str]]] = (
    ("Everyone", {"Ada", "Ana", "Luz", "Pia", "Eva"}),
    ("Readers with access", {"Luz", "Pia"}),
    ("Readers without access", {"Ada", "Ana", "Eva"}),
    ("Readers in their trial", {"Pia"}),
    ("Readers whose access has ended", {"Eva"}),
    ("Readers who read in Spanish", {"Luz"}),
    ("Inactive for 4 weeks", {"Ana"}),
)


async def test_each_audience_gets_it_and_nobody_else(world: World) -> None:
    ada, ana, luz = await started(world)
    pia, eva, zoe = (
        world.person(5_000_000_003 + at, "en", name) for at, name in enumerate(("Pia", "Eva", "Zoe"))
    )
    await world.take_trial(eva)
    world.later(days=30)
    await world.take_trial(pia)
    await world.ask(zoe, "/stop")
    for person in (ada, luz, eva):
        await world.ask(person, "/help")
    await world.ask(ada, f"/grant {luz.id} 7")
    people = {"Ada": ada, "Ana": ana, "Luz": luz, "Pia": pia, "Eva": eva, "Zoe": zoe}
    for number, (label, names) in enumerate(AUDIENCES):
        asked = await tap(world, ada, ALL, await drafted(world, ada, f"Number {number}."))
        review = await tap(world, ada, label, asked)
        assert review.text.startswith(f"{len(names)} reader"), (label, review.text)
        await tap(world, ada, "Confirm", review)
        world.later(seconds=61)
        await campaigns_in(world, CampaignState.ENDED, number + 1)
        reached = {
            name
            for name, person in people.items()
            if len(got(person, f"Number {number}.")) == (2 if person is ada else 1)
        }
        assert reached == names, label


async def test_a_test_goes_to_the_admins_at_once_and_in_the_night_too(
    content: Path, data_folder: Path
) -> None:
    night = datetime(2025, 12, 23, 4, 0, tzinfo=UTC)
    async with World(content, data_folder, now=night) as world:
        ada, ana, _ = await started(world)
        review = await confirmable(world, ada, audience="Test: only admins")
        assert "It’s a test: it goes out at once." in review.text
        assert "quiet" not in review.text
        assert "It goes out now." in (await tap(world, ada, "Confirm", review)).text
        (campaign,) = await campaigns_in(world, CampaignState.ENDED)
        assert campaign.kind is Kind.TEST
        assert len(got(ada, WORDS)) == 2
        assert got(ana, WORDS) == []


async def test_what_was_tested_is_then_sent_to_readers(world: World) -> None:
    ada, ana, _ = await started(world)
    await tap(world, ada, "Confirm", await confirmable(world, ada, audience="Test: only admins"))
    await campaigns_in(world, CampaignState.ENDED)
    (asked,) = [bubble for bubble in ada.sees if "send the same to readers" in bubble.text]
    await confirm(world, ada, asked)
    world.later(seconds=61)
    tested, campaign = await campaigns_in(world, CampaignState.ENDED, 2)
    assert (tested.kind, campaign.kind) == (Kind.TEST, Kind.BROADCAST)
    assert len(got(ana, WORDS)) == 1


async def test_it_is_undone_in_the_very_message_that_was_confirmed(world: World) -> None:
    ada, ana, _ = await started(world)
    confirmed = await tap(world, ada, "Confirm", await confirmable(world, ada))
    undone = await tap(world, ada, "Undo", confirmed)
    assert "Undone at 09:00: nobody got it." in undone.text
    assert labels(undone) == []
    world.later(seconds=120)
    await campaigns_in(world, CampaignState.CANCELLED)
    assert got(ana, WORDS) == []


async def test_an_admin_who_writes_first_is_told_how_it_goes_on(world: World) -> None:
    ada, ana, _ = await started(world)
    assert "answer it with /broadcast" in (await world.ask(ada, "Dear readers")).text
    assert "/broadcast" not in (await world.ask(ana, "Dear readers")).text


async def test_quiet_hours_hold_a_broadcast_until_their_end(content: Path, data_folder: Path) -> None:
    night = datetime(2025, 12, 23, 4, 0, tzinfo=UTC)  # 01:00 in Asunción, 09:30 in Kolkata
    async with World(content, data_folder, now=night) as world:
        ada, ana, luz = await started(world)
        await world.ask(luz, "/settings")
        await world.tap(luz, data="do:set:zone:Asia/Kolkata")
        review = await confirmable(world, ada)
        assert "2 of them will be in quiet hours, and get it when they end." in review.text
        await tap(world, ada, "Confirm", review)
        (campaign,) = await opened(world)
        world.later(seconds=61)
        await sent(world, campaign, 1)
        assert (len(got(luz, WORDS)), got(ana, WORDS)) == (1, [])
        world.clock.move_to(datetime(2025, 12, 23, 9, 59, tzinfo=UTC))
        await settled_ledger(world)
        assert got(ana, WORDS) == []
        world.clock.move_to(datetime(2025, 12, 23, 10, 0, tzinfo=UTC))  # 07:00
        await campaigns_in(world, CampaignState.ENDED, 2)
        assert len(got(ana, WORDS)) == 1


async def sent(world: World, campaign: Campaign, count: int) -> None:
    async with asyncio.timeout(20):
        while True:
            counts = await states(world, campaign)
            if sum(state == State.SENT for state, _ in counts.values()) >= count:
                return
            await asyncio.sleep(0.02)


async def settled_ledger(world: World, ended: int = 1) -> None:
    """Let a test to the admins pass through the sender: what was due before it has been looked at."""
    ada = world.admin()
    review = await confirmable(world, ada, "A later test", "Test: only admins")
    await tap(world, ada, "Confirm", review)
    await campaigns_in(world, CampaignState.ENDED, ended)


async def test_who_says_stop_after_it_was_confirmed_gets_nothing(world: World) -> None:
    ada, ana, luz = await started(world)
    await confirm(world, ada, await tap(world, ada, ALL, await world.ask(ada, f"/broadcast {WORDS}")))
    await world.ask(ana, "/stop")
    world.later(seconds=61)
    (campaign,) = await campaigns_in(world, CampaignState.ENDED)
    assert (await states(world, campaign))[ana.id] == ("skipped", "stopped")
    assert (got(ana, WORDS), len(got(luz, WORDS))) == ([], 1)


async def test_nothing_goes_out_in_the_first_minute_and_undo_sends_nothing_at_all(world: World) -> None:
    ada, ana, _ = await started(world)
    review = await confirmable(world, ada)
    assert "It starts 60 seconds after you confirm" in review.text
    confirmed = await tap(world, ada, "Confirm", review)
    assert re.search(r"Starts at 09:01:0\d\. Until then any admin can undo it\.", confirmed.text)
    (campaign,) = await opened(world)
    assert campaign.starts_at - world.clock.now() > timedelta(seconds=50)
    await settled_ledger(world)
    undo = await undoable(ada)
    await world.tap(ada, "Undo", on=undo)
    world.later(seconds=120)
    await settled_ledger(world, 2)
    assert got(ana, WORDS) == []
    assert set((await states(world, campaign)).values()) == {("skipped", "cancelled")}


async def test_what_was_confirmed_says_how_it_goes_until_it_is_done(world: World) -> None:
    ada, _, _ = await started(world)
    confirmed = await tap(world, ada, "Confirm", await confirmable(world, ada))
    assert labels(confirmed) == ["Undo"]
    world.later(seconds=61)
    await campaigns_in(world, CampaignState.ENDED)

    def done() -> list[Bubble]:
        return [bubble for bubble in ada.sees if "Done" in bubble.text]

    await until(done)
    assert [(message.message_id, labels(message)) for message in done()] == [(confirmed.message_id, [])]
    assert [bubble.text for bubble in ada.sees if "Undo" in labels(bubble)] == []


async def undoable(ada: Person) -> Bubble:
    """Wait for the message that shows how the campaign goes."""

    def found() -> list[Bubble]:
        return [bubble for bubble in ada.sees if "Undo" in labels(bubble)]

    await until(found)
    return found()[-1]


async def test_the_campaign_says_who_opened_it_and_so_does_the_audit(world: World) -> None:
    ada, _, _ = await started(world)
    await tap(world, ada, "Confirm", await confirmable(world, ada, "Two\nlines of words"))
    (campaign,) = await opened(world)
    assert (campaign.kind, campaign.title, campaign.opened_by) == (
        Kind.BROADCAST,
        "Two lines of words",
        ADMIN,
    )
    async with world.program.core.database.read() as session:
        (row,) = await session.execute(select(audit).where(audit.c.act == "broadcast"))
    assert (row.admin_id, row.about) == (ADMIN, f"campaign {campaign.id} to everyone")


async def test_fifty_taps_of_two_admins_open_one_campaign(two: World) -> None:
    ada, ana, _ = await started(two)
    berta = two.person(BERTA, "en", "Berta")
    await two.ask(berta, "/start")
    review = await confirmable(two, ada)
    pressed = data(review)["Confirm"]
    for _ in range(25):
        ada.taps(review.message_id, data=pressed)
        berta.taps(1, data=pressed)
    await two.wait_until_idle(30)
    answers = [alert["text"] for alert in (*ada.alerts, *berta.alerts)]
    assert (answers.count("Confirmed."), answers.count(ONCE)) == (1, 49)
    assert len(await opened(two)) == 1
    two.later(seconds=61)
    await campaigns_in(two, CampaignState.ENDED)
    assert len(got(ana, WORDS)) == 1


async def test_a_confirm_that_was_shown_with_other_texts_sends_nothing(world: World) -> None:
    ada, _, _ = await started(world)
    asked = await drafted(world, ada, "Hello")
    waiting = await tap(world, ada, "It’s in English; add one in Spanish", asked)
    the_first_to_all = data(waiting)["Only the first, for everybody"]
    each = await tap(world, ada, "Everyone", await world.ask(ada, "Hola"))
    of_each = data(each)["Confirm"]
    choosing = await tap(world, ada, "Change audience", each)
    choosing = await world.tap(ada, data=the_first_to_all, on=choosing)
    review = await tap(world, ada, "Everyone", choosing)
    assert data(review)["Confirm"] != of_each
    await world.tap(ada, data=of_each, on=review)
    assert told(ada) == "The draft has changed since. Look at it again."
    assert await opened(world) == []


async def test_fifty_confirms_at_the_same_moment_open_one_campaign(two: World) -> None:
    ada, _, _ = await started(two)
    _, _, nonce, _, _, texts = data(await confirmable(two, ada))["Confirm"].split(":")
    everyone = Audience(Segment.EVERYONE)
    databases = [Database(two.program.core.settings.database_url) for _ in range(5)]
    processes = [
        Broadcasting(database, two.clock, [], lambda: two.program.core.archive.publication)
        for database in databases
    ]
    answers = await asyncio.gather(
        *(processes[at % 5].confirm(nonce, everyone, texts, (ADMIN, BERTA)[at % 2]) for at in range(50))
    )
    for database in databases:
        await database.close()
    assert sum(isinstance(answer, Broadcast) for answer in answers) == 1
    assert [answer for answer in answers if isinstance(answer, Refusal)] == [Refusal.USED] * 49
    assert len(await opened(two)) == 1


async def test_a_draft_that_looks_unused_opens_no_second_campaign(world: World) -> None:
    ada, _, _ = await started(world)
    review = await confirmable(world, ada)
    await tap(world, ada, "Confirm", review)
    async with world.program.core.database.write() as session:
        await session.execute(tables.drafts.update().values(used_at=None))
    await world.tap(ada, data=data(review)["Confirm"], on=review)
    assert told(ada) == ONCE
    (campaign,) = await opened(world)
    assert campaign.key == data(review)["Confirm"].split(":")[2]


@pytest.mark.parametrize("span", [timedelta(hours=24), timedelta(days=7)], ids=["a day", "a week"])
async def test_a_confirm_a_day_or_a_week_later_sends_nothing(world: World, span: timedelta) -> None:
    ada, ana, _ = await started(world)
    review = await confirmable(world, ada)
    world.clock.move_to(world.clock.now() + span)
    turned = await tap(world, ada, "Confirm", review)
    assert (told(ada), turned.text, turned.buttons) == (GONE, GONE, [])
    assert (await opened(world), got(ana, WORDS)) == ([], [])


async def test_a_confirm_pressed_again_a_week_later_sends_nothing_more(world: World) -> None:
    ada, ana, _ = await started(world)
    review = await confirmable(world, ada)
    await tap(world, ada, "Confirm", review)
    world.later(seconds=61)
    await campaigns_in(world, CampaignState.ENDED)
    world.later(days=7)
    await world.tap(ada, data=data(review)["Confirm"], on=review)
    assert told(ada) == ONCE
    assert len(await opened(world)) == len(got(ana, WORDS)) == 1


async def test_an_admin_who_was_removed_meanwhile_sends_nothing(world: World) -> None:
    ada, _, _ = await started(world)
    review = await confirmable(world, ada)
    await world.program.stop()
    world.set(admin_ids=frozenset({BERTA}))
    world.program = world.new_program()
    await world.program.start()
    await world.tap(ada, "Confirm", on=review)
    assert told(ada) == OUT_OF_DATE
    assert (await world.ask(ada, "/broadcast again")).text.startswith("I don’t know that command")
    assert await opened(world) == []


async def test_a_reader_or_a_group_with_a_forged_button_sends_nothing(world: World) -> None:
    ada, ana, _ = await started(world)
    pressed = data(await confirmable(world, ada))["Confirm"]
    await world.tap(ana, data=pressed)
    assert told(ana) == OUT_OF_DATE
    group = world.group()
    await world.answers(ada, "/latest", group)
    await world.tap(ada, data=pressed, group=group)
    assert last(group).text == "I only answer that in private: write to me in our chat."
    assert await opened(world) == []


async def test_a_forwarded_message_s_button_sends_nothing(world: World) -> None:
    ada, _, _ = await started(world)
    pressed = data(await confirmable(world, ada))["Confirm"]
    user = {"id": ADMIN, "is_bot": False, "first_name": "Ada"}
    message = written(world) | {
        "text": "x",
        "forward_origin": {"type": "user", "date": 1, "sender_user": user},
    }
    query = {"id": "1", "from": user, "chat_instance": "1", "message": message, "data": pressed}
    await world.push(callback_query=query)
    assert await opened(world) == []


@pytest.mark.parametrize(
    "how",
    [
        ":go:everyone",
        ":go:everyone:12345678",
        ":go:nobody:12345678",
        ":is:pt",
        ":to:language-pt",
        ":burn",
        "",
    ],
)
async def test_forged_data_changes_nothing(world: World, how: str) -> None:
    ada, _, _ = await started(world)
    asked = await world.ask(ada, f"/broadcast {WORDS}")
    nonce = data(asked)["Discard"].split(":")[2]
    await world.tap(ada, data=f"do:cast:{nonce}{how}", on=asked)
    assert told(ada) in {OUT_OF_DATE, "The draft has changed since. Look at it again."}
    await world.tap(ada, data=f"do:cast:{'x' * 16}:go:everyone:12345678", on=asked)
    assert told(ada) == GONE
    assert await opened(world) == []


async def test_a_confirm_for_another_audience_than_the_one_last_seen_sends_nothing(world: World) -> None:
    ada, _, _ = await started(world)
    review = await confirmable(world, ada)
    old = data(review)["Confirm"]
    changed = await tap(world, ada, "Change audience", review)
    assert changed.text == "Who gets it?"
    await tap(world, ada, "Readers who read in Spanish", changed)
    await world.tap(ada, data=old, on=review)
    assert told(ada) == "The draft has changed since. Look at it again."
    assert await opened(world) == []


async def test_an_empty_audience_is_said_and_cannot_be_confirmed(world: World) -> None:
    ada, _, _ = await started(world)
    review = await confirmable(world, ada, audience="Readers in their trial")
    assert review.text == "Nobody is in this audience now: readers in their trial."
    assert labels(review) == ["Change audience", "Discard"]
    nonce = data(review)["Discard"].split(":")[2]
    async with world.program.core.database.read() as session:
        draft = await drafts.find(session, nonce)
    assert draft is not None
    await world.tap(ada, data=f"do:cast:{nonce}:go:trial:{draft.texts}", on=review)
    assert told(ada) == "Nobody is in this audience now, so nothing goes out."
    assert await opened(world) == []


async def test_a_discarded_draft_is_gone(world: World) -> None:
    ada, _, _ = await started(world)
    review = await confirmable(world, ada)
    assert (await tap(world, ada, "Discard", review)).text == "Discarded: nothing goes out."
    await world.tap(ada, data=data(review)["Confirm"], on=review)
    assert told(ada) == GONE
    assert await opened(world) == []


async def test_all_of_it_is_said_in_spanish_too(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, now=MONDAY) as world:
        ada = world.admin("es")
        await world.ask(ada, "/start")
        asked = await world.ask(ada, "/broadcast Hola")
        assert labels(asked)[:2] == ["Un solo texto para todos", "Está en inglés; agregar uno en español"]
        review = await tap(world, ada, "Todos", await tap(world, ada, "Un solo texto para todos", asked))
        assert review.text.startswith("Lo recibe 1 lector (todos).\nTodos reciben el mismo texto.")
        confirmed = await tap(world, ada, "Confirmar", review)
        assert re.search(r"Empieza a las 09:01:0\d\. Hasta entonces,", confirmed.text)
