"""The free trial: its terms, its start, and what became of it."""

from dataclasses import dataclass

from bot.domain.content.gate import Access
from bot.domain.content.on_offer import OnOffer
from bot.domain.pages.page import Buttons
from bot.domain.pages.page_buttons import free_days
from bot.domain.readers.grants import FOREVER, Source
from bot.domain.readers.reader import Reader
from bot.domain.readers.typed import Meaning
from bot.domain.readers.ways import Way, without_promotion
from bot.i18n import N_, Translator
from bot.services.subscriptions.subscriptions import Account, Subscriptions, Trial
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.access_words import current_issue, reasons, ways_on
from bot.telegram.chat.words.offer_words import offered, offered_rows
from bot.telegram.handlers.reading.reading import ReadingHandlers


@dataclass(frozen=True, slots=True)
class TrialHandlers:
    subscriptions: Subscriptions
    pages: ReadingHandlers

    def capability(self) -> Capability:
        command = Command(
            "trial",
            self.ask,
            N_("the free trial"),
            where=Where.PRIVATE,
            offered=lambda publication: bool(publication.trial_days),
        )
        return Capability(
            commands=(command,),
            buttons=(
                CallbackButton("trial", self.begin),
                CallbackButton("trial:{days}", self.begin_promised),
                CallbackButton("trial:{days}:after", self.begin_after),
            ),
            words={Meaning.TRIAL: self.ask},
        )

    async def ask(self, conversation: Conversation) -> None:
        """/trial: say what the trial gives, with a button that starts it; or what became of hers."""
        if not conversation.publication.trial_days:
            await conversation.follow_menu()
        await conversation.reply(*await self._answer(conversation))

    async def begin_promised(self, conversation: Conversation, days: str, *, after: bool = False) -> bool:
        """Begin the trial by a button that names its length in days; False for unknown data."""
        if days.isdecimal():
            await self.begin(conversation, days, after=after)
        return days.isdecimal()

    async def begin_after(self, conversation: Conversation, days: str) -> bool:
        """Begin the trial by a button that said that it comes after the present access."""
        return await self.begin_promised(conversation, days, after=True)

    async def begin(
        self, conversation: Conversation, days: str | None = None, *, after: bool = False
    ) -> None:
        """Give the trial, once per person for ever; from a lock, open the page behind it.

        Two buttons are out of date, so that the terms are shown and asked again:

        - `days`, the length on the button, is not the trial's length now. None: an old button, which had
          none.
        - the reader has access, and the button did not say that the trial comes `after` it.
        """
        reader, now = await conversation.reader(), conversation.now()
        if await self.pages.read_onward(conversation):  # she has access by now: her trial is not used up
            await conversation.answer_tap()
            return
        promised = days is None or days == str(conversation.publication.trial_days)
        if not promised or (reader.access(now) is Access.FULL and not after):
            await conversation.answer_tap()
            await self.ask(conversation)
            return
        result = Trial(given=False, days=0, until=None)
        if reader.full_until != FOREVER:
            result = await self.subscriptions.start_trial(reader.id, conversation.publication.trial_days)
        if not result.given:
            await conversation.answer_tap()
            await self.ask(conversation.reloaded())
            return
        translator = await conversation.translator()
        await conversation.answer_tap(
            translator.plain("Your free trial has started.") if reader.access(now) is Access.PREVIEW else None
        )
        await self.pages.say_and_read_on(
            conversation,
            _given(conversation, translator, reader, result),
            had_access=reader.access(now) is Access.FULL,
        )

    async def _answer(self, conversation: Conversation) -> tuple[str, Buttons]:
        reader, translator, now = (
            await conversation.reader(),
            await conversation.translator(),
            conversation.now(),
        )
        account = await self.subscriptions.account(reader.id)
        on_offer = conversation.publication.on_offer(now)
        is_open = reader.way(without_promotion(on_offer), now) is Way.TRIAL
        if account.full_until != FOREVER and reader.way(on_offer, now) is Way.PROMOTION:
            return _instead(translator, on_offer, is_open=is_open)
        if is_open and account.full_until != FOREVER:
            return _terms(conversation, translator, account)
        said = (
            []
            if is_open or _runs(conversation, account)
            else [_unavailable(conversation, translator, reader, account)]
        )
        if account.full_until is not None:
            said.append(reasons(conversation, translator, reader, account))
            return " ".join(said), ((current_issue(translator),),)
        text, buttons = ways_on(conversation.publication, translator, reader)
        return " ".join([*said, text]).strip(), (*buttons, (current_issue(translator),))


def _given(conversation: Conversation, translator: Translator, reader: Reader, result: Trial) -> str:
    until = conversation.local_moment(translator, reader, result.until or FOREVER)
    if reader.access(conversation.now()) is Access.FULL:
        return translator.say(
            "Your free trial is added to the access you already have: you can read everything "
            "until {until}. No card, nothing to cancel.",
            until=until,
        )
    return translator.say_n(
        "Your free trial has started: every section and the whole archive for {count} day. You can "
        "read everything until {until}. No card, nothing to cancel.",
        "Your free trial has started: every section and the whole archive for {count} days. You "
        "can read everything until {until}. No card, nothing to cancel.",
        result.days,
        until=until,
    )


def _terms(conversation: Conversation, translator: Translator, account: Account) -> tuple[str, Buttons]:
    days = conversation.publication.trial_days
    text = translator.say_n(
        "The free trial opens everything for {count} day: every section of every issue and the whole "
        "archive. No card, nothing to cancel: it ends by itself.",
        "The free trial opens everything for {count} days: every section of every issue and the whole "
        "archive. No card, nothing to cancel: it ends by itself.",
        days,
    )
    if account.full_until is not None:
        text = f"{text} {translator.say('It starts when the access you have now ends.')}"
    return text, ((free_days(translator, days, after=account.full_until is not None),),)


def _instead(translator: Translator, on_offer: OnOffer, *, is_open: bool) -> tuple[str, Buttons]:
    """Say what runs in the trial's place."""
    said = [offered(translator, on_offer, Way.PROMOTION)]
    if is_open:
        said.append(
            translator.say_n(
                "Your free trial of {count} day stays yours for later.",
                "Your free trial of {count} days stays yours for later.",
                on_offer.trial_days,
            )
        )
    return "\n\n".join(said), offered_rows(translator, on_offer, Way.PROMOTION)


def _runs(conversation: Conversation, account: Account) -> bool:
    return any(stretch.source == Source.TRIAL for stretch in account.running(conversation.now()))


def _unavailable(conversation: Conversation, translator: Translator, reader: Reader, account: Account) -> str:
    if reader.trial_at is None:
        return translator.say("There’s no free trial at the moment.")
    had = account.trial()
    start, end = (
        (conversation.local_day(translator, reader, moment) for moment in (had.starts, had.ends))
        if had
        else ("", "")
    )
    if start == end:  # taken back on its first day
        return translator.say("You’ve used your free trial (one per person).")
    return translator.say(
        "You had your free trial from {start} to {end} (one per person).", start=start, end=end
    )
