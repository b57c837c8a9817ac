"""/campaigns, and the buttons under status messages, questions and notices."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.domain.delivery.campaign import Campaign, CampaignState
from bot.domain.delivery.campaign_actions import Action, Verdict
from bot.domain.pages.page import Button, Buttons
from bot.domain.pages.text_cutting import shorten
from bot.i18n import N_, Translator
from bot.services.delivery.campaigns import ActionResult, Campaigns, Progress
from bot.services.reading.reading import Reading
from bot.telegram.admin.campaign_status import ASKING, STATES, STATUS_MESSAGE, action, counts, kind, named
from bot.telegram.admin.status_messages import StatusMessages
from bot.telegram.admin.unknowns import causes
from bot.telegram.api.keyboard import LABEL
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.admin.campaign_answers import MISSING, answered

LISTED = 8
LARGEST_ID = 2**31 - 1
LONGEST_VERSION = 15


@dataclass(frozen=True, slots=True)
class CampaignHandlers:
    campaigns: Campaigns
    status_messages: StatusMessages
    reading: Reading

    def capability(self) -> Capability:
        about = N_("what was sent, and how it’s going")
        return Capability(
            commands=(Command("campaigns", self.listing, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(
                CallbackButton(
                    f"{STATUS_MESSAGE}:{{act}}:{{number}}:{{shown}}",
                    partial(self.press, family=STATUS_MESSAGE),
                    who=Who.ADMINS,
                ),
                CallbackButton(
                    f"{ASKING}:{{act}}:{{number}}:{{shown}}",
                    partial(self.press, family=ASKING),
                    who=Who.ADMINS,
                ),
            ),
        )

    async def listing(self, conversation: Conversation) -> None:
        """/campaigns: the last campaigns, each with a button that opens its status message."""
        await conversation.reply(*await self._listed(conversation, 0))

    async def _list(self, conversation: Conversation, after: int) -> None:
        """Edit the list to newer or older campaigns."""
        await conversation.answer_tap()
        await conversation.edit(*await self._listed(conversation, after))

    async def _listed(self, conversation: Conversation, after: int) -> tuple[str, Buttons]:
        translator, now = await conversation.translator(), conversation.now()
        listed = await self.campaigns.last(LISTED + 1, after)
        if not listed:
            return (
                await self._listed(conversation, 0)
                if after
                else (translator.say("Nothing has been sent out yet."), ())
            )
        shown = list(
            enumerate((self._named(translator, progress) for progress in listed[:LISTED]), after + 1)
        )
        entries = [_entry(translator, number, progress, now) for number, progress in shown]
        rows = [(_opening(translator, number, progress.campaign),) for number, progress in shown]
        older_and_newer = []
        if after:
            older_and_newer.append(Button(translator.plain("◀ Newer"), action=_turning(after - LISTED)))
        if len(listed) > LISTED:
            older_and_newer.append(Button(translator.plain("Older ▶"), action=_turning(after + LISTED)))
        head = translator.say("<b>Campaigns</b>, newest first")
        return "\n\n".join([head, *entries]), (*rows, *([tuple(older_and_newer)] if older_and_newer else []))

    def _named(self, translator: Translator, progress: Progress) -> Progress:
        return replace(progress, campaign=self.reading.titled(progress.campaign, translator.language))

    async def press(
        self, conversation: Conversation, act: str, number: str, shown: str, *, family: str
    ) -> bool:
        """Do what a button says; False for unknown data."""
        campaign_id, version = _number(number, LARGEST_ID), _number(shown, 10**LONGEST_VERSION)
        if campaign_id is None or version is None:
            return False
        match family, act:
            case "camp", "list":
                await self._list(conversation, campaign_id)
            case "camp", "show":
                await self._show(conversation, campaign_id)
            case "asked", "keep":
                await conversation.answer_tap()
                await conversation.edit((await conversation.translator()).say("Nothing was changed."))
            case "asked", "drop":
                await self._steer(conversation, family, Action.CANCEL, campaign_id, version)
            case _, Action.CANCEL:
                await self._ask(conversation, family, campaign_id, version)
            case _ if act in set(Action):
                await self._steer(conversation, family, Action(act), campaign_id, version)
            case _:
                return False
        return True

    async def _show(self, conversation: Conversation, campaign_id: int) -> None:
        await conversation.answer_tap()
        if not await self.status_messages.open(await conversation.reader(), campaign_id):
            await conversation.reply((await conversation.translator()).say(MISSING))

    async def _ask(self, conversation: Conversation, family: str, campaign_id: int, version: int) -> None:
        """Ask before what cannot be undone.

        In a message of its own, because a status message would be edited meanwhile.
        """
        result = await self.campaigns.verdict_on(Action.CANCEL, campaign_id, version)
        progress = await self.campaigns.progress(campaign_id)
        if result.verdict is not Verdict.DONE or progress is None:
            await self._tell(conversation, family, Action.CANCEL, result)
            return
        await conversation.answer_tap()
        translator = await conversation.translator()
        await conversation.reply(*_question(translator, self._named(translator, progress)))

    async def _steer(
        self, conversation: Conversation, family: str, act: Action, campaign_id: int, version: int
    ) -> None:
        result = await self.campaigns.act(act, campaign_id, conversation.user.id, version)
        await self._tell(conversation, family, act, result)

    async def _tell(self, conversation: Conversation, family: str, act: Action, result: ActionResult) -> None:
        """Answer the tap with what came of it, and edit its message: a question to the result, a status
        message anew.
        """
        translator = await conversation.translator()
        said = answered(act, result)
        await conversation.answer_tap(translator.plain(said), alert=result.verdict is not Verdict.DONE)
        progress = await self.campaigns.progress(result.campaign.id) if result.campaign else None
        if progress is None:
            await conversation.edit(translator.say(said))
        elif family == ASKING:
            campaign = self._named(translator, progress).campaign
            await conversation.edit(
                f"{named(translator, campaign)}\n{translator.say(said)}", _way(translator, progress)
            )
        else:
            await conversation.edit(*self.status_messages.content(await conversation.reader(), progress))


def _turning(after: int) -> str:
    return f"{STATUS_MESSAGE}:list:{max(0, after)}:0"


def _question(translator: Translator, progress: Progress) -> tuple[str, Buttons]:
    campaign, left = progress.campaign, progress.report.left
    text = translator.say_n(
        "Cancel {title}? {count} delivery is left and won’t go out. This can’t be undone.",
        "Cancel {title}? {count} deliveries are left and won’t go out. This can’t be undone.",
        left,
        title=_quoted(translator, campaign.title),
    )
    yes = Button(translator.plain("Yes, cancel it"), action=action("drop", campaign, ASKING))
    no = Button(translator.plain("No, leave it as is"), action=action("keep", campaign, ASKING))
    return text, ((yes,), (no,))


def _way(translator: Translator, progress: Progress) -> Buttons:
    return ((_button(translator.plain("See how it’s going"), progress.campaign),),)


def _entry(translator: Translator, number: int, progress: Progress, now: datetime) -> str:
    campaign = progress.campaign
    begins = campaign.state is CampaignState.OPEN and now < campaign.starts_at
    state = N_("about to start") if begins else STATES[campaign.state]
    head = translator.say(
        "{number}. {title}\n{kind}, {day}: <b>{state}</b>",
        number=number,
        title=shorten(campaign.title, LABEL * 2),
        kind=kind(translator, campaign),
        day=translator.day(campaign.opened_at.date()),
        state=translator.plain(state),
    )
    unknown = causes(translator, progress) if progress.asks else ()
    return "\n".join([head, counts(translator, progress), *unknown])


def _opening(translator: Translator, number: int, campaign: Campaign) -> Button:
    label = translator.plain("{number}. {title}", number=number, title=shorten(campaign.title, LABEL - 4))
    return _button(label, campaign)


def _button(label: str, campaign: Campaign) -> Button:
    return Button(label, action=action("show", campaign, STATUS_MESSAGE))


def _quoted(translator: Translator, title: str) -> str:
    return translator.plain("“{title}”", title=shorten(title, LABEL * 2))


def _number(text: str, largest: int) -> int | None:
    if not (text.isascii() and text.isdecimal()) or len(text) > LONGEST_VERSION:
        return None
    return min(int(text), largest)
