"""Groups and channels: who joins and leaves, who asks to join, the bot that comes and goes."""

from typing import Any

from telegram import Chat, Update

from caller import ANA, TOKEN, Caller
from telegram_simulator import Person, Simulator
from test_control import ask, tell

CHANNEL = -1_001_234_567_890
GROUP = -100_500
EVERYTHING = ["message", "channel_post", "my_chat_member", "chat_member", "chat_join_request"]


async def _updates(bot: Caller) -> list[dict[str, Any]]:
    """Return what has come since the last time, each read by a typed client too."""
    updates: list[dict[str, Any]] = await bot.result("getUpdates", allowed_updates=EVERYTHING)
    if updates:
        await bot.result("getUpdates", offset=updates[-1]["update_id"] + 1)
    for update in updates:
        assert Update.de_json(update) is not None
    return updates


async def test_a_channel_posts_in_its_own_name(ana: Person, bot: Caller, simulator: Simulator) -> None:
    await _updates(bot)
    channel = simulator.channel(id=CHANNEL, title="News", token=TOKEN)
    ana.writes("Hello", group=channel)
    [update] = await _updates(bot)
    post = update["channel_post"]
    assert (post["sender_chat"]["title"], post["chat"]["type"], post["text"]) == ("News", "channel", "Hello")
    assert "from" not in post
    sent = await bot.result("sendMessage", chat_id=CHANNEL, text="x")
    assert (sent["message_id"], sent["sender_chat"]["id"]) == (2, CHANNEL)
    edited = await bot.result("editMessageText", chat_id=CHANNEL, message_id=2, text="y")
    assert edited["text"] == "y"


async def test_in_a_channel_the_bot_is_an_administrator(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    simulator.channel(id=CHANNEL, title="News", token=TOKEN)
    me = await bot.result("getMe")
    member = await bot.result("getChatMember", chat_id=CHANNEL, user_id=me["id"])
    assert (member["status"], member["can_post_messages"]) == ("administrator", True)
    administrators = await bot.result("getChatAdministrators", chat_id=CHANNEL, return_bots=True)
    assert [member["status"] for member in administrators] == ["creator", "administrator"]
    assert Chat.de_json(await bot.result("getChat", chat_id=CHANNEL)).type == "channel"


async def test_joins_and_leaves_are_told_over_http(ana: Person, bot: Caller, simulator: Simulator) -> None:
    await bot.result("getUpdates", allowed_updates=EVERYTHING)
    await tell(bot, simulator, "groups", id=GROUP, title="Readers")
    await _updates(bot)
    path = f"chats/{GROUP}"
    assert await tell(bot, simulator, f"{path}/join?as={ANA}") == (200, {"member": True})
    joined, changed = await _updates(bot)
    assert joined["message"]["new_chat_members"][0]["first_name"] == "Ana"
    assert changed["chat_member"]["new_chat_member"]["status"] == "member"
    assert await bot.result("getChatMemberCount", chat_id=GROUP) == 2
    assert await tell(bot, simulator, f"{path}/join?as={ANA}") == (200, {"member": True})
    assert await _updates(bot) == []
    assert await tell(bot, simulator, f"{path}/leave?as={ANA}") == (200, {"member": False})
    left, _ = await _updates(bot)
    assert left["message"]["left_chat_member"]["id"] == ANA


async def test_the_bot_answers_who_asks_to_join(ana: Person, bot: Caller, simulator: Simulator) -> None:
    await _updates(bot)
    await tell(bot, simulator, "groups", id=CHANNEL, title="News", channel=True)
    path = f"chats/{CHANNEL}/join?as={ANA}"
    assert await tell(bot, simulator, path, request=True) == (200, {"member": False})
    [update] = await _updates(bot)
    assert update["chat_join_request"]["user_chat_id"] == ANA
    asker = {"chat_id": CHANNEL, "user_id": ANA}
    assert await bot.result("declineChatJoinRequest", **asker)
    missing = await bot.refusal("approveChatJoinRequest", **asker)
    assert missing == "Bad Request: HIDE_REQUESTER_MISSING"
    await tell(bot, simulator, path, request=True)
    assert await bot.result("approveChatJoinRequest", **asker)
    assert (await bot.result("getChatMember", **asker))["status"] == "member"
    again = await bot.refusal("approveChatJoinRequest", **asker)
    assert again == "Bad Request: USER_ALREADY_PARTICIPANT"


async def test_the_bot_is_removed_from_a_group_and_added_again(
    ana: Person, bot: Caller, simulator: Simulator
) -> None:
    await tell(bot, simulator, "groups", id=GROUP, title="Readers")
    await _updates(bot)
    path = f"chats/{GROUP}/bot?as={ANA}"
    assert await tell(bot, simulator, path, member=False) == (200, {"member": False})
    [update] = await _updates(bot)
    statuses = [update["my_chat_member"][f"{when}_chat_member"]["status"] for when in ("old", "new")]
    assert statuses == ["member", "kicked"]
    refusal = await bot.refusal("sendMessage", chat_id=GROUP, text="x")
    assert refusal == "Forbidden: bot was kicked from the group chat"
    assert await tell(bot, simulator, path, member=True) == (200, {"member": True})
    assert await bot.result("sendMessage", chat_id=GROUP, text="x")
    status, body = await tell(bot, simulator, path)
    assert (status, body["error"]) == (400, "Give member as true or false.")


async def test_only_groups_have_members(ana: Person, bot: Caller, simulator: Simulator) -> None:
    status, body = await tell(bot, simulator, f"chats/{ANA}/join?as={ANA}")
    assert (status, body["error"][:27]) == (400, "Only groups and channels ha")
    assert (await ask(bot, simulator, f"chats/{ANA}"))["blocked"] is False
