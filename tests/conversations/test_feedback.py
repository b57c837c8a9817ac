"""What readers write to the newsroom, who sees it, and how its answer comes back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.services.operations.retention import Retention
from bot.services.readers.feedback import Feedback
from telegram_simulator import Bubble, Person
from telegram_simulator.api.parameters import Upload
from tests.conversations.test_broadcast import picture
from tests.conversations.test_campaigns import BERTA, berta
from tests.conversations.test_several_messages import SOMEONE
from tests.waiting import until
from tests.world import ADMIN, PUBLICATION, World, data, labels, last, since, told, words

NOON = datetime(2025, 12, 22, 15, 0, tzinfo=UTC)
"""12:00 in Asunción."""

NIGHT = datetime(2025, 12, 23, 4, 0, tzinfo=UTC)
"""01:00 in Asunción, in everybody's quiet hours."""

SEND = "Send it to the newsroom"
SENT = "Sent to the newsroom. If they answer, you’ll see it here."
MARK = "writes to the newsroom"


@pytest.fixture
async def room(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """It is noon, and Ada is there."""
    async with World(content, data_folder, NOON) as world:
        await world.ask(world.admin(), "/start")
        yield world


def threads(admin: Person, mark: str = MARK) -> list[Bubble]:
    return [bubble for bubble in since(admin, 0) if mark in bubble.text]


async def shows(admin: Person, *parts: str) -> Bubble:
    """Wait until a thread in an admin's chat says all of this."""

    def found() -> list[Bubble]:
        return [bubble for bubble in since(admin, 0) if all(part in words(bubble) for part in parts)]

    await until(lambda: bool(found()))
    return found()[-1]


async def replies(world: World, person: Person, bubble: Bubble, text: str) -> Bubble:
    person.writes(text, reply_to=bubble.message_id)
    await world.wait_until_idle()
    return last(person)


@pytest.mark.parametrize(
    ("language", "search", "send", "sent"),
    [
        ("en", "Search for “Where is my boat?”", SEND, SENT),
        (
            "es",
            "Buscar «Where is my boat?»",
            "Enviar a la redacción",
            "Enviado a la redacción. Si te responden, verás la respuesta aquí.",
        ),
    ],
)
async def test_what_is_not_understood_gets_two_buttons_and_goes_nowhere_before_the_tap(
    room: World, language: str, search: str, send: str, sent: str
) -> None:
    ada, ana = room.admin(), room.person(language=language)
    answer = await room.ask(ana, "Where is my boat?")
    assert labels(answer) == [search, send]
    assert not threads(ada)
    assert (await room.tap(ana, send)).text == sent
    thread = await shows(ada, MARK, "Where is my boat?", "Ana", str(ana.id))
    assert labels(thread) == ["Reply", "Mute this reader"]


async def test_search_finds_the_words_of_the_message_itself(room: World) -> None:
    ana = room.person()
    await room.ask(ana, "boats moved")
    results = await room.tap(ana, "Search for “boats moved”")
    assert "boats" in results.text
    assert "result" in results.text


async def test_a_search_by_button_tells_a_reader_without_access_no_paid_word(room: World) -> None:
    ana = room.person()
    await room.ask(ana, "Bread is cheaper says")
    results = await room.tap(ana, "Search for “Bread is cheaper says”")
    assert "canary" not in results.text


async def test_feedback_goes_at_once_and_one_reader_has_one_thread(room: World) -> None:
    ada, ana = room.admin(), room.person()
    assert (await room.ask(ana, "/feedback First words")).text == SENT
    await shows(ada, "First words")
    await room.ask(ana, "/feedback Second words")
    await shows(ada, "First words", "Second words")
    assert len(threads(ada)) == 1


async def test_after_an_hour_a_new_message_comes_and_the_old_one_says_where(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback First words")
    first = await shows(ada, "First words")
    room.later(minutes=61)
    await room.ask(ana, "/feedback Second words")
    await until(lambda: len([bubble for bubble in since(ada, 0) if "Second words" in bubble.text]) == 1)
    second = await shows(ada, "First words", "Second words")
    assert second.message_id > first.message_id
    await shows(ada, "continued below")
    assert len(threads(ada)) == 1


async def test_in_quiet_hours_no_new_message_comes(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, NIGHT) as world:
        ada, ana = world.admin(), world.person()
        await world.ask(ada, "/start")
        await world.ask(ana, "/feedback In the night")
        await world.ask(ana, "/latest")
        assert not threads(ada)
        world.later(hours=6, minutes=1)
        await shows(ada, "In the night")


async def test_reply_brings_the_answer_to_the_reader_and_says_who_answered(room: World) -> None:
    ada, ana = room.admin(), room.person(language="es")
    await room.ask(ana, "/feedback ¿Cuándo sale?")
    thread = await shows(ada, "¿Cuándo sale?")
    question = await room.tap(ada, "Reply", on=thread)
    assert "Ana" in question.text
    await replies(room, ada, question, "On <b>Monday</b> & no sooner")
    await until(lambda: "no sooner" in last(ana).text)
    assert "La redacción de The Test Post" in last(ana).text
    assert "On <b>Monday</b> & no sooner" in last(ana).text
    await shows(ada, "✓", "Ada", "answered", "no sooner")


async def test_the_thread_itself_may_be_answered_and_the_answer_is_answered_back(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    await replies(room, ada, await shows(ada, "A question"), "An answer")
    await until(lambda: "An answer" in last(ana).text)
    assert (await replies(room, ana, last(ana), "Thank you kindly")).text == SENT
    await shows(ada, "A question", "Thank you kindly")


async def test_every_admin_sees_who_answered_in_her_own_language(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, NOON, admin_ids=frozenset({ADMIN, BERTA})) as world:
        ada, other, ana = world.admin(), await berta(world), world.person()
        await world.ask(ada, "/start")
        await world.ask(ana, "/feedback A question")
        await shows(other, "A question", "Responder")
        await replies(world, ada, await shows(ada, "A question"), "An answer")
        await shows(other, "Ada", "respondió", "An answer")


async def test_an_answer_bears_the_publication_s_name_in_the_reader_s_language(
    content: Path, data_folder: Path
) -> None:
    local = PUBLICATION.replace('name = "The Test Post"', 'name.en = "The Test Post"\nname.es = "El Correo"')
    (content / "publication.toml").write_text(local, encoding="utf-8")
    async with World(content, data_folder, NOON) as world:
        ada, ana = world.admin(), world.person(language="es")
        await world.ask(ada, "/start")
        await world.ask(ana, "/feedback Una pregunta")
        await replies(world, ada, await shows(ada, "Una pregunta"), "An answer")
        await until(lambda: "La redacción de El Correo" in last(ana).text)


async def test_an_answer_outlives_a_restart_and_comes_once(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    thread = await shows(ada, "A question")
    await replies(room, ada, thread, "An answer")
    await room.restart()
    await until(lambda: any("An answer" in bubble.text for bubble in since(ana, 0)))
    await shows(ada, "✓", "An answer")
    assert sum("An answer" in bubble.text for bubble in since(ana, 0)) == 1


async def test_a_tap_after_a_restart_still_knows_the_message(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "Nothing known")
    await room.restart()
    assert (await room.tap(ana, SEND)).text == SENT
    await shows(ada, "Nothing known")


async def test_two_programs_bring_one_answer_and_one_thread(room: World) -> None:
    other = room.new_program()
    await other.start()
    try:
        ada, ana = room.admin(), room.person()
        await room.ask(ana, "/feedback A question")
        thread = await shows(ada, "A question")
        await replies(room, ada, thread, "An answer")
        await shows(ada, "✓", "An answer")
        assert sum("An answer" in bubble.text for bubble in since(ana, 0)) == 1
        assert len(threads(ada)) == 1
    finally:
        await other.stop()


async def test_of_a_reader_who_blocked_the_bot_the_admin_is_told_in_words(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    thread = await shows(ada, "A question")
    ana.blocks()
    await room.wait_until_idle()
    answer = await replies(room, ada, thread, "An answer")
    assert "has blocked the bot" in answer.text


async def test_an_answer_that_reaches_nobody_says_so_in_the_thread(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    thread = await shows(ada, "A question")
    ana.deactivates()
    await replies(room, ada, thread, "An answer")
    await shows(ada, "✕ ", "has blocked the bot and didn’t get it", "An answer")


async def test_what_a_reader_only_quotes_is_not_sent_on(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.subscribe(ana)
    page = await room.ask(ana, "/economy")
    assert "canaryeconomy" in page.text
    ana.writes("/feedback I liked this", reply_to=page.message_id)
    await room.wait_until_idle()
    thread = await shows(ada, "I liked this")
    assert "canary" not in words(thread)


async def test_nobody_sends_on_the_message_of_another(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/start")
    await room.tap(ana, data="do:room:send")
    assert "Your message is gone" in told(ana)
    assert not threads(ada)


async def test_a_muted_reader_is_told_and_may_be_unmuted(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    await room.tap(ada, "Mute this reader", on=await shows(ada, "A question"))
    thread = await shows(ada, "Muted by", "Ada", "Unmute this reader")
    assert "for now" in (await room.ask(ana, "/feedback Again")).text
    await room.tap(ada, "Unmute this reader", on=thread)
    assert (await room.ask(ana, "/feedback Once more")).text == SENT
    assert "Again" not in (await shows(ada, "Once more", "Mute this reader")).text


async def test_no_reader_presses_an_admins_button(room: World) -> None:
    ada, ana, eve = room.admin(), room.person(), room.person(5_000_000_002, name="Eve")
    await room.ask(ana, "/feedback A secret question")
    mute = data(await shows(ada, "secret"))["Mute this reader"]
    await room.ask(eve, "/start")
    for act in (mute, mute.replace("mute", "all"), mute.replace("mute", "reply")):
        await room.tap(eve, data=act)
        assert "out of date" in told(eve)
    assert "secret" not in "".join(bubble.text for bubble in since(eve, 0))


async def test_an_admins_own_text_never_becomes_feedback(room: World) -> None:
    ada = room.admin()
    assert SEND not in labels(await room.ask(ada, "My own words"))
    assert "You’re the newsroom" in (await room.ask(ada, "/feedback My own words")).text
    assert not threads(ada)


async def test_a_photo_goes_by_its_file_and_the_admin_sees_it(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/start")
    ana.attaches(Upload("map.txt", b"a map", "text/plain"), "My map")
    await room.wait_until_idle()
    assert labels(last(ana)) == [SEND]
    await room.tap(ana, SEND)
    thread = await shows(ada, "📎 a file", "My map")
    await room.tap(ada, "Show everything", on=thread)
    assert "document" in last(ada).fields


@pytest.mark.parametrize("captions", [["", "My map", ""], ["", "", ""]])
async def test_an_album_gets_one_answer_and_goes_whole_with_one_tap(room: World, captions: list[str]) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/start")
    before = last(ana).message_id
    for caption in captions:
        ana.attaches(picture(), caption, kind="photo", extra={"media_group_id": "1313"})
    await room.wait_until_idle()
    (answer,) = since(ana, before)
    assert labels(answer) == [SEND]
    assert not threads(ada)
    assert (await room.tap(ana, SEND)).text == SENT
    thread = await shows(ada, "📎 a photo", *filter(None, captions))
    assert thread.text.count("📎 a photo") == 3
    await room.tap(ada, "Show everything", on=thread)
    assert sum("photo" in bubble.fields for bubble in since(ada, thread.message_id)) == 3


async def test_forwards_get_the_two_buttons_and_go_together_also_after_a_restart(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/start")
    for number in range(3):
        ana.writes(f"Story {number}", extra={"forward_origin": SOMEONE})
    await room.wait_until_idle()
    assert labels(last(ana)) == ["Search for “Story 0”", SEND]
    await room.restart()
    assert (await room.tap(ana, SEND)).text == SENT
    await shows(ada, "Story 0", "Story 1", "Story 2")


async def test_nobody_sends_on_the_album_of_another_nor_one_that_is_forgotten(room: World) -> None:
    ada, ana, eve = room.admin(), room.person(), room.person(5_000_000_002, name="Eve")
    await room.ask(eve, "/start")
    await room.ask(ana, "/start")
    for number in range(2):
        ana.writes(f"Secret {number}", extra={"forward_origin": SOMEONE})
    await room.wait_until_idle()
    send = data(last(ana))[SEND]
    for forged in (send, "do:room:send:1", "do:room:send:" + "9" * 18):
        await room.tap(eve, data=forged)
        assert "Your messages are gone" in told(eve)
    for forged in ("do:room:send:-1", "do:room:send:" + "9" * 19, "do:room:send:x", "do:room:send:١"):
        await room.tap(eve, data=forged)
        assert "out of date" in told(eve)
    assert not threads(ada)


async def test_switched_off_only_the_search_is_offered(content: Path, data_folder: Path) -> None:
    (content / "publication.toml").write_text(PUBLICATION + "feedback = false\n", encoding="utf-8")
    async with World(content, data_folder, NOON) as world:
        ada, ana = world.admin(), world.person()
        await world.ask(ada, "/start")
        answer = await world.ask(ana, "Nothing known")
        assert labels(answer) == ["Search for “Nothing known”"]
        await world.tap(ana, data="do:room:send")
        assert "doesn’t take messages" in told(ana)
        assert "doesn’t take messages" in (await world.ask(ana, "/feedback Hello")).text
        assert not threads(ada)


async def test_four_thousand_emoji_are_kept_whole(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/start")
    ana.writes("😀" * 4_096)
    await room.wait_until_idle()
    await room.tap(ana, SEND)
    await room.tap(ada, "Show everything", on=await shows(ada, MARK, "😀"))
    shown = "".join(bubble.text for bubble in since(ada, 0) if MARK not in bubble.text)
    assert shown.count("😀") == 4_096


async def test_of_many_messages_twenty_are_kept_and_of_each_other_that_is_said(room: World) -> None:
    ada, ana = room.admin(), room.person()
    for number in range(25):
        await room.ask(ana, f"/feedback word{number}!")
    said = [bubble.text for bubble in since(ana, 0)]
    assert said.count(SENT) == 20
    assert sum("wasn’t sent" in text for text in said) == 5
    thread = await shows(ada, "word19!", "More messages came within an hour")
    assert "word20!" not in thread.text
    assert len(threads(ada)) == 1


async def test_who_was_muted_for_her_haste_hears_of_the_limit_and_again_when_she_writes_later(
    room: World,
) -> None:
    ana = room.person()
    await room.ask(ana, "/start")
    for number in range(60):
        ana.writes(f"/feedback word{number}!")
    await room.wait_until_idle(patience=60.0)
    said = [bubble.text for bubble in since(ana, 0)]
    assert sum(text.startswith("Slower, please") for text in said) == 1
    assert sum("wasn’t sent" in text for text in said) == 1
    room.passes(300)
    room.later(minutes=5)
    (answer,) = await room.answers(ana, "/feedback please hear me")
    assert "20 messages from you an hour" in answer.text
    room.later(hours=1)
    assert (await room.ask(ana, "/feedback please hear me")).text == SENT


async def test_the_limit_is_said_each_time_that_it_is_met(room: World) -> None:
    ana = room.person()
    for _ in range(2):
        await room.ask(ana, "/start")
        for number in range(60):
            ana.writes(f"/feedback word{number}!")
        await room.wait_until_idle(patience=60.0)
        room.passes(7_200)
        room.later(hours=2)
    assert sum("wasn’t sent" in bubble.text for bubble in since(ana, 0)) == 2


async def test_a_thousand_messages_in_a_minute_make_one_thread_of_twenty(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/start")
    for number in range(1_000):
        ana.writes(f"/feedback word{number}!")
    await room.wait_until_idle(patience=120.0)
    thread = await shows(ada, "word19!", "More messages came within an hour")
    assert "word20!" not in thread.text
    assert len(threads(ada)) == 1


@pytest.mark.parametrize("name", ["<b>Bold</b> & co", "\u202eאבג\u202c", "اسم طويل"])
async def test_nothing_of_a_reader_is_markup(room: World, name: str) -> None:
    ada, ana = room.admin(), room.person(name=name)
    await room.ask(ana, "/feedback <a href='https://bad.example'>x</a> *y* <script>")
    thread = await shows(ada, "<a href='https://bad.example'>x</a> *y* <script>")
    assert "\u202e" not in thread.text
    assert name.strip("\u202e\u202c") in thread.text


VOICE = {"voice": {"file_id": "voice", "file_unique_id": "v", "duration": 1}}
STICKER = {
    "sticker": {
        "file_id": "sticker", "file_unique_id": "s", "type": "regular", "width": 9, "height": 9,
        "is_animated": False, "is_video": False, "emoji": "👍",
    }
}  # fmt: skip


async def test_a_photo_without_words_and_a_voice_are_offered_to_the_newsroom_alone(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/start")
    ana.attaches(picture(), kind="photo")
    await room.wait_until_idle()
    assert labels(last(ana)) == [SEND]
    assert (await room.tap(ana, SEND)).text == SENT
    ana.writes("", extra=VOICE)
    await room.wait_until_idle()
    assert labels(last(ana)) == [SEND]
    assert (await room.tap(ana, SEND)).text == SENT
    await shows(ada, "📎 a photo", "📎 a voice message")


async def test_the_newsroom_s_message_may_be_answered_with_a_sticker_or_an_emoji(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    await replies(room, ada, await shows(ada, "A question"), "An answer")
    await until(lambda: "An answer" in last(ana).text)
    answer = last(ana)
    ana.writes("", reply_to=answer.message_id, extra=STICKER)
    await room.wait_until_idle()
    assert last(ana).text == SENT
    assert (await replies(room, ana, answer, "❤️")).text == SENT
    await shows(ada, "📎 a sticker", "❤️")


async def test_who_says_stop_to_the_newsroom_may_stop_the_issues_too(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    await replies(room, ada, await shows(ada, "A question"), "An answer")
    await until(lambda: "An answer" in last(ana).text)
    answer = await replies(room, ana, last(ana), "stop")
    assert (answer.text, labels(answer)) == (SENT, ["Stop sending me issues"])
    assert (await room.tap(ana, "Stop sending me issues")).text.startswith("Done")
    assert (await room.reader(ana)).stopped_at is not None


async def test_an_edited_message_changes_nothing_and_is_not_answered(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    await shows(ada, "A question")
    count = len(since(ana, 0))
    body = {"message_id": 1, "chat": ana.chat.as_json(), "from": ana.user, "text": "/feedback Another one"}
    await room.push(edited_message={**body, "date": 1_766_404_800, "edit_date": 1_766_404_801})
    assert len(since(ana, 0)) == count
    assert "Another one" not in threads(ada)[-1].text


@pytest.mark.parametrize(
    "words",
    [
        *("/feedback", "/feedback   ", "/feedback\u200e", "/FEEDBACK@sim7000000001_bot"),
        *("/feedback \u200b", "/feedback \u00ad", "/feedback \u3164\u2800", "/feedback \ufe0f\u034f"),
    ],
)
async def test_feedback_without_words_says_how_and_sends_nothing(room: World, words: str) -> None:
    ada, ana = room.admin(), room.person()
    assert "What would you like to tell the newsroom?" in (await room.ask(ana, words)).text
    assert not threads(ada)


@pytest.mark.parametrize(
    ("language", "label", "asked", "sent"),
    [
        ("en", "Write to the newsroom", "What would you like to tell the newsroom?", SENT),
        (
            "es",
            "Escribir a la redacción",
            "¿Qué quieres decirle a la redacción?",
            "Enviado a la redacción. Si te responden, verás la respuesta aquí.",
        ),
    ],
)
async def test_what_answers_the_question_of_feedback_goes_to_the_newsroom(
    room: World, language: str, label: str, asked: str, sent: str
) -> None:
    ada, ana = room.admin(), room.person(language=language)
    await room.ask(ana, "/help")
    question = await room.tap(ana, label)
    assert asked in question.text
    assert question.asks
    assert (await replies(room, ana, question, "Hello, newsroom")).text == sent
    await shows(ada, "Hello, newsroom")


async def test_the_question_of_feedback_takes_a_photo_and_outlives_a_restart(room: World) -> None:
    ada, ana = room.admin(), room.person()
    question = await room.ask(ana, "/feedback")
    await room.restart()
    ana.attaches(picture(), "From my window", kind="photo", reply_to=question.message_id)
    await room.wait_until_idle()
    assert last(ana).text == SENT
    await shows(ada, "From my window")


@pytest.mark.parametrize(
    ("words", "said"),
    [("/latest", "Title of"), ("unsubscribe", "Done"), ("cancel", "What would you like to")],
)
async def test_a_command_and_a_word_that_stops_are_no_answer_to_it(
    room: World, words: str, said: str
) -> None:
    ada, ana = room.admin(), room.person()
    question = await room.ask(ana, "/feedback")
    assert said in (await replies(room, ana, question, words)).text
    assert not threads(ada)


async def test_an_admin_whose_account_is_deleted_keeps_nothing_from_the_others(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder, NOON, admin_ids=frozenset({ADMIN, BERTA})) as world:
        ada, other, ana = world.admin(), await berta(world), world.person()
        await world.ask(ada, "/start")
        ada.deactivates()
        await world.wait_until_idle()
        await world.ask(ana, "/feedback A question")
        await replies(world, other, await shows(other, "A question"), "An answer")
        await until(lambda: "An answer" in last(ana).text)
        await shows(other, "✓", "An answer")


async def test_two_admins_who_press_at_once_both_get_what_they_asked(
    content: Path, data_folder: Path
) -> None:
    async with World(content, data_folder, NOON, admin_ids=frozenset({ADMIN, BERTA})) as world:
        ada, other, ana = world.admin(), await berta(world), world.person()
        await world.ask(ada, "/start")
        await world.ask(ana, "/feedback A question")
        messages = {ada: await shows(ada, "A question"), other: await shows(other, "A question")}
        for admin, thread in messages.items():
            admin.taps(thread.message_id, data=f"do:room:mute:{ana.id}")
        for admin, thread in messages.items():
            admin.taps(thread.message_id, data=f"do:room:mute:{ana.id}")  # and once more
        for admin, thread in messages.items():
            admin.writes(f"From {admin.id}", reply_to=thread.message_id)
        await world.wait_until_idle()
        await until(lambda: sum("From " in bubble.text for bubble in since(ana, 0)) == 2)
        for admin in messages:
            await shows(admin, f"From {ADMIN}", f"From {BERTA}")
            assert (
                len(
                    [
                        message
                        for message in since(admin, 0)
                        if "Muted by" in message.text or "🔇" in message.text
                    ]
                )
                == 1
            )


async def test_a_muted_reader_may_be_answered_and_is_told_that_her_answer_is_not_taken(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    thread = await shows(ada, "A question")
    await room.tap(ada, "Mute this reader", on=thread)
    await replies(room, ada, thread, "The last word")
    await until(lambda: "The last word" in last(ana).text)
    assert "for now" in (await replies(room, ana, last(ana), "No, mine")).text


async def test_after_ninety_days_an_admin_s_reply_says_that_the_thread_is_forgotten(room: World) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    thread = await shows(ada, "A question")
    newsroom = Feedback(room.program.core.database, room.clock)

    async def may_be_answered() -> bool:
        return await newsroom.reader_of(ada.id, thread.message_id) is not None

    await until(may_be_answered)
    room.later(days=91)
    await Retention(room.program.core.database, room.clock).purge()
    await room.tap(ada, "Reply", on=thread)
    assert "kept for 90 days" in told(ada)
    answer = await replies(room, ada, thread, "Too late")
    assert "kept for 90 days" in answer.text
    assert not any("Too late" in bubble.text for bubble in since(ana, 0))


@pytest.mark.parametrize("words", ["\u200b", "\u00ad\u2064", "\u3164", "\u2800\u2800"], ids=ascii)
async def test_a_text_that_nobody_sees_is_offered_for_nothing(room: World, words: str) -> None:
    answer = await room.ask(room.person(), words)
    assert "I don’t know what to do with that message" in answer.text
    assert labels(answer) == []


@pytest.mark.parametrize(
    "words", ["/latest opens it, and thank you", "/nothing of the kind", "/politics has it"]
)
async def test_an_admin_s_answer_may_begin_with_a_command(room: World, words: str) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    answer = await replies(room, ada, await shows(ada, "A question"), words)
    assert "On its way" in answer.text
    await until(lambda: words in last(ana).text)


@pytest.mark.parametrize(
    ("words", "said"), [("/latest", "Title of"), ("/grant 30", "Forward me one of the person’s own messages")]
)
async def test_a_command_alone_or_one_for_admins_is_no_answer(room: World, words: str, said: str) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    await replies(room, ada, await shows(ada, "A question"), words)
    assert not any("From the newsroom" in bubble.text for bubble in since(ana, 0))


async def album(room: World, person: Person, name: str, count: int = 10) -> None:
    for number in range(count):
        person.attaches(picture(), f"{name} {number}", kind="photo", extra={"media_group_id": name})
    await room.wait_until_idle()


async def test_an_album_is_one_message_of_the_twenty(room: World) -> None:
    ana = room.person()
    await room.ask(ana, "/start")
    await album(room, ana, "First")
    assert (await room.tap(ana, SEND)).text == SENT
    for number in range(18):
        assert (await room.ask(ana, f"/feedback word{number}!")).text == SENT
    await album(room, ana, "Second")
    assert (await room.tap(ana, SEND)).text == SENT
    assert "wasn’t sent" in (await room.ask(ana, "/feedback too much")).text


async def test_where_only_some_fit_the_reader_is_told_how_many(room: World) -> None:
    ada, ana = room.admin(), room.person()
    for number in range(19):
        await room.ask(ana, f"/feedback word{number}!")
    for number in range(12):
        ana.writes(f"Story {number}.", extra={"forward_origin": SOMEONE})
    await room.wait_until_idle()
    said = (await room.tap(ana, SEND)).text
    assert "Of these 12, the first 10 were sent" in said
    thread = await shows(ada, "Story 9.", "More messages came within an hour")
    assert "Story 10." not in thread.text


async def test_everything_is_shown_ten_at_a_time_the_newest_first(room: World) -> None:
    ada, ana = room.admin(), room.person()
    words = "a long text " * 60
    for number in range(20):
        await room.ask(ana, f"/feedback {words}word{number}!")
    room.later(minutes=61)
    for number in range(20, 25):
        await room.ask(ana, f"/feedback {words}word{number}!")
    thread = await shows(ada, "word24!", "earlier messages")
    before = last(ada).message_id
    await room.tap(ada, "Show everything", on=thread)
    shown = [bubble.text.split()[-1] for bubble in since(ada, before) if "long" in bubble.text]
    assert [word for word in shown if MARK not in word][:10] == [f"word{number}!" for number in range(15, 25)]
    assert (last(ada).text, labels(last(ada))) == ("15 earlier messages", ["Older ▶"])
    before = last(ada).message_id
    await room.tap(ada, "Older ▶")
    shown = [bubble.text.split()[-1] for bubble in since(ada, before) if "long" in bubble.text]
    assert shown == [f"word{number}!" for number in range(5, 15)]
    await room.tap(ada, "Older ▶")
    assert labels(last(ada)) == []
    assert "word4!" in last(ada).text


@pytest.mark.parametrize("skip", ["-1", "x", "9" * 19, "١"])
async def test_a_forged_number_of_what_was_shown_is_no_button(room: World, skip: str) -> None:
    ada, ana = room.admin(), room.person()
    await room.ask(ana, "/feedback A question")
    await room.tap(ada, data=f"do:room:all:{ana.id}:{skip}", on=await shows(ada, "A question"))
    assert "out of date" in told(ada)
