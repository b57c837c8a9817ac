"""/redeem: codes, asked for, typed alone or in a link."""

import re
from dataclasses import dataclass

from bot.domain.content.publication import Publication
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.reader import Reader
from bot.domain.readers.typed import Meaning, meaning
from bot.domain.subscriptions.codes import in_link, looks_like_single_use, single_use_code
from bot.domain.subscriptions.redemption import Outcome, Promise, Redemption
from bot.i18n import N_, Translator
from bot.services.subscriptions.offers.offers import Offers
from bot.telegram.api.keyboard import CODE
from bot.telegram.chat.capability import CallbackButton, Capability, Command, MessageHook, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.words.access_words import current_issue
from bot.telegram.handlers.reading import section_names
from bot.telegram.handlers.reading.reading import ReadingHandlers
from bot.telegram.handlers.subscriptions.redemption_words import given, refused, request_of, terms

LONGEST_IN_BUTTON = 40
"""Characters of callback data; Telegram takes 64 bytes in all."""

_QUESTION = N_("What’s the code? Answer this message with it.")
_INTRODUCED = re.compile(
    r"\s*(?:(?:promo )?code|promo|coupon|voucher|redeem|c[oó]digo|cup[oó]n|canje(?:ar)?)\s*:?\s+(\S.*)",
    re.IGNORECASE | re.DOTALL,
)
"""A code that a word introduces: “code LANTERN”."""


@dataclass(frozen=True, slots=True)
class RedeemingHandlers:
    offers: Offers
    pages: ReadingHandlers

    def capability(self) -> Capability:
        command = Command(
            "redeem",
            self.redeem,
            N_("redeem a code"),
            where=Where.PRIVATE,
            help=Help(),
            offered=has_codes,
            start=_start,
        )
        return Capability(
            commands=(command,),
            buttons=(CallbackButton("code:{code}:{days}", self.press),),
            words={Meaning.CODE: self.word},
            messages=(MessageHook(self.takes, commands=True),),
        )

    def typed(self) -> Capability:
        """Return what takes codes that are typed alone; asked after everybody else who takes messages."""
        return Capability(messages=(MessageHook(self.takes_alone),))

    async def redeem(self, conversation: Conversation) -> None:
        """/redeem CODE: say what a code gives, with a button that redeems it; without one, ask for it."""
        if conversation.words:
            await self._look(conversation, conversation.words)
        else:
            await self.ask(conversation)

    async def word(self, conversation: Conversation) -> None:
        """Do what /redeem does, asked for by another word: a code may follow where that is a command."""
        if conversation.text.startswith("/"):
            await self.redeem(conversation)
        else:
            await self.ask(conversation)

    async def ask(self, conversation: Conversation) -> None:
        """Ask for the code."""
        if has_codes(conversation.publication):
            await conversation.ask(_QUESTION)
            return
        await conversation.follow_menu()
        translator = await conversation.translator()
        await conversation.reply(
            translator.say(
                "There are no codes to redeem at the moment. If you have one all the same, write it after "
                "/redeem."
            )
        )

    async def takes(self, conversation: Conversation) -> bool:
        """Take the code of a deep link, or the answer to the question of /redeem; False for anything else."""
        linked = conversation.words.startswith(CODE) and section_names.command(conversation)[0] == "start"
        if linked and conversation.user.private:
            await self.pages.greet(conversation)
            await self._look(conversation, conversation.words.removeprefix(CODE))
        elif linked:
            await _only_in_private(conversation)
        elif _is_own_text(conversation) and conversation.replies_to(_QUESTION):
            await self._look(conversation, conversation.text.strip())
        else:
            return False
        return True

    async def takes_alone(self, conversation: Conversation) -> bool:
        """Take a message that is nothing but a code: one of an offer, or what has the form of one for a
        single use. False for anything else.
        """
        if not _is_own_text(conversation):
            return False
        text = conversation.text.strip()
        introduced = _INTRODUCED.fullmatch(text)
        for typed in (text, introduced[1] if introduced else ""):
            if typed and _is_code(conversation, typed, whole=text):
                await self._look(conversation, typed)
                return True
        return False

    async def press(self, conversation: Conversation, code: str, days: str) -> bool:
        """Redeem the code that the tapped button holds, and go on behind the lock that she met last. False
        for unknown data.

        Where it gives another length by now than the button says, its terms are shown and asked again.
        """
        if not days.isdecimal() or len(code) > LONGEST_IN_BUTTON:
            return False
        reader, translator = await conversation.reader(), await conversation.translator()
        promise = Promise(int(days), after=True)
        answer = await self.offers.redeem(reader.id, code, request_of(conversation), promise)
        done = answer.outcome is Outcome.GIVEN
        await conversation.answer_tap(translator.plain("Redeemed.") if done else None)
        await conversation.edit(*_said(conversation, translator, reader, answer, code))
        behind = await self.pages.behind_lock(conversation) if done and not answer.added else None
        if behind is not None:
            await self.pages.open_place(conversation.reloaded(), behind)
        return True

    async def _look(self, conversation: Conversation, text: str) -> None:
        reader, translator = await conversation.reader(), await conversation.translator()
        answer = await self.offers.look(reader.id, text, request_of(conversation))
        await conversation.reply(*_said(conversation, translator, reader, answer, text))


def has_codes(publication: Publication) -> bool:
    """Tell whether a publication has offers that are redeemed by a code."""
    return any(offer.code or offer.single_use for offer in publication.offers)


def _start(text: str) -> str:
    """Return the payload of the deep link that asks for a code; "" where a text has no code's form."""
    code = in_link(text)
    return f"{CODE}{code}" if code else ""


def _said(
    conversation: Conversation, translator: Translator, reader: Reader, answer: Redemption, text: str
) -> tuple[str, Buttons]:
    match answer.outcome:
        case Outcome.OPEN:
            return terms(conversation, translator, reader, answer), _confirming(translator, answer, text)
        case Outcome.GIVEN:
            return given(conversation, translator, reader, answer), ((current_issue(translator),),)
        case _:
            return refused(conversation, translator, reader, answer)


def _confirming(translator: Translator, answer: Redemption, text: str) -> Buttons:
    assert answer.offer is not None
    days, code = answer.offer.days, answer.offer.code or single_use_code(text)
    label = translator.plain_n("Redeem it: {count} day", "Redeem it: {count} days", days)
    return ((Button(label, action=f"code:{code}:{days}"),),)


def _is_own_text(conversation: Conversation) -> bool:
    """Tell whether she typed a text herself, in private: a forwarded code is somebody else's."""
    message = conversation.update.message
    return (
        message is not None
        and message.text is not None
        and conversation.user.private
        and conversation.origin.first_hand
        and conversation.kind is None
        and not conversation.text.startswith("/")
    )


def _is_code(conversation: Conversation, typed: str, *, whole: str) -> bool:
    publication = conversation.publication
    offer = publication.offer_named(typed)
    if offer is None:
        return looks_like_single_use(typed)
    return meaning(whole) is None or offer.is_open(conversation.now(), publication.zone)


async def _only_in_private(conversation: Conversation) -> None:
    translator = await conversation.translator()
    start = _start(conversation.words.removeprefix(CODE))
    await conversation.reply(
        translator.say("I only answer that in private: write to me in our chat."),
        ((conversation.private_button(translator.plain("Open in private"), start),),),
    )
