"""/revoke: an admin takes access back that a reader was given."""

from dataclasses import dataclass

from bot.domain.grants import FOREVER, Grant
from bot.domain.page import Button, Buttons
from bot.i18n import Speech, capital, noted
from bot.services.granting import Granting, Held, Taken, Taking
from bot.telegram.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.grants import described
from bot.telegram.handlers.granting import numbers_of, request_of, stranger, whom
from bot.telegram.talk import Talk

OFFERED = 8
"""So many grants have a button of their own: those that end last."""


@dataclass(frozen=True, slots=True)
class RevokingHandlers:
    granting: Granting

    def capability(self) -> Capability:
        about = noted("take back access")
        return Capability(
            commands=(Command("revoke", self.revoke, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(CallbackButton("take:{act}:{reader}:{grant}", self.press, who=Who.ADMINS),),
        )

    async def revoke(self, talk: Talk) -> None:
        """/revoke ID, or /revoke in answer to a message: take back what a reader was given."""
        voice = await talk.voice()
        numbers = numbers_of(talk.words)
        wanted = None if numbers is None else whom(talk, voice, numbers)
        if isinstance(wanted, str):
            await talk.say(wanted)
        elif wanted is None:
            await talk.say(_how(voice))
        else:
            await talk.say(*await _answer(talk, voice, wanted, await self._take(talk, wanted)))

    async def _take(self, talk: Talk, reader_id: int) -> Taken:
        granting, request = self.granting, request_of(talk)
        if talk.again:  # what it did, it did when it came: by now there may be other grants
            return await granting.was_taken(reader_id, request) or await granting.held(reader_id)
        return await granting.take_back(reader_id, by=talk.visitor.id, request=request)

    async def press(self, talk: Talk, act: str, reader: str, grant: str) -> bool:
        """Take back what an admin has chosen: `one` grant, `all` up to one, or `none`."""
        numbers = numbers_of(f"{reader} {grant}")
        if act not in {"one", "all", "none"} or not numbers or len(numbers) != 2:
            return False
        reader_id, number = numbers
        chosen = {"up_to": number} if act == "all" else {"grant_id": number}
        granting, voice = self.granting, await talk.voice()
        if act == "none":
            taken = await granting.held(reader_id)
            text: tuple[str, Buttons] = (await _now(talk, voice, reader_id, taken), ())
        else:
            request = f"{talk.visitor.id}:{act}:{number}"  # the same button, however often it is pressed
            taken = await granting.take_back(reader_id, **chosen, by=talk.visitor.id, request=request)
            text = await _answer(talk, voice, reader_id, taken, pressed=True)
        await talk.notice()
        await talk.restate(*text)
        return True


async def _answer(
    talk: Talk, voice: Speech, reader_id: int, taken: Taken, *, pressed: bool = False
) -> tuple[str, Buttons]:
    now = await _now(talk, voice, reader_id, taken)
    match taken.taking:
        case Taking.NO_READER:
            return now, ()
        case Taking.DONE:
            what = voice.listing([_named(voice, one) for one in taken.grants])
            done = voice.say("Taken back: {what}.", what=what)
            return f"{done} {now} {voice.say('I won’t tell them.')}", ()
        case Taking.SEVERAL:
            return _question(talk, voice, reader_id, taken, now)
        case _ if pressed:
            return f"{voice.say('That has already been taken back, or has ended.')} {now}", ()
        case _:
            return f"{voice.say('There’s nothing to take back.')} {now}", ()


def _question(talk: Talk, voice: Speech, reader_id: int, taken: Taken, now: str) -> tuple[str, Buttons]:
    newest = sorted(taken.held, key=lambda one: one.ends, reverse=True)[:OFFERED]
    lines = [_line(talk, voice, number, one) for number, one in enumerate(newest, 1)]
    rows = tuple(
        (Button(_label(voice, number, one.grant), action=f"take:one:{reader_id}:{one.id}"),)
        for number, one in enumerate(newest, 1)
    )
    count, last = len(taken.held), max(one.id for one in taken.held)
    label = voice.plain("Take back all {count}", count=voice.number(count))
    every = ((Button(label, action=f"take:all:{reader_id}:{last}"),),) if count > 1 else ()
    none = Button(voice.plain("Take nothing back"), action=f"take:none:{reader_id}:{last}")
    asked = voice.say("Which of these do you want to take back?")
    return "\n".join([now, "", *lines, "", asked]), (*rows, *every, (none,))


def _line(talk: Talk, voice: Speech, number: int, held: Held) -> str:
    zone = talk.publication.zone
    given = voice.day(held.grant.given_at.astimezone(zone).date())
    what = capital(_named(voice, held.grant))
    if held.ends == FOREVER:
        return voice.say("{number}. {what}, given {day}", number=number, what=what, day=given)
    return voice.say(
        "{number}. {what}, given {day}, until {end}",
        number=number,
        what=what,
        day=given,
        end=voice.day(held.ends.astimezone(zone).date()),
    )


def _named(voice: Speech, grant: Grant) -> str:
    return described(voice, grant.source, grant.days, grant.until)


def _label(voice: Speech, number: int, grant: Grant) -> str:
    return voice.plain("{number}. Take back: {what}", number=number, what=_named(voice, grant))


async def _now(talk: Talk, voice: Speech, reader_id: int, taken: Taken) -> str:
    """Say what a reader may read now."""
    if taken.taking is Taking.NO_READER:
        return stranger(talk, voice, reader_id)
    if taken.until is None:
        return voice.say("{id} reads the free part of every issue.", id=reader_id)
    if taken.until == FOREVER:
        return voice.say("{id} can read everything, with no end date.", id=reader_id)
    until = talk.local(voice, await talk.reader(), taken.until)
    return voice.say("{id} can read everything until {until}.", id=reader_id, until=until)


def _how(voice: Speech) -> str:
    return voice.say(
        "Write /revoke and the reader’s ID, as in <code>/revoke 123456789</code>, or forward me a "
        "message of theirs and answer it with /revoke."
    )
