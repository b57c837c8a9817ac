"""Topics: where a message of the bot comes to stand, and what Telegram refuses."""

import pytest

from caller import ANA, TOKEN, Caller
from telegram_simulator import Group, Person, Simulator
from test_control import ask, tell

FORUM = -1_000_000_000_123
NOT_FOUND = "Bad Request: message thread not found"
CLOSED = "Bad Request: TOPIC_CLOSED"


@pytest.fixture
def forum(simulator: Simulator) -> Group:
    group = simulator.group(id=FORUM, title="Readers", token=TOKEN)
    group.becomes_forum()
    return group


async def heard(bot: Caller) -> list[dict[str, object]]:
    """Return what people have written since /start."""
    return [update["message"] for update in await bot.result("getUpdates")][1:]


async def test_what_is_written_in_a_topic_says_so(ana: Person, bot: Caller, forum: Group) -> None:
    topic = ana.opens_topic("Politics", forum)
    ana.writes("/latest", group=forum, topic=topic)
    ana.writes("/latest", group=forum)
    began, inside, outside = await heard(bot)
    assert began["forum_topic_created"] == {"name": "Politics", "icon_color": 0}
    assert began["message_id"] == topic.thread > 1
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic.thread, True)
    assert inside["reply_to_message"]["message_id"] == topic.thread  # type: ignore[index]  # as Telegram does
    assert "message_thread_id" not in outside
    assert outside["chat"]["is_forum"] is True  # type: ignore[index]


async def test_a_reply_outside_of_topics_carries_a_number_that_is_none(
    ana: Person, bot: Caller, forum: Group
) -> None:
    first = ana.writes("hello", group=forum)
    ana.writes("/latest", group=forum, reply_to=first.message_id)
    _, reply = await heard(bot)
    assert reply["message_thread_id"] == first.message_id
    assert "is_topic_message" not in reply
    assert await refused(bot, first.message_id) == NOT_FOUND


async def refused(bot: Caller, thread: int | None, chat: int = FORUM, **more: object) -> str:
    named = {} if thread is None else {"message_thread_id": thread}
    return await bot.refusal("sendMessage", chat_id=chat, text="x", **named, **more)


async def test_a_message_stands_in_the_topic_that_is_named_or_answered(
    ana: Person, bot: Caller, forum: Group
) -> None:
    topic, other = ana.opens_topic("Politics", forum), ana.opens_topic("Sports", forum)
    asked = ana.writes("/latest", group=forum, topic=other)
    reply = {"message_id": asked.message_id}
    await bot.result("sendMessage", chat_id=FORUM, text="a", message_thread_id=topic.thread)
    await bot.result("sendMessage", chat_id=FORUM, text="b", reply_parameters=reply)
    await bot.result("sendMessage", chat_id=FORUM, text="c")
    assert [bubble.thread for bubble in forum.sees[-3:]] == [topic.thread, other.thread, None]


async def test_the_general_topic_has_no_number(ana: Person, bot: Caller, forum: Group) -> None:
    ana.opens_topic("Politics", forum)
    assert await refused(bot, 1) == NOT_FOUND
    forum.becomes_forum(general_closed=True)
    assert await refused(bot, None) == CLOSED


async def test_closed_and_deleted_topics_take_nothing(ana: Person, bot: Caller, forum: Group) -> None:
    topic = ana.opens_topic("Politics", forum)
    asked = ana.writes("/latest", group=forum, topic=topic)
    topic.closed = True
    assert await refused(bot, topic.thread) == CLOSED
    assert await refused(bot, None, reply_parameters={"message_id": asked.message_id}) == CLOSED
    forum.deletes(topic)
    assert await refused(bot, topic.thread) == NOT_FOUND
    assert forum.sees == []


async def test_a_private_topic_is_named_by_no_message_of_the_bots(ana: Person, bot: Caller) -> None:
    topic = ana.opens_topic("The Post")
    ana.writes("/latest", topic=topic)
    began, inside = await heard(bot)
    assert began["message_id"] != topic.thread
    assert (inside["message_thread_id"], inside["is_topic_message"]) == (topic.thread, True)
    await bot.result("sendMessage", chat_id=ANA, text="x", message_thread_id=topic.thread)
    assert ana.sees[-1].thread == topic.thread
    assert await refused(bot, 5, ANA) == NOT_FOUND


async def test_groups_without_topics_have_none(ana: Person, bot: Caller, simulator: Simulator) -> None:
    small = simulator.group(id=-100_123, title="Readers", token=TOKEN)
    assert await refused(bot, 2, -100_123) == NOT_FOUND
    with pytest.raises(ValueError, match="Only a supergroup"):
        small.becomes_forum()
    with pytest.raises(ValueError, match="no topics"):
        ana.opens_topic("Politics", small)


async def test_topics_are_led_over_http(ana: Person, bot: Caller, simulator: Simulator) -> None:
    assert (await tell(bot, simulator, "groups", id=FORUM, title="Readers", forum=True))[0] == 201
    status, body = await tell(bot, simulator, f"chats/{FORUM}/topics?as={ANA}", name="Politics")
    thread = body["thread"]
    assert status == 201
    await tell(bot, simulator, f"chats/{FORUM}/write?as={ANA}", text="hello", topic=thread)
    chat = await ask(bot, simulator, f"chats/{FORUM}")
    assert chat["bubbles"][-1]["thread"] == thread
    await tell(bot, simulator, f"chats/{FORUM}/topics/{thread}?as={ANA}", closed=True)
    assert await refused(bot, thread) == CLOSED
    await tell(bot, simulator, f"chats/{FORUM}/topics/{thread}?as={ANA}", deleted=True)
    assert await refused(bot, thread) == NOT_FOUND
    for path, wrong, code in (
        (f"chats/{FORUM}/topics/{thread}?as={ANA}", {}, 404),
        (f"chats/{FORUM}/write?as={ANA}", {"text": "x", "topic": thread}, 404),
        (f"chats/{FORUM}/topics?as={ANA}", {"name": " "}, 400),
        ("groups", {"id": -5, "title": "Small", "forum": True}, 400),
    ):
        assert (await tell(bot, simulator, path, **wrong))[0] == code
    private = await tell(bot, simulator, f"chats/{ANA}/topics", name="The Post")
    assert private[0] == 201
