"""/broadcast: an announcement, from its words to the sending button."""

from dataclasses import dataclass

from bot.domain.delivery.announcement import Announcement, Draft
from bot.domain.delivery.outcome import Rejected, Sent
from bot.domain.pages.page import Buttons
from bot.domain.readers.audience import Audience
from bot.i18n import LANGUAGES, N_, Translator
from bot.services.delivery.broadcasting import Broadcasting, Refusal
from bot.services.delivery.campaigns import Campaigns
from bot.telegram.admin.status_messages import StatusMessages
from bot.telegram.chat import draft_text
from bot.telegram.chat.capability import CallbackButton, Capability, Command, MessageHook, Where, Who
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.draft_text import RawMessage
from bot.telegram.handlers.admin import draft_questions
from bot.telegram.updates import grouped
from bot.telegram.updates.grouped import Kind


@dataclass(frozen=True, slots=True)
class BroadcastHandlers:
    broadcasting: Broadcasting
    campaigns: Campaigns
    status_messages: StatusMessages

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command(
                    "broadcast",
                    self.broadcast,
                    N_("send readers a message"),
                    who=Who.ADMINS,
                    where=Where.PRIVATE,
                ),
                Command(
                    "cancel",
                    self.cancel,
                    N_("drop what you were doing"),
                    who=Who.ADMINS,
                    where=Where.PRIVATE,
                    in_menus=False,
                ),
            ),
            buttons=(CallbackButton("cast:{nonce}:*", self.tap, who=Who.ADMINS),),
            messages=(MessageHook(self.takes, who=Who.ADMINS),),
        )

    async def broadcast(self, conversation: Conversation) -> None:
        """/broadcast WORDS, in a caption, or in answer to a message: begin a draft."""
        translator = await conversation.translator()
        written, answered = (
            draft_text.after_command(conversation.origin.message),
            _answered(conversation.origin.message),
        )
        if await several(conversation, translator):
            return
        if written is not None and answered is not None:
            await conversation.say(
                translator.say(
                    "Write the text after /broadcast, or answer a message with /broadcast, but not both."
                )
            )
        elif written is not None:
            await self._begin(conversation, translator, written)
        elif answered is not None:
            await self._begin_with(conversation, translator, answered)
        else:
            await _explain(conversation, translator)

    async def captioned(self, conversation: Conversation) -> bool:
        """/broadcast in the caption of a photo or a document; False for any other message."""
        if not conversation.user.private or not draft_text.is_captioned(conversation.origin.message):
            return False
        await self.broadcast(conversation)
        return True

    async def takes(self, conversation: Conversation) -> bool:
        """Take an admin's message that is no command, where it is meant for readers; False for any other."""
        if await self.captioned(conversation) or await self.answer(conversation):
            return True
        return conversation.kind is Kind.CUT and await several(conversation, await conversation.translator())

    async def cancel(self, conversation: Conversation) -> None:
        """Leave the question for the other language's text."""
        translator = await conversation.translator()
        draft = await self.broadcasting.waiting_draft(conversation.user.id)
        # It was left then, where it is handled again: a draft that waits now is another one.
        if conversation.again or (draft and draft.is_younger(conversation.update.update_id)):
            await conversation.say(*_state(translator, draft))
            return
        back = await self.broadcasting.same_for_all(draft.nonce) if draft else Refusal.GONE
        if isinstance(back, Refusal):
            await conversation.say(translator.say("There’s nothing to cancel."))
        else:
            await conversation.say(*draft_questions.languages(translator, back))

    async def answer(self, conversation: Conversation) -> bool:
        """Take an admin's message as the text that her draft waits for; False when none waits."""
        draft = await self.broadcasting.waiting_draft(conversation.user.id)
        if draft is None and not conversation.again:
            return False
        if draft is not None and draft.is_younger(conversation.update.update_id):
            return True  # it was taken by another draft before a crash, and is handled again
        translator = await conversation.translator()
        if await several(conversation, translator):
            return True
        written = draft_text.announcement(conversation.origin.message)
        if draft is None:
            return await self._asked_again(conversation, translator, written)
        if written is None:
            await conversation.say(draft_questions.possible(translator))
        elif await _preview(conversation, translator, written):
            complete = await self.broadcasting.add_text(draft, written)
            await conversation.say(
                *(
                    draft_questions.audiences(translator, complete)
                    if complete
                    else (draft_questions.refused(translator, Refusal.CHANGED), ())
                )
            )
        return True

    async def _asked_again(
        self, conversation: Conversation, translator: Translator, written: Announcement | None
    ) -> bool:
        """Ask what comes after a text that was taken when it came, where that answer was kept back."""
        taken = await self.broadcasting.draft_with(conversation.user.id, written) if written else None
        if taken is None:
            return False
        await conversation.say(*draft_questions.audiences(translator, taken))
        return True

    async def tap(self, conversation: Conversation, nonce: str, what: list[str]) -> bool:
        """Go on with a draft by one of its buttons; False for one that is none of ours."""
        translator, broadcasting = await conversation.translator(), self.broadcasting
        match what:
            case ["is", language] if language in LANGUAGES:
                await self._turn(
                    conversation,
                    translator,
                    await broadcasting.translate(nonce, language, conversation.update.update_id),
                )
            case ["all"]:
                await self._turn(conversation, translator, await broadcasting.same_for_all(nonce))
            case ["who"]:
                await self._turn(conversation, translator, await broadcasting.choose_audience(nonce, None))
            case ["to", code] if audience := Audience.read(code):
                await self._turn(
                    conversation, translator, await broadcasting.choose_audience(nonce, audience)
                )
            case ["go", code, texts] if audience := Audience.read(code):
                await self._confirm(conversation, translator, nonce, audience, texts)
            case ["drop"]:
                await self._discard(conversation, translator, nonce)
            case ["offer"]:
                await self._begin_with_file(conversation, translator)
            case _:
                return False
        return True

    async def _begin_with_file(self, conversation: Conversation, translator: Translator) -> None:
        """Begin a draft with the file under which the button stands."""
        written = draft_text.announcement(
            conversation.origin.message
        )  # None too where the message is inaccessible
        if written is None:
            await conversation.notice(
                translator.plain("This file is gone. Write /broadcast again."), alert=True
            )
            return
        await conversation.notice()
        await self._begin(conversation, translator, written)

    async def _begin_with(
        self, conversation: Conversation, translator: Translator, answered: RawMessage
    ) -> None:
        if answered.get("has_protected_content"):
            await conversation.say(
                translator.say("That message contains paid text, which can’t be sent to others.")
            )
        elif (written := draft_text.announcement(answered)) is not None:
            await self._begin(conversation, translator, written)
        elif draft_text.is_bare(answered):
            await _explain(conversation, translator)
        else:
            await conversation.say(draft_questions.possible(translator))

    async def _begin(self, conversation: Conversation, translator: Translator, written: Announcement) -> None:
        if await _preview(conversation, translator, written):
            draft = await self.broadcasting.draft(conversation.user.id, written)
            await conversation.say(*draft_questions.languages(translator, draft))

    async def _turn(self, conversation: Conversation, translator: Translator, draft: Draft | Refusal) -> None:
        """Turn the message to the draft's next question."""
        if isinstance(draft, Refusal):
            await _refuse(conversation, translator, draft)
            return
        await conversation.notice()
        if draft.waits_for is not None:
            await conversation.restate(*draft_questions.waiting(translator, draft, draft.waits_for))
        elif draft.audience is None:
            await conversation.restate(*draft_questions.audiences(translator, draft))
        else:
            reach = await self.broadcasting.reach(draft.audience)
            await conversation.restate(*draft_questions.review(translator, draft, draft.audience, reach))

    async def _confirm(
        self, conversation: Conversation, translator: Translator, nonce: str, audience: Audience, texts: str
    ) -> None:
        standing = conversation.standing
        place = standing.message_id if standing else None
        opened = await self.broadcasting.confirm(nonce, audience, texts, conversation.user.id, place)
        if isinstance(opened, Refusal):
            await _refuse(conversation, translator, opened)
            return
        await conversation.notice(translator.plain("Confirmed."))
        if opened.draft is not None:
            await conversation.restate(draft_questions.testing(translator, audience, opened))
            await conversation.say(*draft_questions.tested(translator, opened.draft))
        elif progress := await self.campaigns.progress(opened.campaign.id):
            await conversation.restate(*self.status_messages.content(await conversation.reader(), progress))

    async def _discard(self, conversation: Conversation, translator: Translator, nonce: str) -> None:
        refusal = await self.broadcasting.discard(nonce)
        if refusal is not None:
            await _refuse(conversation, translator, refusal)
            return
        await conversation.notice()
        await conversation.restate(translator.say("Discarded: nothing goes out."))


