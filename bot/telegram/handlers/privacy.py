"""/privacy: what is kept about a reader."""

from bot.domain.page import Button
from bot.i18n import noted
from bot.telegram.access_words import contact_rows, questions
from bot.telegram.capability import CallbackButton, Capability, Command, Where
from bot.telegram.menu import Help
from bot.telegram.talk import Talk


class PrivacyHandlers:
    def capability(self) -> Capability:
        about = noted("what I keep about you")
        return Capability(
            commands=(Command("privacy", privacy, about, help=Help(noted("Privacy"), order=4)),),
            buttons=(CallbackButton("privacy", tap_privacy, where=Where.ANYWHERE),),
        )


async def tap_privacy(talk: Talk) -> None:
    await talk.notice()
    await privacy(talk)


async def privacy(talk: Talk) -> None:
    voice = await talk.voice()
    publication = talk.publication
    terms, contact = publication.terms_in(voice.language), publication.contact_in(voice.language)
    asked = questions(voice, contact)
    await talk.say(
        voice.say(
            "I keep your Telegram ID, what you chose in /settings, your access and, for 60 days, "
            "which pages you have open. I don’t keep your name or your phone number. What you "
            "write to me is deleted after two days, or after thirty if it caused an error. I don’t "
            "share anything with anyone else."
        )
        + "\n\n"
        + voice.say(
            "The one exception is what you send to the newsroom yourself (with /feedback, its "
            "button, or by answering it): it’s kept for 90 days, with the name you show on "
            "Telegram, and the newsroom reads it."
        )
        + (f"\n\n{asked}" if asked else ""),
        (*(((Button(voice.plain("Terms"), url=terms),),) if terms else ()), *contact_rows(voice, contact)),
    )
