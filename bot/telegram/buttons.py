"""Taps on buttons. Their data is foreign input: anything may stand in it."""

from datetime import date

from bot.domain.page import Place
from bot.telegram.commands import run
from bot.telegram.handlers import (
    account,
    audit,
    broadcast,
    campaigns,
    feedback,
    finding,
    granting,
    newsroom,
    other,
    reading,
    releases,
    revoking,
    settings,
    subscribing,
    trial,
)
from bot.telegram.keyboard import ACTION, OPEN
from bot.telegram.talk import Talk


async def tap(talk: Talk) -> None:
    """Do what a button says, if it says something we know."""
    query = talk.update.callback_query
    data = (query.data if query else None) or ""
    place = Place.read(data.removeprefix(OPEN))
    if place is not None:
        await reading.turn(talk, place, anew=data.startswith(OPEN))
        return
    words = data.removeprefix(ACTION).split(":") if data.startswith(ACTION) else []
    if not await (_in_group(words, talk) if not talk.visitor.private else _act(words, talk)):
        await other.unknown_button(talk)


async def _in_group(words: list[str], talk: Talk) -> bool:
    """In a group only what everyone may see is done."""
    match words:
        case ["month", day] if first := _day(day):
            await finding.month(talk, first)
        case ["privacy"]:
            await talk.notice()
            await account.privacy(talk)
        case [_, *_]:
            await other.private_only(talk)
        case _:
            return False
    return True


async def _act(words: list[str], talk: Talk) -> bool:  # noqa: C901, PLR0912  # one line per kind of button
    match words:
        case ["trial"]:
            await trial.begin(talk)
        case ["trial", days, *after] if days.isdecimal() and after in ([], ["after"]):
            await trial.begin(talk, days, after=bool(after))
        case ["onward"]:
            await talk.notice()
            if not await reading.read_onward(talk):
                await account.account(talk)
        case ["latest"]:
            await talk.notice()
            await reading.latest(talk)
        case ["account"]:
            await talk.notice()
            await account.account(talk)
        case ["privacy"]:
            await talk.notice()
            await account.privacy(talk)
        case ["run", name]:
            return await run(talk, name)
        case ["cancel", what]:
            return await subscribing.press(talk, what)
        case ["resume"]:
            await account.resume(talk)
        case ["all", day] if found := _day(day):
            await reading.read_all(talk, found)
        case ["month", day] if found := _day(day):
            await finding.month(talk, found)
        case ["rich"]:
            await settings.rich(talk)
        case ["show", what]:
            await settings.show(talk, what)
        case ["try", what, value]:
            await settings.preview(talk, what, value)
        case ["set", what, value]:
            await settings.change(talk, what, value)
        case ["room", act]:
            return await feedback.press(talk, act)
        case ["room", "send", number]:
            return await feedback.press_all(talk, number)
        case _:
            return await _administer(words, talk)
    return True


async def _administer(words: list[str], talk: Talk) -> bool:  # noqa: PLR0911  # one line per kind of button
    """What is for admins; who is one, the handlers ask."""
    match words:
        case ["camp" | "asked" as family, act, number, shown]:
            return await campaigns.press(talk, family, act, number, shown)
        case ["cast", nonce, *what]:
            return await broadcast.tap(talk, nonce, what)
        case ["issue", answer, day, number]:
            return await releases.press(talk, answer, day, number)
        case ["gift", answer, reader, days, message]:
            return await granting.press(talk, answer, reader, days, message)
        case ["take", act, reader, grant]:
            return await revoking.press(talk, act, reader, grant)
        case ["room", act, reader]:
            return await newsroom.press(talk, act, reader)
        case ["room", "all", reader, skip]:
            return await newsroom.press(talk, "all", reader, skip)
        case ["audit", after]:
            return await audit.press(talk, after)
    return False


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
