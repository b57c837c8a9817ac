"""Topics: the answer stands where the question is; who asks from behind a mask is a viewer like any other."""

from pathlib import Path
from typing import Any

import pytest

from telegram_simulator import Group, Person, Status, TooMany, Topic
from tests.waiting import until
from tests.world import World, last, since, words, write_cover

LONG = 600
FORUM = -1_000_000_000_777
ELSEWHERE = "The topic you asked in no longer takes my messages, so I’m answering you here."
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
NEWS = {"id": -1_000_000_000_888, "type": "channel", "title": "News"}


def forum(world: World) -> Group:
    group = world.group(FORUM)
    group.becomes_forum()
    return group


async def ask(world: World, person: Person, text: str, group: Group | None, topic: Topic | None) -> int:
    """Let a person ask in a topic; return the number of her question once all is handled."""
    asked = person.writes(text, group=group, topic=topic)
    await world.wait_until_idle()
    return asked.message_id


async def test_in_a_forum_the_answer_goes_to_the_topic_and_replies_to_the_question(world: World) -> None:
    ana, group = world.person(), forum(world)
    topic = ana.opens_topic("Politics", group)
    ana.opens_topic("Sports", group)
    for command in ("/latest", "/archive", "/search boats", "/help", "/politics", "/start"):
        asked = await ask(world, ana, command, group, topic)
        bubbles = since(group, asked)
        assert bubbles, command
        assert {(bubble.thread, bubble.reply_to) for bubble in bubbles} == {(topic.thread, asked)}, command


async def test_what_a_button_answers_stands_in_the_topic_of_its_message(world: World) -> None:
    ana, group = world.person(), forum(world)
    topic = ana.opens_topic("Politics", group)
    await ask(world, ana, "/archive", group, topic)
    front = await world.tap(ana, "Dec 15 · Title of 2025-12-15", group=group)
    assert (front.thread, front.reply_to) == (topic.thread, None)
    page = await world.tap(ana, data="do:trial", on=front, group=group)
    assert "I only answer that in private" in page.text
    assert page.thread == topic.thread


async def test_in_the_general_topic_no_topic_is_named(world: World) -> None:
    ana, group = world.person(), forum(world)
    ana.opens_topic("Politics", group)
    asked = await ask(world, ana, "/latest", group, None)
    assert (last(group).thread, last(group).reply_to) == (None, asked)
    reply = ana.writes("/archive", group=group, reply_to=last(group).message_id)
    await world.wait_until_idle()
    assert (last(group).thread, last(group).reply_to) == (None, reply.message_id)
    assert "Archive" in last(group).text


async def test_a_reply_in_a_group_without_topics_is_answered(world: World) -> None:
    ana, group = world.person(), world.group(FORUM)
    first = await world.answers(ana, "/latest", group)
    ana.writes("/archive", group=group, reply_to=first[0].message_id)
    await world.wait_until_idle()
    assert "Archive" in last(group).text


async def test_two_who_ask_in_fifty_topics_at_once_get_each_answer_in_its_place(world: World) -> None:
    ana, luz, group = world.person(), world.person(5_000_000_002, "es", "Luz"), forum(world)
    topics = [ana.opens_topic(f"Topic {number}", group) for number in range(50)]
    await world.wait_until_idle()
    asked = {}
    for number in range(5):  # more of one person's at once she is told to slow down
        for person, topic in ((ana, topics[number]), (luz, topics[49 - number])):
            asked[person.writes("/latest", group=group, topic=topic).message_id] = (person, topic)
    await world.wait_until_idle()
    by_question = {bubble.reply_to: bubble for bubble in since(group, 0)}
    assert set(by_question) == set(asked)
    for number, (person, topic) in asked.items():
        assert by_question[number].thread == topic.thread
        assert ("Título del" if person is luz else "Title of") in by_question[number].text


