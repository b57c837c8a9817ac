"""/revoke: an admin takes access back that a reader was given."""

from dataclasses import dataclass

from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER, Grant
from bot.i18n import N_, Translator, capital
from bot.services.subscriptions.granting import ActiveGrant, Granting, Taken, Taking
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where, Who
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.grant_words import described
from bot.telegram.handlers.admin.granting import no_such_reader, numbers_of, request_of, whom

UNREFUNDED = "-unrefunded"

OFFERED = 8
"""How many grants have a button of their own: those that end last."""


@dataclass(frozen=True, slots=True)
class RevokingHandlers:
    granting: Granting

    def capability(self) -> Capability:
        about = N_("take back access")
        return Capability(
            commands=(Command("revoke", self.revoke, about, who=Who.ADMINS, where=Where.PRIVATE),),
            buttons=(CallbackButton("take:{act}:{reader}:{grant}", self.press, who=Who.ADMINS),),
        )

    async def revoke(self, conversation: Conversation) -> None:
        """/revoke ID, or /revoke in answer to a message: take back what a reader was given."""
        translator = await conversation.translator()
        numbers = numbers_of(conversation.words)
        wanted = None if numbers is None else whom(conversation, translator, numbers)
        if isinstance(wanted, str):
            await conversation.reply(wanted)
        elif wanted is None:
            await conversation.reply(_how(translator))
        else:
            await conversation.reply(
                *await _answer(conversation, translator, wanted, await self._take(conversation, wanted))
            )

    async def _take(self, conversation: Conversation, reader_id: int) -> Taken:
        granting, request = self.granting, request_of(conversation)
        if conversation.again:  # its effect was done at an earlier try: by now there may be other grants
            return await granting.was_taken(reader_id, request) or await granting.held(reader_id)
        return await granting.take_back(reader_id, by=conversation.user.id, request=request)

    async def press(self, conversation: Conversation, act: str, reader: str, grant: str) -> bool:
        """Take back what an admin chose: `one` grant, `all` up to that one, or `none`; the first two also
        with `UNREFUNDED`, where it was paid for and the Stars do not go back.

        False for unknown data.
        """
        numbers = numbers_of(f"{reader} {grant}")
        what = act.removesuffix(UNREFUNDED)
        if what not in {"one", "all", "none"} or not numbers or len(numbers) != 2:
            return False
        reader_id, number = numbers
        chosen = {"up_to": number} if what == "all" else {"grant_id": number}
        granting, translator = self.granting, await conversation.translator()
        if what == "none":
            taken = await granting.held(reader_id)
            text: tuple[str, Buttons] = (await _now(conversation, translator, reader_id, taken), ())
        else:
            request = f"{conversation.user.id}:{act}:{number}"  # the same for every tap on this button
            taken = await granting.take_back(
                reader_id, **chosen, unrefunded=what != act, by=conversation.user.id, request=request
            )
            text = await _answer(conversation, translator, reader_id, taken, pressed=(what, number))
        await conversation.answer_tap()
        await conversation.edit(*text)
        return True


async def _answer(
    conversation: Conversation,
    translator: Translator,
    reader_id: int,
    taken: Taken,
    *,
    pressed: tuple[str, int] | None = None,
) -> tuple[str, Buttons]:
    """Say what came of it. `pressed`: which button was tapped, and the number of its grant; None: none."""
    now = await _now(conversation, translator, reader_id, taken)
    match taken.taking:
        case Taking.NO_READER:
            return now, ()
        case Taking.DONE:
            what = translator.listing([_named(translator, grant) for grant in taken.grants])
            done = translator.say("Taken back: {what}.", what=what)
            return f"{done} {now} {translator.say('I won’t tell them.')}", ()
        case Taking.SEVERAL:
            return _question(conversation, translator, reader_id, taken, now)
        case Taking.PAID:
            act, number = pressed or ("one", taken.paid[0].id)
            without = f"take:{act}{UNREFUNDED}:{reader_id}:{number}"
            none = f"take:none:{reader_id}:{number}"
            return _refund_first(conversation, translator, taken, (now, without, none))
        case _ if pressed is not None:
            return f"{translator.say('That has already been taken back, or has ended.')} {now}", ()
        case _:
            return f"{translator.say('There’s nothing to take back.')} {now}", ()


