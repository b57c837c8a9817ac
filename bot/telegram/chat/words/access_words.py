"""A reader's access and how to extend it, in words."""

from datetime import datetime

from bot.domain.content.publication import Publication
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER, Source, Stretch
from bot.domain.readers.reader import Reader
from bot.i18n import N_, Translator
from bot.services.subscriptions.subscriptions import Account
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.words.grant_words import name_of

_ENDLESS: dict[str, str] = {
    Source.COMPLIMENTARY: N_("You were given access: you can read everything, with no end date."),
    Source.IMPORTED: N_("You subscribe on our site: you can read everything, with no end date."),
}
_UNTIL: dict[str, str] = {
    Source.TRIAL: N_("Your free trial runs until {until}. Until then you can read everything."),
    Source.OFFER: N_("You took an offer: you can read everything until {until}."),
    Source.STARS: N_("You paid with Telegram Stars: you can read everything until {until}."),
    Source.COMPLIMENTARY: N_("You were given access: you can read everything until {until}."),
    Source.GIFT: N_("You were given a gift: you can read everything until {until}."),
    Source.IMPORTED: N_("You subscribe on our site: you can read everything until {until}."),
}
_ENDED: dict[str, str] = {
    Source.TRIAL: N_("Your free trial ended on {day}."),
    Source.OFFER: N_("Your days from an offer ended on {day}."),
    Source.STARS: N_("The access you paid for ended on {day}."),
    Source.GIFT: N_("Your gift ended on {day}."),
    Source.IMPORTED: N_("Your subscription on our site ended on {day}."),
}
_FOREVER = N_("You can read everything, with no end date.")
_EVERYTHING = N_("You can read everything until {until}.")
_OVER = N_("The access you were given ended on {day}.")


def reasons(conversation: Conversation, translator: Translator, reader: Reader, account: Account) -> str:
    """Say what the reader may read, why and until when; of access that has ended, what it was."""
    running, awaited = account.running(conversation.now()), account.awaited(conversation.now())
    if len(running) == 1:
        return _reason(conversation, translator, reader, running[0])
    if running:
        lines = [_line(conversation, translator, reader, stretch) for stretch in running]
        return "\n".join([_everything(conversation, translator, reader, running[-1].ends), *lines])
    if awaited is not None and awaited.expires_at is not None and account.full_until is not None:
        return translator.say(
            "Your subscription was due to renew on {day}, and I’m waiting for Telegram to confirm it. "
            "Meanwhile you can read everything, until {until}.",
            day=conversation.local_day(translator, reader, awaited.expires_at),
            until=conversation.local_moment(translator, reader, account.full_until),
        )
    free = translator.say("You read the free part of every issue.")
    return f"{_ended(conversation, translator, reader, account.had[-1])} {free}" if account.had else free


def current_issue(translator: Translator) -> Button:
    return Button(translator.plain("Read the current issue"), action="latest")


def ways_on(
    publication: Publication, translator: Translator, reader: Reader, *, later: bool = False
) -> tuple[str, Buttons]:
    """Say where a reader gets access, with buttons that lead there.

    `later`: she may read everything first, and needs this afterwards. "" and no buttons where the publication
    names neither a contact nor a site.
    """
    contact, site = publication.contact_in(translator.language), publication.site_in(translator.language)
    text = ""
    if contact is not None:
        text = _write_later(translator, contact, reader) if later else _write_to(translator, contact, reader)
    elif site is not None and later:
        text = translator.say("To subscribe, or to keep reading everything later, visit our site.")
    elif site is not None:
        text = translator.say("To read everything, visit our site.")
    visit = ((Button(translator.plain("Visit our site"), url=site),),) if site else ()
    return text, (*visit, *contact_rows(translator, contact))


