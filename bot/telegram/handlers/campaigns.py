"""/campaigns, and the buttons of boards, questions and notices: who presses learns what came of it."""

from dataclasses import replace
from datetime import datetime

from bot.domain.campaign import Campaign, CampaignState
from bot.domain.page import Button, Buttons
from bot.domain.sentences import shorten
from bot.domain.steering import Act, Effect
from bot.i18n import Speech, noted
from bot.services.campaigns import Answer, Progress
from bot.telegram.campaign_answers import MISSING, answered
from bot.telegram.keyboard import LABEL
from bot.telegram.progress import ASKING, ON_BOARD, STATES, action, counts, kind, named
from bot.telegram.talk import Talk
from bot.telegram.unknowns import causes

LISTED = 8
LARGEST_ID = 2**31 - 1
LONGEST_VERSION = 15


async def listing(talk: Talk) -> None:
    """/campaigns: the last ones, each with a button that opens its board."""
    await talk.say(*await _listed(talk, 0))


async def _list(talk: Talk, after: int) -> None:
    """Turn the list to newer or older ones."""
    await talk.notice()
    await talk.restate(*await _listed(talk, after))


async def _listed(talk: Talk, after: int) -> tuple[str, Buttons]:
    voice, now = await talk.voice(), talk.desk.clock.now()
    found = await talk.desk.campaigns.last(LISTED + 1, after)
    if not found:
        return await _listed(talk, 0) if after else (voice.say("Nothing has been sent out yet."), ())
    shown = list(enumerate((_named(talk, voice, one) for one in found[:LISTED]), after + 1))
    entries = [_entry(voice, number, one, now) for number, one in shown]
    rows = [(_opening(voice, number, one.campaign),) for number, one in shown]
    turning = []
    if after:
        turning.append(Button(voice.plain("◀ Newer"), action=_turning(after - LISTED)))
    if len(found) > LISTED:
        turning.append(Button(voice.plain("Older ▶"), action=_turning(after + LISTED)))
    head = voice.say("<b>Campaigns</b>, newest first")
    return "\n\n".join([head, *entries]), (*rows, *([tuple(turning)] if turning else []))


def _named(talk: Talk, voice: Speech, progress: Progress) -> Progress:
    return replace(progress, campaign=talk.desk.reading.titled(progress.campaign, voice.language))


def _turning(after: int) -> str:
    return f"{ON_BOARD}:list:{max(0, after)}:0"


async def press(talk: Talk, family: str, act: str, number: str, shown: str) -> bool:
    """Do what a button says; False when it says nothing that we know, or is none of an admin's."""
    campaign_id, version = _number(number, LARGEST_ID), _number(shown, 10**LONGEST_VERSION)
    if campaign_id is None or version is None or not talk.is_admins_own:
        return False
    match family, act:
        case "camp", "list":
            await _list(talk, campaign_id)
        case "camp", "show":
            await _show(talk, campaign_id)
        case "asked", "keep":
            await talk.notice()
            await talk.restate((await talk.voice()).say("Nothing was changed."))
        case "asked", "drop":
            await _steer(talk, family, Act.CANCEL, campaign_id, version)
        case _, Act.CANCEL:
            await _ask(talk, family, campaign_id, version)
        case _ if act in set(Act):
            await _steer(talk, family, Act(act), campaign_id, version)
        case _:
            return False
    return True


async def _show(talk: Talk, campaign_id: int) -> None:
    await talk.notice()
    if not await talk.desk.boards.open(await talk.reader(), campaign_id):
        await talk.say((await talk.voice()).say(MISSING))


async def _ask(talk: Talk, family: str, campaign_id: int, version: int) -> None:
    """Ask before what cannot be undone, in a message of its own: a board would be edited meanwhile."""
    answer = await talk.desk.campaigns.would(Act.CANCEL, campaign_id, version)
    progress = await talk.desk.campaigns.progress(campaign_id)
    if answer.effect is not Effect.DONE or progress is None:
        await _tell(talk, family, Act.CANCEL, answer)
        return
    await talk.notice()
    voice = await talk.voice()
    await talk.say(*_question(voice, _named(talk, voice, progress)))


def _question(voice: Speech, progress: Progress) -> tuple[str, Buttons]:
    campaign, left = progress.campaign, progress.report.left
    text = voice.say_n(
        "Cancel {title}? {count} delivery is left and won’t go out. This can’t be undone.",
        "Cancel {title}? {count} deliveries are left and won’t go out. This can’t be undone.",
        left,
        title=_quoted(voice, campaign.title),
    )
    yes = Button(voice.plain("Yes, cancel it"), action=action("drop", campaign, ASKING))
    no = Button(voice.plain("No, leave it as is"), action=action("keep", campaign, ASKING))
    return text, ((yes,), (no,))


async def _steer(talk: Talk, family: str, act: Act, campaign_id: int, version: int) -> None:
    answer = await talk.desk.campaigns.act(act, campaign_id, talk.visitor.id, version)
    await _tell(talk, family, act, answer)


async def _tell(talk: Talk, family: str, act: Act, answer: Answer) -> None:
    """Say what came of a press: in the place of a question, or above the board as it is now."""
    voice = await talk.voice()
    said = answered(act, answer)
    await talk.notice(voice.plain(said), alert=answer.effect is not Effect.DONE)
    progress = await talk.desk.campaigns.progress(answer.campaign.id) if answer.campaign else None
    if progress is None:
        await talk.restate(voice.say(said))
    elif family == ASKING:
        campaign = _named(talk, voice, progress).campaign
        await talk.restate(f"{named(voice, campaign)}\n{voice.say(said)}", _way(voice, progress))
    else:
        await talk.restate(*talk.desk.boards.content(await talk.reader(), progress))


def _way(voice: Speech, progress: Progress) -> Buttons:
    return ((_button(voice.plain("See how it’s going"), progress.campaign),),)


def _entry(voice: Speech, number: int, progress: Progress, now: datetime) -> str:
    campaign = progress.campaign
    begins = campaign.state is CampaignState.OPEN and now < campaign.starts_at
    state = noted("about to start") if begins else STATES[campaign.state]
    head = voice.say(
        "{number}. {title}\n{kind}, {day}: <b>{state}</b>",
        number=number,
        title=shorten(campaign.title, LABEL * 2),
        kind=kind(voice, campaign),
        day=voice.day(campaign.opened_at.date()),
        state=voice.plain(state),
    )
    unknown = causes(voice, progress) if progress.asks else ()
    return "\n".join([head, counts(voice, progress), *unknown])


def _opening(voice: Speech, number: int, campaign: Campaign) -> Button:
    label = voice.plain("{number}. {title}", number=number, title=shorten(campaign.title, LABEL - 4))
    return _button(label, campaign)


def _button(label: str, campaign: Campaign) -> Button:
    return Button(label, action=action("show", campaign, ON_BOARD))


def _quoted(voice: Speech, title: str) -> str:
    return voice.plain("“{title}”", title=shorten(title, LABEL * 2))


def _number(text: str, largest: int) -> int | None:
    if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST_VERSION:
        return None
    return min(int(text), largest)