def _question(
    conversation: Conversation, translator: Translator, reader_id: int, taken: Taken, now: str
) -> tuple[str, Buttons]:
    newest = sorted(taken.held, key=lambda held: held.ends, reverse=True)[:OFFERED]
    lines = [_line(conversation, translator, number, held) for number, held in enumerate(newest, 1)]
    rows = tuple(
        (Button(_label(translator, number, held.grant), action=f"take:one:{reader_id}:{held.id}"),)
        for number, held in enumerate(newest, 1)
    )
    count, last = len(taken.held), max(held.id for held in taken.held)
    label = translator.plain("Take back all {count}", count=translator.number(count))
    every = ((Button(label, action=f"take:all:{reader_id}:{last}"),),) if count > 1 else ()
    none = Button(translator.plain("Take nothing back"), action=f"take:none:{reader_id}:{last}")
    asked = translator.say("Which of these do you want to take back?")
    return "\n".join([now, "", *lines, "", asked]), (*rows, *every, (none,))


def _refund_first(
    conversation: Conversation, translator: Translator, taken: Taken, given: tuple[str, str, str]
) -> tuple[str, Buttons]:
    """Ask whether the Stars go back: a refund takes the access back as well. `given`: what the reader may
    read, the action that refunds nothing, and the one that takes nothing back.
    """
    now, unrefunded, nothing = given
    paid = taken.paid[:OFFERED]
    lines = [_line(conversation, translator, number, held) for number, held in enumerate(paid, 1)]
    asked = translator.say(
        "This was paid for with Stars. A refund gives the Stars back and takes the access back with them."
    )
    rows = tuple(
        (Button(_refund_label(translator, number, len(paid)), action=f"refund:ask:{held.id}"),)
        for number, held in enumerate(paid, 1)
    )
    without = Button(translator.plain("Take back without a refund"), action=unrefunded)
    none = Button(translator.plain("Take nothing back"), action=nothing)
    return "\n".join([now, "", *lines, "", asked]), (*rows, (without,), (none,))


def _refund_label(translator: Translator, number: int, count: int) -> str:
    if count == 1:
        return translator.plain("Refund the Stars")
    return translator.plain("{number}. Refund the Stars", number=number)


def _line(conversation: Conversation, translator: Translator, number: int, held: ActiveGrant) -> str:
    zone = conversation.publication.zone
    given = translator.day(held.grant.given_at.astimezone(zone).date())
    what = capital(_named(translator, held.grant))
    if held.ends == FOREVER:
        return translator.say("{number}. {what}, given {day}", number=number, what=what, day=given)
    return translator.say(
        "{number}. {what}, given {day}, until {end}",
        number=number,
        what=what,
        day=given,
        end=translator.day(held.ends.astimezone(zone).date()),
    )


def _named(translator: Translator, grant: Grant) -> str:
    return described(translator, grant.source, grant.days, grant.until)


def _label(translator: Translator, number: int, grant: Grant) -> str:
    return translator.plain("{number}. Take back: {what}", number=number, what=_named(translator, grant))


async def _now(conversation: Conversation, translator: Translator, reader_id: int, taken: Taken) -> str:
    """Say what a reader may read now."""
    if taken.taking is Taking.NO_READER:
        return no_such_reader(conversation, translator, reader_id)
    if taken.until is None:
        return translator.say("{id} reads the free part of every issue.", id=reader_id)
    if taken.until == FOREVER:
        return translator.say("{id} can read everything, with no end date.", id=reader_id)
    until = conversation.local_moment(translator, await conversation.reader(), taken.until)
    return translator.say("{id} can read everything until {until}.", id=reader_id, until=until)


def _how(translator: Translator) -> str:
    return translator.say(
        "Write /revoke and the reader’s ID, as in <code>/revoke 123456789</code>, or forward me a "
        "message of theirs and answer it with /revoke."
    )