def already(publication: Publication, translator: Translator, reader: Reader) -> tuple[str, Buttons]:
    """Say whom somebody turns to who has subscribed elsewhere, with buttons that lead there; "" where the
    publication names neither a contact nor a site.
    """
    contact, site = publication.contact_in(translator.language), publication.site_in(translator.language)
    text = ""
    if contact is not None and _is_web(contact):
        text = translator.say(
            "Already a subscriber? Write to us with the button below and give your Telegram ID: "
            "<code>{id}</code>",
            id=reader.id,
        )
    elif contact is not None:
        text = translator.say(
            "Already a subscriber? Write to {contact} and give your Telegram ID: <code>{id}</code>",
            contact=contact,
            id=reader.id,
        )
    elif site is not None:
        text = translator.say("Already a subscriber? Visit our site.")
    visit = ((Button(translator.plain("Visit our site"), url=site),),) if site else ()
    return text, (*visit, *contact_rows(translator, contact))


def contact_rows(translator: Translator, contact: str | None) -> Buttons:
    """Return a button that opens the contact; none for an e-mail address, which no button may hold."""
    if contact is None or _is_mail(contact):
        return ()
    if contact.startswith("@"):
        label, address = translator.plain("Write to {name}", name=contact), f"https://t.me/{contact[1:]}"
    else:
        label, address = translator.plain("Write to us"), contact
    return ((Button(label, url=address),),)


def questions(translator: Translator, contact: str | None) -> str:
    """Say whom a reader may ask; "" where there is no contact."""
    if contact is None:
        return ""
    if _is_web(contact):
        return translator.say("Questions? Write to us with the button below.")
    return translator.say("Questions? Write to {contact}.", contact=contact)


def _write_to(translator: Translator, contact: str, reader: Reader) -> str:
    if _is_web(contact):
        return translator.say(
            "To read everything, write to us with the button below and give your Telegram ID: "
            "<code>{id}</code>",
            id=reader.id,
        )
    return translator.say(
        "To read everything, write to {contact} and give your Telegram ID: <code>{id}</code>",
        contact=contact,
        id=reader.id,
    )


def _write_later(translator: Translator, contact: str, reader: Reader) -> str:
    if _is_web(contact):
        return translator.say(
            "To subscribe, or to keep reading everything later, write to us with the button below and give "
            "your Telegram ID: <code>{id}</code>",
            id=reader.id,
        )
    return translator.say(
        "To subscribe, or to keep reading everything later, write to {contact} and give your Telegram ID: "
        "<code>{id}</code>",
        contact=contact,
        id=reader.id,
    )


def _reason(conversation: Conversation, translator: Translator, reader: Reader, stretch: Stretch) -> str:
    """Say what gives access; sources that nobody knows by their name have no reason to tell."""
    if stretch.ends == FOREVER:
        endless = _ENDLESS.get(stretch.source, _FOREVER)
        return translator.say(endless)
    why, until = _UNTIL.get(stretch.source, _EVERYTHING), stretch.ends
    return translator.say(why, until=conversation.local_moment(translator, reader, until))


def _line(conversation: Conversation, translator: Translator, reader: Reader, stretch: Stretch) -> str:
    name = name_of(translator, stretch.source)
    if stretch.ends == FOREVER:
        return translator.say("• {name}, with no end date", name=name)
    return translator.say(
        "• {name}, until {until}",
        name=name,
        until=conversation.local_moment(translator, reader, stretch.ends),
    )


def _everything(conversation: Conversation, translator: Translator, reader: Reader, ends: datetime) -> str:
    if ends == FOREVER:
        return translator.say(_FOREVER)
    return translator.say(_EVERYTHING, until=conversation.local_moment(translator, reader, ends))


def _ended(conversation: Conversation, translator: Translator, reader: Reader, stretch: Stretch) -> str:
    day = conversation.local_day(translator, reader, stretch.ends)
    ended = _ENDED.get(stretch.source, _OVER)
    return translator.say(ended, day=day)


def _is_mail(contact: str) -> bool:
    return "@" in contact[1:] and not _is_web(contact)


def _is_web(contact: str) -> bool:
    return "://" in contact
