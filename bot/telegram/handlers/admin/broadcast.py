"""/broadcast: an announcement, from its words to the sending button."""

from dataclasses import dataclass

from bot.domain.delivery.announcement import Announcement, Draft
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
from bot.telegram.handlers.admin import draft_answers, draft_questions
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
        """/broadcast TEXT, in a caption, or in answer to a message: begin a draft."""
        translator = await conversation.translator()
        announcement, answered = (
            draft_text.after_command(conversation.origin.message),
            _answered(conversation.origin.message),
        )
        if await draft_answers.refuse_several(conversation, translator):
            return
        if announcement is not None and answered is not None:
            await conversation.reply(
                translator.say(
                    "Write the text after /broadcast, or answer a message with /broadcast, but not both."
                )
            )
        elif announcement is not None:
            await self._begin(conversation, translator, announcement)
        elif answered is not None:
            await self._begin_with(conversation, translator, answered)
        else:
            await draft_answers.explain(conversation, translator)

    async def captioned(self, conversation: Conversation) -> bool:
        """Begin a draft from a photo or a document with /broadcast in its caption; False for any other
        message.
        """
        if not conversation.user.private or not draft_text.is_captioned(conversation.origin.message):
            return False
        await self.broadcast(conversation)
        return True

    async def takes(self, conversation: Conversation) -> bool:
        """Take an admin's message that is no command, where it belongs to a draft; False for any other."""
        if await self.captioned(conversation) or await self.answer(conversation):
            return True
        return conversation.kind is Kind.CUT and await draft_answers.refuse_several(
            conversation, await conversation.translator()
        )

    async def cancel(self, conversation: Conversation) -> None:
        """/cancel: stop waiting for the text in the other language."""
        translator = await conversation.translator()
        draft = await self.broadcasting.waiting_draft(conversation.user.id)
        # Its effect was done at an earlier try. A draft that waits now was begun later, and is not cancelled.
        if conversation.again or (draft and draft.is_younger(conversation.update.update_id)):
            await conversation.reply(*_state(translator, draft))
            return
        back = await self.broadcasting.same_for_all(draft.nonce) if draft else Refusal.EXPIRED
        if isinstance(back, Refusal):
            await conversation.reply(translator.say("There’s nothing to cancel."))
        else:
            await conversation.reply(*draft_questions.languages(translator, back))

    async def answer(self, conversation: Conversation) -> bool:
        """Take an admin's message as the text that her draft waits for; False when none waits."""
        draft = await self.broadcasting.waiting_draft(conversation.user.id)
        if draft is None and not conversation.again:
            return False
        if draft is not None and draft.is_younger(conversation.update.update_id):
            return True  # an earlier draft took it before a crash
        translator = await conversation.translator()
        if await draft_answers.refuse_several(conversation, translator):
            return True
        announcement = draft_text.announcement(conversation.origin.message)
        if draft is None:
            return await self._asked_again(conversation, translator, announcement)
        if announcement is None:
            await conversation.reply(draft_questions.possible(translator))
        elif await draft_answers.preview(conversation, translator, announcement):
            complete = await self.broadcasting.add_text(draft, announcement)
            await conversation.reply(
                *(
                    draft_questions.audiences(translator, complete)
                    if complete
                    else (draft_questions.refused(translator, Refusal.CHANGED), ())
                )
            )
        return True

    async def _asked_again(
        self, conversation: Conversation, translator: Translator, announcement: Announcement | None
    ) -> bool:
        """Ask the next question, where an earlier try took the text and its answer is missing."""
        taken = (
            await self.broadcasting.draft_with(conversation.user.id, announcement) if announcement else None
        )
        if taken is None:
            return False
        await conversation.reply(*draft_questions.audiences(translator, taken))
        return True

    async def tap(self, conversation: Conversation, nonce: str, what: list[str]) -> bool:
        """Do what a button of a draft says; False for unknown data."""
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
        """Begin a draft with the file whose button was tapped."""
        announcement = draft_text.announcement(
            conversation.origin.message
        )  # None too where the message is inaccessible
        if announcement is None:
            await conversation.answer_tap(
                translator.plain("This file is gone. Write /broadcast again."), alert=True
            )
            return
        await conversation.answer_tap()
        await self._begin(conversation, translator, announcement)

    async def _begin_with(
        self, conversation: Conversation, translator: Translator, answered: RawMessage
    ) -> None:
        if answered.get("has_protected_content"):
            await conversation.reply(
                translator.say("That message contains paid text, which can’t be sent to others.")
            )
        elif (announcement := draft_text.announcement(answered)) is not None:
            await self._begin(conversation, translator, announcement)
        elif draft_text.is_bare(answered):
            await draft_answers.explain(conversation, translator)
        else:
            await conversation.reply(draft_questions.possible(translator))

    async def _begin(
        self, conversation: Conversation, translator: Translator, announcement: Announcement
    ) -> None:
        if await draft_answers.preview(conversation, translator, announcement):
            draft = await self.broadcasting.draft(conversation.user.id, announcement)
            await conversation.reply(*draft_questions.languages(translator, draft))

    async def _turn(self, conversation: Conversation, translator: Translator, draft: Draft | Refusal) -> None:
        """Edit the message to the draft's next question."""
        if isinstance(draft, Refusal):
            await draft_answers.refuse(conversation, translator, draft)
            return
        await conversation.answer_tap()
        if draft.waits_for is not None:
            await conversation.edit(*draft_questions.waiting(translator, draft, draft.waits_for))
        elif draft.audience is None:
            await conversation.edit(*draft_questions.audiences(translator, draft))
        else:
            reach = await self.broadcasting.reach(draft.audience)
            await conversation.edit(*draft_questions.review(translator, draft, draft.audience, reach))

    async def _confirm(
        self, conversation: Conversation, translator: Translator, nonce: str, audience: Audience, texts: str
    ) -> None:
        tapped = conversation.tapped_message
        place = tapped.message_id if tapped else None
        opened = await self.broadcasting.confirm(nonce, audience, texts, conversation.user.id, place)
        if isinstance(opened, Refusal):
            await draft_answers.refuse(conversation, translator, opened)
            return
        await conversation.answer_tap(translator.plain("Confirmed."))
        if opened.draft is not None:
            await conversation.edit(draft_questions.testing(translator, audience, opened))
            await conversation.reply(*draft_questions.tested(translator, opened.draft))
        elif progress := await self.campaigns.progress(opened.campaign.id):
            await conversation.edit(*self.status_messages.content(await conversation.reader(), progress))

    async def _discard(self, conversation: Conversation, translator: Translator, nonce: str) -> None:
        refusal = await self.broadcasting.discard(nonce)
        if refusal is not None:
            await draft_answers.refuse(conversation, translator, refusal)
            return
        await conversation.answer_tap()
        await conversation.edit(translator.say("Discarded: nothing goes out."))


def _state(translator: Translator, draft: Draft | None) -> tuple[str, Buttons]:
    if draft is None or draft.waits_for is None:
        return translator.say("I’m no longer waiting for a text from you."), ()
    return draft_questions.waiting(translator, draft, draft.waits_for)


def _answered(message: RawMessage) -> RawMessage | None:
    """Return the message that this one answers.

    In a topic, the service message that began it does not count.
    """
    answered: RawMessage | None = message.get("reply_to_message")
    return None if answered is None or "forum_topic_created" in answered else answered