async def test_in_a_private_topic_every_answer_stays_there(world: World, content: Path) -> None:
    ana = world.person()
    write_cover(content, "2025-12-22")
    await world.reload()
    await world.take_trial(ana)
    topic = ana.opens_topic("The Post")
    for command in (
        "/start",
        "/latest",
        "/politics",
        "/settings",
        "/account",
        "good grief",
        "/nothing",
        "/search boats",
    ):
        asked = await ask(world, ana, command, None, topic)
        bubbles = since(ana, asked)
        assert bubbles, command
        answered = asked if command == "good grief" else None  # its buttons are about these words
        assert {(bubble.thread, bubble.reply_to) for bubble in bubbles} == {(topic.thread, answered)}, command
    await world.tap(ana, data="do:set:rendering:rich")
    asked = await ask(world, ana, "/latest", None, topic)
    assert last(ana).rich
    await world.tap(ana, data="do:all:2025-12-22")
    assert {bubble.thread for bubble in since(ana, asked)} == {topic.thread}


async def test_an_apology_stands_in_the_topic_too(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    topic = ana.opens_topic("The Post")
    world.telegram.faults.add(
        method="sendMessage", kind=Status(400, "Bad Request: message text is empty"), times=1
    )
    await ask(world, ana, "/help", None, topic)
    assert "Something went wrong on my side" in last(ana).text
    assert last(ana).thread == topic.thread


async def test_a_broadcast_is_drafted_in_the_topic_where_it_was_written(lively: World) -> None:
    ada = lively.admin()
    await lively.ask(ada, "/start")
    topic = ada.opens_topic("Work")
    root = ada.sees[-1].message_id
    asked = ada.writes("/broadcast The river falls.", topic=topic, reply_to=root)
    await lively.wait_until_idle()
    preview, question = since(ada, asked.message_id)
    assert preview.text == "The river falls."
    assert {preview.thread, question.thread} == {topic.thread}


@pytest.mark.parametrize("how", ["closed", "deleted", "no forum any more"])
@pytest.mark.parametrize("command", ["/latest", "/help"])
async def test_a_topic_that_takes_nothing_is_answered_outside_of_it_with_the_reason(
    world: World, how: str, command: str
) -> None:
    ana, group = world.person(), forum(world)
    topic = ana.opens_topic("Politics", group)
    await world.wait_until_idle()
    world.telegram.faults.add(method="sendMessage", kind=TooMany(1), chat_id=FORUM)
    ana.writes(command, group=group, topic=topic)
    await until(lambda: bool(world.telegram.ledger.of(method="sendMessage", chat_id=FORUM)))
    shut(group, topic, how)
    await world.wait_until_idle()
    reason, answer = [bubble for bubble in group.sees if bubble.from_bot]
    assert (reason.text, reason.thread) == (ELSEWHERE, None)
    assert (answer.thread, answer.reply_to) == (None, None)
    assert answer.text


def shut(group: Group, topic: Topic, how: str) -> None:
    if how == "closed":
        topic.closed = True
    elif how == "deleted":
        group.deletes(topic)
    else:
        group.ceases_forum()


@pytest.mark.parametrize("text", ["TOPIC_CLOSED", "TOPIC_DELETED", "message thread not found"])
async def test_a_private_topic_that_takes_nothing_makes_nobody_gone(world: World, text: str) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    topic = ana.opens_topic("The Post")
    fault = Status(400, f"Bad Request: {text}")
    world.telegram.faults.add(method="sendMessage", kind=fault, times=1)
    await ask(world, ana, "/account", None, topic)
    reason, answer = since(ana, last(ana).message_id - 2)
    assert reason.text == ELSEWHERE
    assert "read" in answer.text
    assert {reason.thread, answer.thread} == {None}
    assert (await world.reader(ana)).gone_at is None


async def test_where_the_whole_forum_is_shut_nothing_is_tried_for_ever(world: World) -> None:
    ana, group = world.person(), forum(world)
    topic = ana.opens_topic("Politics", group)
    topic.closed = True
    group.becomes_forum(general_closed=True)
    await ask(world, ana, "/latest", group, topic)
    await ask(world, ana, "/latest", group, None)
    assert since(group, 0) == []
    assert len(world.telegram.ledger.of(method="sendMessage", chat_id=FORUM)) == 3


@pytest.mark.parametrize("how", ["there", "deleted"])
async def test_what_a_long_cooldown_owes_is_answered_in_its_topic_or_outside_if_that_is_gone(
    world: World, how: str
) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    topic = ana.opens_topic("The Post")
    world.telegram.faults.add(method="sendMessage", kind=TooMany(LONG), chat_id=ana.id)
    asked = await ask(world, ana, "/account", None, topic)
    assert since(ana, asked) == []
    await world.program.stop()
    world.later(seconds=LONG + 1)
    if how == "deleted":
        ana.deletes(topic)
    world.program = world.new_program()
    await world.program.start()
    await until(lambda: since(ana, asked))
    await world.wait_until_idle()
    bubbles = since(ana, asked)
    if how == "deleted":
        assert bubbles[0].text == ELSEWHERE
        assert {bubble.thread for bubble in bubbles} == {None}
    else:
        assert [bubble.thread for bubble in bubbles] == [topic.thread]
    assert "read" in bubbles[-1].text
    assert (await world.reader(ana)).gone_at is None


async def test_a_group_that_becomes_a_supergroup_is_answered_there_without_a_reply(world: World) -> None:
    ana, group = world.person(), world.group()
    await world.answers(ana, "/latest", group)
    new = world.group(FORUM)
    group.migrates(FORUM)
    new.becomes_forum()
    ana.writes("/archive", group=group)
    await world.wait_until_idle()
    assert "Archive" in last(new).text
    assert (last(new).thread, last(new).reply_to) == (None, None)


@pytest.mark.parametrize(
    "mask",
    [
        {"from": ANONYMOUS, "sender_chat": {"id": FORUM, "type": "supergroup", "title": "Friends"}},
        {"from": CHANNEL_BOT, "sender_chat": NEWS},
    ],
    ids=["an anonymous admin", "a channel"],
)
async def test_who_asks_in_a_group_from_behind_a_mask_is_anonymous(
    world: World, mask: dict[str, Any]
) -> None:
    ana, group = world.person(), world.group(FORUM)
    for command, says in (
        ("/latest", "Title of 2025-12-22"),
        ("/archive", "Archive"),
        ("/trial", "I only answer that in private"),
        ("/economy", "This section opens in a private chat"),
    ):
        asked = ana.writes(command, group=group, extra=mask)
        await world.wait_until_idle()
        assert says in last(group).text
        assert last(group).reply_to == asked.message_id
        assert "canary" not in words(last(group))
    for command in ("/broadcast Hello", "/campaigns", f"/grant {ana.id} 30"):
        before = last(group).message_id
        ana.writes(command, group=group, extra=mask)
        await world.wait_until_idle()
        assert not any("Above is" in bubble.text or "Done" in bubble.text for bubble in since(group, before))


async def test_one_masked_crowd_silences_no_other(world: World) -> None:
    """All anonymous admins share one account: whose they are, the chat says."""
    ana, noisy, quiet = world.person(), world.group(FORUM), world.group(FORUM - 1)
    masks = [
        {"from": ANONYMOUS, "sender_chat": {"id": group.id, "type": "supergroup", "title": "Friends"}}
        for group in (noisy, quiet)
    ]
    for _ in range(30):
        ana.writes("/latest", group=noisy, extra=masks[0])
    await world.wait_until_idle()
    ana.writes("/latest", group=quiet, extra=masks[1])
    await world.wait_until_idle()
    assert "Title of" in last(quiet).text


async def test_what_a_channel_posts_into_its_group_asks_nothing(world: World) -> None:
    ana, group = world.person(), world.group(FORUM)
    linked = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
    post = {"from": linked, "sender_chat": NEWS, "is_automatic_forward": True}
    ana.writes("/latest", group=group, extra=post)
    await world.wait_until_idle()
    assert since(group, 0) == []
