"""Command menus, names, menu buttons, invoice links."""

from typing import Any

import pytest

from caller import ANA, Caller
from telegram_simulator import Person

START = {"command": "start", "description": "Begin"}


async def test_commands_are_kept_per_scope_and_language(ana: Person, bot: Caller) -> None:
    chat = {"type": "chat", "chat_id": ANA}
    await bot.result("setMyCommands", commands=[START])
    await bot.result("setMyCommands", commands=[START], language_code="es")
    await bot.result("setMyCommands", commands=[{"command": "/stats", "description": "Numbers"}], scope=chat)
    assert await bot.result("getMyCommands") == [START]
    assert await bot.result("getMyCommands", language_code="pt") == []
    assert await bot.result("getMyCommands", scope=chat) == [{"command": "stats", "description": "Numbers"}]
    await bot.result("deleteMyCommands", language_code="es")
    assert await bot.result("getMyCommands", language_code="es") == []


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"commands": [START] * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [{"command": "Start", "description": "x"}]}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a" * 33, "description": "x"}]}, "command length must not exceed 32"),
        (
            {"commands": [{"command": "a", "description": "x" * 257}]},
            "command description length must not exceed 256",
        ),
        ({"commands": [{"command": "a", "description": " "}]}, "command description must be non-empty"),
        (
            {"commands": [START], "scope": {"type": "street"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ({"commands": [START], "language_code": "es-419"}, "invalid language code specified"),
        ({"commands": [START], "scope": {"type": "chat", "chat_id": 99}}, "chat not found"),
    ],
)
async def test_commands_that_telegram_refuses(bot: Caller, values: dict[str, Any], expected: str) -> None:
    assert await bot.refusal("setMyCommands", **values) == f"Bad Request: {expected}"


async def test_a_bot_has_a_name_and_descriptions_by_language(bot: Caller) -> None:
    await bot.result("setMyName", name="The Weekly")
    await bot.result("setMyDescription", description="Una carta", language_code="es")
    await bot.result("setMyShortDescription", short_description="News")
    assert (await bot.result("getMe"))["first_name"] == "The Weekly"
    assert await bot.result("getMyName", language_code="es") == {"name": "The Weekly"}
    assert await bot.result("getMyDescription", language_code="es") == {"description": "Una carta"}
    assert await bot.result("getMyDescription") == {"description": ""}
    assert await bot.result("getMyShortDescription") == {"short_description": "News"}


async def test_the_menu_button_may_differ_by_chat(ana: Person, bot: Caller) -> None:
    await bot.result("setChatMenuButton", chat_id=ANA, menu_button={"type": "commands"})
    assert await bot.result("getChatMenuButton", chat_id=ANA) == {"type": "commands"}
    refusal = await bot.refusal("setChatMenuButton", menu_button={"type": "doorbell"})
    assert refusal == "Bad Request: can't parse MenuButton: unsupported type specified"


async def test_invoice_links_for_stars_are_checked(bot: Caller) -> None:
    invoice = {
        "title": "Month",
        "description": "30 days",
        "payload": "p",
        "currency": "XTR",
        "prices": [{"label": "Month", "amount": 250}],
        "subscription_period": 2_592_000,
    }
    assert (await bot.result("createInvoiceLink", **invoice)).startswith("https://t.me/$")
    wrong = {**invoice, "subscription_period": 86_400}
    refusal = await bot.refusal("createInvoiceLink", **wrong)
    assert refusal == "Bad Request: SUBSCRIPTION_PERIOD_INVALID"
    assert await bot.result("getStarTransactions") == {"transactions": []}
