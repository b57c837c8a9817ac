"""/grant: an admin gives a reader days of access."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER
from bot.i18n import N_, Translator
from bot.services.subscriptions.granting import LONGEST_GRANT_DAYS, YEAR_DAYS, Given, Granting
from bot.telegram.chat.addressee import Nobody, answered_person, said
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.chat.conversation import Conversation

ASKED_FOR = timedelta(hours=24)
"""How long a question can be answered with yes. The message keeps its buttons for ever."""

NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class GrantingHandlers:
    granting: Granting

    def capability(self) -> Capability:
        about = N_("give a reader days of access")
        return Capability(
            commands=(Command("grant", self.grant, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(CallbackButton("gift:{answer}:{reader}:{days}:{message}", self.press, who=Who.ADMINS),),
        )

    async def grant(self, conversation: Conversation) -> None:
        """/grant ID DAYS, or /grant DAYS in answer to a message: give a reader so many days of access."""
        translator = await conversation.translator()
        numbers = numbers_of(conversation.words)
        wanted = whom(conversation, translator, numbers[:-1]) if numbers else None
        days = numbers[-1] if numbers else 0
        if isinstance(wanted, str):
            await conversation.reply(wanted)
        elif wanted is None or not 1 <= days <= LONGEST_GRANT_DAYS:
            await conversation.reply(_how(translator))
        elif days > YEAR_DAYS and await self.granting.was_given(request_of(conversation)) is None:
            await self._ask(conversation, translator, wanted, days)
        else:
            await self._give(conversation, translator, wanted, days)

    async def press(
        self, conversation: Conversation, answer: str, reader: str, days: str, message: str
    ) -> bool:
        """Handle the answer to the question whether so many days are meant; False for unknown data."""
        numbers = numbers_of(f"{reader} {days} {message}")
        if answer not in {"yes", "no"} or numbers is None or len(numbers) != 3:
            return False
        translator, (reader_id, count, message_id) = await conversation.translator(), numbers
        if not 1 <= count <= LONGEST_GRANT_DAYS:
            return False
        request = f"{conversation.user.id}:{message_id}"
        done = await self.granting.was_given(request)
        may_give = done is None and answer == "yes" and not _is_old(conversation)
        if may_give:
            done = await self.granting.give(reader_id, count, by=conversation.user.id, request=request)
        await conversation.answer_tap()
        if done is not None:
            await conversation.edit(await _done(conversation, translator, done))
        elif may_give:
            await conversation.edit(no_such_reader(conversation, translator, reader_id))
        elif answer == "no":
            await conversation.edit(translator.say("Nothing was given."))
        else:
            await conversation.edit(
                translator.say("I asked that more than a day ago, so nothing was given. Write /grant again.")
            )
        return True

    async def _ask(
        self, conversation: Conversation, translator: Translator, reader_id: int, days: int
    ) -> None:
        would = await self.granting.would_give(reader_id, days)
        if would is None:
            await conversation.reply(no_such_reader(conversation, translator, reader_id))
            return
        text = translator.say(
            "Do you mean {days} days for {id}? That’s more than a year: until {until}.",
            days=translator.number(days),
            id=reader_id,
            until=conversation.local_moment(translator, await conversation.reader(), would.until or FOREVER),
        )
        await conversation.reply(text, _answers(conversation, translator, reader_id, days))

    async def _give(
        self, conversation: Conversation, translator: Translator, reader_id: int, days: int
    ) -> None:
        done = await self.granting.give(
            reader_id, days, by=conversation.user.id, request=request_of(conversation)
        )
        await conversation.reply(
            await _done(conversation, translator, done)
            if done
            else no_such_reader(conversation, translator, reader_id)
        )


def numbers_of(words: str) -> list[int] | None:
    """Return the numbers in `words`; None where anything else stands there."""
    parts = words.split()
    if not all(map(NUMBER.fullmatch, parts)):
        return None
    return [int(part) for part in parts]


def whom(conversation: Conversation, translator: Translator, numbers: list[int]) -> int | str | None:
    """Return the id of the reader who is meant, by number or by the message that is answered.

    A str is the sentence that says why nobody is meant; None: neither was given.
    """
    answered = answered_person(conversation.update.message)
    if len(numbers) > 1:
        return None
    if not numbers:
        return said(translator, answered) if isinstance(answered, Nobody) else answered
    if isinstance(answered, int) and answered not in {numbers[0], conversation.user.id}:
        return translator.say(
            "Write the ID, or answer a message from that person, but not both: I can’t tell who you mean."
        )
    if numbers[0] <= 0:
        return translator.say(
            "{id} isn’t a person’s ID: with a minus sign it’s a group’s or a channel’s. Readers "
            "find theirs in /account.",
            id=numbers[0],
        )
    return numbers[0]


def no_such_reader(conversation: Conversation, translator: Translator, reader_id: int) -> str:
    return translator.say(
        "Nobody with the ID {id} has started the bot. Ask them to write /start to @{bot} first; "
        "then they’ll find their ID in /account.",
        id=reader_id,
        bot=conversation.username,
    )


def _answers(conversation: Conversation, translator: Translator, reader_id: int, days: int) -> Buttons:
    message = conversation.update.message
    rest = f"{reader_id}:{days}:{message.message_id if message else 0}"
    yes = translator.plain("Yes, give {days} days", days=translator.number(days))
    return (
        (Button(yes, action=f"gift:yes:{rest}"),),
        (Button(translator.plain("No, give nothing"), action=f"gift:no:{rest}"),),
    )


async def _done(conversation: Conversation, translator: Translator, done: Given) -> str:
    if done.until is None:
        return translator.say(
            "{id} had already been given these days, and now reads the free part of every issue.",
            id=done.reader_id,
        )
    return translator.say_n(
        "Done: {count} more day for {id}, who can read everything until {until}. I won’t tell them.",
        "Done: {count} more days for {id}, who can read everything until {until}. I won’t tell them.",
        done.days,
        id=done.reader_id,
        until=conversation.local_moment(translator, await conversation.reader(), done.until),
    )


def request_of(conversation: Conversation) -> str:
    """Return a key that stays the same when Telegram sends the message again. Update ids may be reused."""
    message = conversation.update.message
    return f"{conversation.user.id}:{message.message_id if message else conversation.update.update_id}"


def _is_old(conversation: Conversation) -> bool:
    query = conversation.update.callback_query
    asked = query.message.date if query and query.message else None
    return asked is None or conversation.now() - asked > ASKED_FOR


def _how(translator: Translator) -> str:
    return translator.say(
        "Write /grant, the reader’s ID and how many days, from 1 to {most}, as in <code>/grant "
        "123456789 30</code>. Readers find their ID in /account. Or forward me a message of theirs "
        "and answer it with just the days: <code>/grant 30</code>.",
        most=translator.number(LONGEST_GRANT_DAYS),
    )
