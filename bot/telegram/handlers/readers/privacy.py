"""/privacy: what is kept about a reader."""

from bot.domain.pages.page import Button
from bot.i18n import N_
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.words.access_words import contact_rows, questions


class PrivacyHandlers:
    def capability(self) -> Capability:
        about = N_("what I keep about you")
        return Capability(
            commands=(Command("privacy", privacy, about, help=Help(N_("Privacy"), order=4)),),
            buttons=(CallbackButton("privacy", tap_privacy, where=Where.ANYWHERE),),
        )


async def tap_privacy(conversation: Conversation) -> None:
    await conversation.answer_tap()
    await privacy(conversation)


async def privacy(conversation: Conversation) -> None:
    translator = await conversation.translator()
    publication = conversation.publication
    terms, contact = publication.terms_in(translator.language), publication.contact_in(translator.language)
    name = publication.name_in(translator.language)
    said = [
        translator.say("<b>{name}</b> runs this bot.", name=name),
        translator.say(
            "I keep your Telegram ID, what you chose in /settings, your access and how you got it (of a "
            "payment in Stars its amount, its time and its receipt in Telegram), which issues I’ve sent you "
            "and, for 60 days, which pages you have open. I don’t keep your name or your phone number. What "
            "you write to me is deleted after two days, or after thirty if it caused an error. I don’t share "
            "anything with anyone else."
        ),
        translator.say(
            "The one exception is what you send to the newsroom yourself (with /feedback, its "
            "button, or by answering it): it’s kept for 90 days, with the name you show on "
            "Telegram, and the newsroom reads it."
        ),
        translator.say("/mydata shows everything I keep about you. /deleteme deletes it."),
        questions(translator, contact),
    ]
    data = Button(translator.plain("My data"), action="mydata")
    delete = Button(translator.plain("Delete me"), action="deleteme")
    await conversation.reply(
        "\n\n".join(filter(None, said)),
        (
            *(((data, delete),) if conversation.user.private else ()),
            *(((Button(translator.plain("Terms"), url=terms),),) if terms else ()),
            *contact_rows(translator, contact),
        ),
    )
