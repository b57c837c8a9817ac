"""/broadcast: an announcement, from its words to the sending button."""

from dataclasses import dataclass

from bot.domain.announcement import Announcement, Draft
from bot.domain.audience import Audience
from bot.domain.delivery import Rejected, Sent
from bot.domain.page import Buttons
from bot.i18n import LANGUAGES, Speech, noted
from bot.services.broadcasting import Broadcasting, Refusal
from bot.services.campaigns import Campaigns
from bot.telegram import together, writing
from bot.telegram.boards import Boards
from bot.telegram.capability import CallbackButton, Capability, Command, MessageHook, Where, Who
from bot.telegram.handlers import questions
from bot.telegram.talk import Talk
from bot.telegram.together import Kind
from bot.telegram.writing import RawMessage


@dataclass(frozen=True, slots=True)
class BroadcastHandlers:
    broadcasting: Broadcasting
    campaigns: Campaigns
    boards: Boards

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command(
                    "broadcast",
                    self.broadcast,
                    noted("send readers a message"),
                    who=Who.ADMINS,
                    where=Where.PRIVATE,
                ),
                Command(
                    "cancel",
                    self.cancel,
                    noted("drop what you were doing"),
                    who=Who.ADMINS,
                    where=Where.PRIVATE,
                    in_menus=False,
                ),
            ),
            buttons=(CallbackButton("cast:{nonce}:*", self.tap, who=Who.ADMINS),),
            messages=(MessageHook(self.takes, who=Who.ADMINS),),
        )

    async def broadcast(self, talk: Talk) -> None:
        """/broadcast WORDS, in a caption, or in answer to a message: begin a draft."""
        voice = await talk.voice()
        written, answered = writing.after_command(talk.origin.message), _answered(talk.origin.message)
        if await several(talk, voice):
            return
        if written is not None and answered is not None:
            await talk.say(
                voice.say(
                    "Write the text after /broadcast, or answer a message with /broadcast, but not both."
                )
            )
        elif written is not None:
            await self._begin(talk, voice, written)
        elif answered is not None:
            await self._begin_with(talk, voice, answered)
        else:
            await _explain(talk, voice)

    async def captioned(self, talk: Talk) -> bool:
        """/broadcast in the caption of a photo or a document; False for any other message."""
        if not talk.visitor.private or not writing.is_captioned(talk.origin.message):
            return False
        await self.broadcast(talk)
        return True

    async def takes(self, talk: Talk) -> bool:
        """Take an admin's message that is no command, where it is meant for readers; False for any other."""
        if await self.captioned(talk) or await self.answer(talk):
            return True
        return talk.kind is Kind.CUT and await several(talk, await talk.voice())

    async def cancel(self, talk: Talk) -> None:
        """Leave the question for the other language's text."""
        voice = await talk.voice()
        draft = await self.broadcasting.waiting(talk.visitor.id)
        # It was left then, where it is handled again: a draft that waits now is another one.
        if talk.again or (draft and draft.is_younger(talk.update.update_id)):
            await talk.say(*_state(voice, draft))
            return
        back = await self.broadcasting.same_for_all(draft.nonce) if draft else Refusal.GONE
        if isinstance(back, Refusal):
            await talk.say(voice.say("There’s nothing to cancel."))
        else:
            await talk.say(*questions.languages(voice, back))

    async def answer(self, talk: Talk) -> bool:
        """Take an admin's message as the text that her draft waits for; False when none waits."""
        draft = await self.broadcasting.waiting(talk.visitor.id)
        if draft is None and not talk.again:
            return False
        if draft is not None and draft.is_younger(talk.update.update_id):
            return True  # it was taken by another draft before a crash, and is handled again
        voice = await talk.voice()
        if await several(talk, voice):
            return True
        written = writing.announcement(talk.origin.message)
        if draft is None:
            return await self._asked_again(talk, voice, written)
        if written is None:
            await talk.say(questions.possible(voice))
        elif await _preview(talk, voice, written):
            complete = await self.broadcasting.complete(draft, written)
            await talk.say(
                *(
                    questions.audiences(voice, complete)
                    if complete
                    else (questions.refused(voice, Refusal.CHANGED), ())
                )
            )
        return True

    async def _asked_again(self, talk: Talk, voice: Speech, written: Announcement | None) -> bool:
        """Ask what comes after a text that was taken when it came, where that answer was kept back."""
        taken = await self.broadcasting.taken(talk.visitor.id, written) if written else None
        if taken is None:
            return False
        await talk.say(*questions.audiences(voice, taken))
        return True

    async def tap(self, talk: Talk, nonce: str, what: list[str]) -> bool:
        """Go on with a draft by one of its buttons; False for one that is none of ours."""
        voice, broadcasting = await talk.voice(), self.broadcasting
        match what:
            case ["is", language] if language in LANGUAGES:
                await self._turn(
                    talk, voice, await broadcasting.translate(nonce, language, talk.update.update_id)
                )
            case ["all"]:
                await self._turn(talk, voice, await broadcasting.same_for_all(nonce))
            case ["who"]:
                await self._turn(talk, voice, await broadcasting.choose(nonce, None))
            case ["to", code] if audience := Audience.read(code):
                await self._turn(talk, voice, await broadcasting.choose(nonce, audience))
            case ["go", code, texts] if audience := Audience.read(code):
                await self._confirm(talk, voice, nonce, audience, texts)
            case ["drop"]:
                await self._discard(talk, voice, nonce)
            case ["offer"]:
                await self._begin_with_file(talk, voice)
            case _:
                return False
        return True

    async def _begin_with_file(self, talk: Talk, voice: Speech) -> None:
        """Begin a draft with the file under which the button stands."""
        written = writing.announcement(talk.origin.message)  # None too where the message is inaccessible
        if written is None:
            await talk.notice(voice.plain("This file is gone. Write /broadcast again."), alert=True)
            return
        await talk.notice()
        await self._begin(talk, voice, written)

    async def _begin_with(self, talk: Talk, voice: Speech, answered: RawMessage) -> None:
        if answered.get("has_protected_content"):
            await talk.say(voice.say("That message contains paid text, which can’t be sent to others."))
        elif (written := writing.announcement(answered)) is not None:
            await self._begin(talk, voice, written)
        elif writing.is_bare(answered):
            await _explain(talk, voice)
        else:
            await talk.say(questions.possible(voice))

    async def _begin(self, talk: Talk, voice: Speech, written: Announcement) -> None:
        if await _preview(talk, voice, written):
            draft = await self.broadcasting.draft(talk.visitor.id, written)
            await talk.say(*questions.languages(voice, draft))

    async def _turn(self, talk: Talk, voice: Speech, draft: Draft | Refusal) -> None:
        """Turn the message to the draft's next question."""
        if isinstance(draft, Refusal):
            await _refuse(talk, voice, draft)
            return
        await talk.notice()
        if draft.waits_for is not None:
            await talk.restate(*questions.waiting(voice, draft, draft.waits_for))
        elif draft.audience is None:
            await talk.restate(*questions.audiences(voice, draft))
        else:
            reach = await self.broadcasting.reach(draft.audience)
            await talk.restate(*questions.review(voice, draft, draft.audience, reach))

    async def _confirm(self, talk: Talk, voice: Speech, nonce: str, audience: Audience, texts: str) -> None:
        standing = talk.standing
        place = standing.message_id if standing else None
        opened = await self.broadcasting.confirm(nonce, audience, texts, talk.visitor.id, place)
        if isinstance(opened, Refusal):
            await _refuse(talk, voice, opened)
            return
        await talk.notice(voice.plain("Confirmed."))
        if opened.draft is not None:
            await talk.restate(questions.testing(voice, audience, opened))
            await talk.say(*questions.tested(voice, opened.draft))
        elif progress := await self.campaigns.progress(opened.campaign.id):
            await talk.restate(*self.boards.content(await talk.reader(), progress))

    async def _discard(self, talk: Talk, voice: Speech, nonce: str) -> None:
        refusal = await self.broadcasting.discard(nonce)
        if refusal is not None:
            await _refuse(talk, voice, refusal)
            return
        await talk.notice()
        await talk.restate(voice.say("Discarded: nothing goes out."))


