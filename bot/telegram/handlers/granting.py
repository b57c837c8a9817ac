"""/grant: an admin gives a reader days of access."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.grants import FOREVER
from bot.domain.page import Button, Buttons
from bot.i18n import Speech, noted
from bot.services.granting import LONGEST_GRANT_DAYS, YEAR_DAYS, Given, Granting
from bot.telegram.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.talk import Talk
from bot.telegram.whom import Nobody, answered_person, said

ASKED_FOR = timedelta(hours=24)
"""How long a question may be answered with yes."""

NUMBER = re.compile(r"-?[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class GrantingHandlers:
    granting: Granting

    def capability(self) -> Capability:
        about = noted("give a reader days of access")
        return Capability(
            commands=(Command("grant", self.grant, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(CallbackButton("gift:{answer}:{reader}:{days}:{message}", self.press, who=Who.ADMINS),),
        )

    async def grant(self, talk: Talk) -> None:
        """/grant ID DAYS, or /grant DAYS in answer to a message: let a reader read everything for so long."""
        voice = await talk.voice()
        numbers = numbers_of(talk.words)
        wanted = whom(talk, voice, numbers[:-1]) if numbers else None
        days = numbers[-1] if numbers else 0
        if isinstance(wanted, str):
            await talk.say(wanted)
        elif wanted is None or not 1 <= days <= LONGEST_GRANT_DAYS:
            await talk.say(_how(voice))
        elif days > YEAR_DAYS and await self.granting.was_given(request_of(talk)) is None:
            await self._ask(talk, voice, wanted, days)
        else:
            await self._give(talk, voice, wanted, days)

    async def press(self, talk: Talk, answer: str, reader: str, days: str, message: str) -> bool:
        """Do what an admin answers to the question whether so many days are meant."""
        numbers = numbers_of(f"{reader} {days} {message}")
        if answer not in {"yes", "no"} or numbers is None or len(numbers) != 3:
            return False
        voice, (reader_id, count, message_id) = await talk.voice(), numbers
        if not 1 <= count <= LONGEST_GRANT_DAYS:
            return False
        request = f"{talk.visitor.id}:{message_id}"
        done = await self.granting.was_given(request)
        may_give = done is None and answer == "yes" and not _is_old(talk)
        if may_give:
            done = await self.granting.give(reader_id, count, by=talk.visitor.id, request=request)
        await talk.notice()
        if done is not None:
            await talk.restate(await _done(talk, voice, done))
        elif may_give:
            await talk.restate(stranger(talk, voice, reader_id))
        elif answer == "no":
            await talk.restate(voice.say("Nothing was given."))
        else:
            await talk.restate(
                voice.say("I asked that more than a day ago, so nothing was given. Write /grant again.")
            )
        return True

    async def _ask(self, talk: Talk, voice: Speech, reader_id: int, days: int) -> None:
        would = await self.granting.would_give(reader_id, days)
        if would is None:
            await talk.say(stranger(talk, voice, reader_id))
            return
        text = voice.say(
            "Do you mean {days} days for {id}? That’s more than a year: until {until}.",
            days=voice.number(days),
            id=reader_id,
            until=talk.local(voice, await talk.reader(), would.until or FOREVER),
        )
        await talk.say(text, _answers(talk, voice, reader_id, days))

    async def _give(self, talk: Talk, voice: Speech, reader_id: int, days: int) -> None:
        done = await self.granting.give(reader_id, days, by=talk.visitor.id, request=request_of(talk))
        await talk.say(await _done(talk, voice, done) if done else stranger(talk, voice, reader_id))


def numbers_of(words: str) -> list[int] | None:
    """Return the numbers that words are made of; None where they hold anything else."""
    parts = words.split()
    if not all(map(NUMBER.fullmatch, parts)):
        return None
    return [int(part) for part in parts]


def whom(talk: Talk, voice: Speech, numbers: list[int]) -> int | str | None:
    """Return the reader who is meant, by her ID or by the message that is answered; or a sentence that says
    why nobody is; None where neither was given.
    """
    answered = answered_person(talk.update.message)
    if len(numbers) > 1:
        return None
    if not numbers:
        return said(voice, answered) if isinstance(answered, Nobody) else answered
    if isinstance(answered, int) and answered not in {numbers[0], talk.visitor.id}:
        return voice.say(
            "Write the ID, or answer a message from that person, but not both: I can’t tell who you mean."
        )
    if numbers[0] <= 0:
        return voice.say(
            "{id} isn’t a person’s ID: with a minus sign it’s a group’s or a channel’s. Readers "
            "find theirs in /account.",
            id=numbers[0],
        )
    return numbers[0]


def stranger(talk: Talk, voice: Speech, reader_id: int) -> str:
    return voice.say(
        "Nobody with the ID {id} has started the bot. Ask them to write /start to @{bot} first; "
        "then they’ll find their ID in /account.",
        id=reader_id,
        bot=talk.username,
    )


def _answers(talk: Talk, voice: Speech, reader_id: int, days: int) -> Buttons:
    message = talk.update.message
    rest = f"{reader_id}:{days}:{message.message_id if message else 0}"
    yes = voice.plain("Yes, give {days} days", days=voice.number(days))
    return (
        (Button(yes, action=f"gift:yes:{rest}"),),
        (Button(voice.plain("No, give nothing"), action=f"gift:no:{rest}"),),
    )


async def _done(talk: Talk, voice: Speech, done: Given) -> str:
    if done.until is None:
        return voice.say(
            "{id} had already been given these days, and now reads the free part of every issue.",
            id=done.reader_id,
        )
    return voice.say_n(
        "Done: {count} more day for {id}, who can read everything until {until}. I won’t tell them.",
        "Done: {count} more days for {id}, who can read everything until {until}. I won’t tell them.",
        done.days,
        id=done.reader_id,
        until=talk.local(voice, await talk.reader(), done.until),
    )


def request_of(talk: Talk) -> str:
    """Name this request: Telegram may hand it over twice, and its update's number may come again."""
    message = talk.update.message
    return f"{talk.visitor.id}:{message.message_id if message else talk.update.update_id}"


def _is_old(talk: Talk) -> bool:
    query = talk.update.callback_query
    asked = query.message.date if query and query.message else None
    return asked is None or talk.now() - asked > ASKED_FOR


def _how(voice: Speech) -> str:
    return voice.say(
        "Write /grant, the reader’s ID and how many days, from 1 to {most}, as in <code>/grant "
        "123456789 30</code>. Readers find their ID in /account. Or forward me a message of theirs "
        "and answer it with just the days: <code>/grant 30</code>.",
        most=voice.number(LONGEST_GRANT_DAYS),
    )