async def several(conversation: Conversation, translator: Translator) -> bool:
    """Say of what came in several messages why it cannot be sent on as one, and what can; False for one."""
    if conversation.kind is None:
        return False
    if conversation.kind is not Kind.CUT:
        await conversation.say(draft_questions.several(translator))
        return True
    file = draft_text.as_file(grouped.texts(conversation.update.api_kwargs))
    await conversation.attach(file, *draft_questions.was_cut(translator))
    return True


def _state(translator: Translator, draft: Draft | None) -> tuple[str, Buttons]:
    if draft is None or draft.waits_for is None:
        return translator.say("I’m no longer waiting for a text from you."), ()
    return draft_questions.waiting(translator, draft, draft.waits_for)


def _answered(message: RawMessage) -> RawMessage | None:
    """Return the message that this one answers. In a topic each message also names how the topic began."""
    answered: RawMessage | None = message.get("reply_to_message")
    return None if answered is None or "forum_topic_created" in answered else answered


async def _explain(conversation: Conversation, translator: Translator) -> None:
    if "external_reply" in conversation.origin.message:
        await conversation.say(
            translator.say(
                "Telegram doesn’t show me messages from other chats. Copy that message into this one."
            )
        )
        return
    await conversation.say(
        translator.say(
            "Write /broadcast and, in the same message, what readers will get. Or write it first "
            "(a text, a photo or a document) and answer that message with /broadcast. It goes out "
            "exactly as you wrote it, and nothing goes out until you confirm it."
        )
    )


async def _preview(conversation: Conversation, translator: Translator, written: Announcement) -> bool:
    """Show an admin the very message that readers will get; False when it cannot be sent, which is said."""
    if written.excess:
        await conversation.say(draft_questions.too_long(translator, written))
        return False
    outcome = await conversation.answers.reply(written.method, written.payload)
    if isinstance(outcome, Rejected):
        await conversation.say(
            translator.say("Telegram refuses this message, so nobody can get it: {why}", why=outcome.reason)
        )
    elif not isinstance(outcome, Sent):
        await conversation.say(
            translator.say("I couldn’t show you what readers would get. Please write it again.")
        )
    return isinstance(outcome, Sent)


async def _refuse(conversation: Conversation, translator: Translator, refusal: Refusal) -> None:
    """Say why nothing happened; the message of a draft that is gone loses its buttons."""
    await conversation.notice(draft_questions.refused(translator, refusal), alert=True)
    if refusal is Refusal.GONE:
        await conversation.restate(draft_questions.refused(translator, refusal))