async def several(talk: Talk, voice: Speech) -> bool:
    """Say of what came in several messages why it cannot be sent on as one, and what can; False for one."""
    if talk.kind is None:
        return False
    if talk.kind is not Kind.CUT:
        await talk.say(questions.several(voice))
        return True
    file = writing.as_file(together.texts(talk.update.api_kwargs))
    await talk.attach(file, *questions.was_cut(voice))
    return True


def _state(voice: Speech, draft: Draft | None) -> tuple[str, Buttons]:
    if draft is None or draft.waits_for is None:
        return voice.say("I’m no longer waiting for a text from you."), ()
    return questions.waiting(voice, draft, draft.waits_for)


def _answered(message: RawMessage) -> RawMessage | None:
    """Return the message that this one answers. In a topic each message also names how the topic began."""
    answered: RawMessage | None = message.get("reply_to_message")
    return None if answered is None or "forum_topic_created" in answered else answered


async def _explain(talk: Talk, voice: Speech) -> None:
    if "external_reply" in talk.origin.message:
        await talk.say(
            voice.say("Telegram doesn’t show me messages from other chats. Copy that message into this one.")
        )
        return
    await talk.say(
        voice.say(
            "Write /broadcast and, in the same message, what readers will get. Or write it first "
            "(a text, a photo or a document) and answer that message with /broadcast. It goes out "
            "exactly as you wrote it, and nothing goes out until you confirm it."
        )
    )


async def _preview(talk: Talk, voice: Speech, written: Announcement) -> bool:
    """Show an admin the very message that readers will get; False when it cannot be sent, which is said."""
    if written.excess:
        await talk.say(questions.too_long(voice, written))
        return False
    outcome = await talk.answers.reply(written.method, written.payload)
    if isinstance(outcome, Rejected):
        await talk.say(
            voice.say("Telegram refuses this message, so nobody can get it: {why}", why=outcome.reason)
        )
    elif not isinstance(outcome, Sent):
        await talk.say(voice.say("I couldn’t show you what readers would get. Please write it again."))
    return isinstance(outcome, Sent)


async def _refuse(talk: Talk, voice: Speech, refusal: Refusal) -> None:
    """Say why nothing happened; the message of a draft that is gone loses its buttons."""
    await talk.notice(questions.refused(voice, refusal), alert=True)
    if refusal is Refusal.GONE:
        await talk.restate(questions.refused(voice, refusal))
