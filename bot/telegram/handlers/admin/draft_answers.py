"""Answers to drafts that cannot go on, and their preview."""

from bot.domain.delivery.announcement import Announcement
from bot.domain.delivery.outcome import Rejected, Sent
from bot.i18n import Translator
from bot.services.delivery.broadcasting import Refusal
from bot.telegram.chat import draft_text
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.admin import draft_questions
from bot.telegram.updates import grouped
from bot.telegram.updates.grouped import Kind


async def explain(conversation: Conversation, translator: Translator) -> None:
    """Say how /broadcast is used."""
    if "external_reply" in conversation.origin.message:
        await conversation.reply(
            translator.say(
                "Telegram doesn’t show me messages from other chats. Copy that message into this one."
            )
        )
        return
    await conversation.reply(
        translator.say(
            "Write /broadcast and, in the same message, what readers will get. Or write it first "
            "(a text, a photo or a document) and answer that message with /broadcast. It goes out "
            "exactly as you wrote it, and nothing goes out until you confirm it."
        )
    )


async def refuse_several(conversation: Conversation, translator: Translator) -> bool:
    """Say why what came in several messages cannot be sent on, and what can; False for a single message."""
    if conversation.kind is None:
        return False
    if conversation.kind is not Kind.CUT:
        await conversation.reply(draft_questions.several(translator))
        return True
    file = draft_text.as_file(grouped.texts(conversation.update.api_kwargs))
    await conversation.attach(file, *draft_questions.was_cut(translator))
    return True


async def preview(conversation: Conversation, translator: Translator, announcement: Announcement) -> bool:
    """Send the admin the very message that readers will get.

    Where it cannot be sent, say so and return False.
    """
    if announcement.excess:
        await conversation.reply(draft_questions.too_long(translator, announcement))
        return False
    outcome = await conversation.replies.reply(announcement.method, announcement.payload)
    if isinstance(outcome, Rejected):
        await conversation.reply(
            translator.say("Telegram refuses this message, so nobody can get it: {why}", why=outcome.reason)
        )
    elif not isinstance(outcome, Sent):
        await conversation.reply(
            translator.say("I couldn’t show you what readers would get. Please write it again.")
        )
    return isinstance(outcome, Sent)


async def refuse(conversation: Conversation, translator: Translator, refusal: Refusal) -> None:
    """Answer the tap with why nothing happened. The message of a draft that is gone loses its buttons."""
    await conversation.answer_tap(draft_questions.refused(translator, refusal), alert=True)
    if refusal is Refusal.EXPIRED:
        await conversation.edit(draft_questions.refused(translator, refusal))
