"""/campaigns, and the buttons of boards, questions and notices: who presses learns what came of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.domain.campaign import Campaign, CampaignState
from bot.domain.page import Button, Buttons
from bot.domain.sentences import shorten
from bot.domain.steering import Act, Effect
from bot.i18n import Speech, noted
from bot.services.campaigns import Answer, Campaigns, Progress
from bot.services.reading import Reading
from bot.telegram.boards import Boards
from bot.telegram.campaign_answers import MISSING, answered
from bot.telegram.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.keyboard import LABEL
from bot.telegram.progress import ASKING, ON_BOARD, STATES, action, counts, kind, named
from bot.telegram.talk import Talk
from bot.telegram.unknowns import causes

LISTED = 8
LARGEST_ID = 2**31 - 1
LONGEST_VERSION = 15


@dataclass(frozen=True, slots=True)
class CampaignHandlers:
    campaigns: Campaigns
    boards: Boards
    reading: Reading

    def capability(self) -> Capability:
        about = noted("what was sent, and how it’s going")
        return Capability(
            commands=(Command("campaigns", self.listing, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(
                CallbackButton(
                    f"{ON_BOARD}:{{act}}:{{number}}:{{shown}}",
                    partial(self.press, family=ON_BOARD),
                    who=Who.ADMINS,
                ),
                CallbackButton(
                    f"{ASKING}:{{act}}:{{number}}:{{shown}}",
                    partial(self.press, family=ASKING),
                    who=Who.ADMINS,
                ),
            ),
        )

    async def listing(self, talk: Talk) -> None:
        """/campaigns: the last ones, each with a button that opens its board."""
        await talk.say(*await self._listed(talk, 0))

    async def _list(self, talk: Talk, after: int) -> None:
        """Turn the list to newer or older ones."""
        await talk.notice()
        await talk.restate(*await self._listed(talk, after))

    async def _listed(self, talk: Talk, after: int) -> tuple[str, Buttons]:
        voice, now = await talk.voice(), talk.now()
        found = await self.campaigns.last(LISTED + 1, after)
        if not found:
            return await self._listed(talk, 0) if after else (voice.say("Nothing has been sent out yet."), ())
        shown = list(enumerate((self._named(voice, one) for one in found[:LISTED]), after + 1))
        entries = [_entry(voice, number, one, now) for number, one in shown]
        rows = [(_opening(voice, number, one.campaign),) for number, one in shown]
        turning = []
        if after:
            turning.append(Button(voice.plain("◀ Newer"), action=_turning(after - LISTED)))
        if len(found) > LISTED:
            turning.append(Button(voice.plain("Older ▶"), action=_turning(after + LISTED)))
        head = voice.say("<b>Campaigns</b>, newest first")
        return "\n\n".join([head, *entries]), (*rows, *([tuple(turning)] if turning else []))

    def _named(self, voice: Speech, progress: Progress) -> Progress:
        return replace(progress, campaign=self.reading.titled(progress.campaign, voice.language))

    async def press(self, talk: Talk, act: str, number: str, shown: str, *, family: str) -> bool:
        """Do what a button says; False when it says nothing that we know."""
        campaign_id, version = _number(number, LARGEST_ID), _number(shown, 10**LONGEST_VERSION)
        if campaign_id is None or version is None:
            return False
        match family, act:
            case "camp", "list":
                await self._list(talk, campaign_id)
            case "camp", "show":
                await self._show(talk, campaign_id)
            case "asked", "keep":
                await talk.notice()
                await talk.restate((await talk.voice()).say("Nothing was changed."))
            case "asked", "drop":
                await self._steer(talk, family, Act.CANCEL, campaign_id, version)
            case _, Act.CANCEL:
                await self._ask(talk, family, campaign_id, version)
            case _ if act in set(Act):
                await self._steer(talk, family, Act(act), campaign_id, version)
            case _:
                return False
        return True

    async def _show(self, talk: Talk, campaign_id: int) -> None:
        await talk.notice()
        if not await self.boards.open(await talk.reader(), campaign_id):
            await talk.say((await talk.voice()).say(MISSING))

    async def _ask(self, talk: Talk, family: str, campaign_id: int, version: int) -> None:
        """Ask before what cannot be undone, in a message of its own: a board would be edited meanwhile."""
        answer = await self.campaigns.would(Act.CANCEL, campaign_id, version)
        progress = await self.campaigns.progress(campaign_id)
        if answer.effect is not Effect.DONE or progress is None:
            await self._tell(talk, family, Act.CANCEL, answer)
            return
        await talk.notice()
        voice = await talk.voice()
        await talk.say(*_question(voice, self._named(voice, progress)))

    async def _steer(self, talk: Talk, family: str, act: Act, campaign_id: int, version: int) -> None:
        answer = await self.campaigns.act(act, campaign_id, talk.visitor.id, version)
        await self._tell(talk, family, act, answer)

    async def _tell(self, talk: Talk, family: str, act: Act, answer: Answer) -> None:
        """Say what came of a press: in the place of a question, or above the board as it is now."""
        voice = await talk.voice()
        said = answered(act, answer)
        await talk.notice(voice.plain(said), alert=answer.effect is not Effect.DONE)
        progress = await self.campaigns.progress(answer.campaign.id) if answer.campaign else None
        if progress is None:
            await talk.restate(voice.say(said))
        elif family == ASKING:
            campaign = self._named(voice, progress).campaign
            await talk.restate(f"{named(voice, campaign)}\n{voice.say(said)}", _way(voice, progress))
        else:
            await talk.restate(*self.boards.content(await talk.reader(), progress))


def _turning(after: int) -> str:
    return f"{ON_BOARD}:list:{max(0, after)}:0"


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
