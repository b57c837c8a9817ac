"""A reader's access and how to extend it, in words."""

from bot.domain.content.publication import Publication
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.grants import FOREVER, Source, Stretch
from bot.domain.readers.reader import Reader
from bot.i18n import Translator
from bot.services.subscriptions.subscriptions import Account
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.grant_words import name_of


def reasons(conversation: Conversation, translator: Translator, reader: Reader, account: Account) -> str:
    """Say what the reader may read, why and until when; of access that has ended, what it was."""
    running = account.running(conversation.now())
    if len(running) == 1:
        return _reason(conversation, translator, reader, running[0])
    if running:
        lines = [_line(conversation, translator, reader, stretch) for stretch in running]
        return "\n".join([_everything(conversation, translator, reader, running[-1]), *lines])
    free = translator.say("You read the free part of every issue.")
    return f"{_ended(conversation, translator, reader, account.had[-1])} {free}" if account.had else free


def offer(translator: Translator, days: int) -> str:
    """Return the sentence that offers the trial of so many `days`."""
    return translator.say_n(
        "Read everything free for {count} day, archive included.",
        "Read everything free for {count} days, archive included.",
        days,
    )


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
    if stretch.ends == FOREVER and stretch.source == Source.COMPLIMENTARY:
        return translator.say("You were given access: you can read everything, with no end date.")
    until = conversation.local_moment(translator, reader, stretch.ends)
    if stretch.ends != FOREVER and stretch.source == Source.TRIAL:
        return translator.say(
            "Your free trial runs until {until}. Until then you can read everything.", until=until
        )
    if stretch.ends != FOREVER and stretch.source == Source.COMPLIMENTARY:
        return translator.say("You were given access: you can read everything until {until}.", until=until)
    return _everything(conversation, translator, reader, stretch)


def _line(conversation: Conversation, translator: Translator, reader: Reader, stretch: Stretch) -> str:
    name = name_of(translator, stretch.source)
    if stretch.ends == FOREVER:
        return translator.say("• {name}, with no end date", name=name)
    return translator.say(
        "• {name}, until {until}",
        name=name,
        until=conversation.local_moment(translator, reader, stretch.ends),
    )


def _everything(conversation: Conversation, translator: Translator, reader: Reader, stretch: Stretch) -> str:
    if stretch.ends == FOREVER:
        return translator.say("You can read everything, with no end date.")
    return translator.say(
        "You can read everything until {until}.",
        until=conversation.local_moment(translator, reader, stretch.ends),
    )


def _ended(conversation: Conversation, translator: Translator, reader: Reader, stretch: Stretch) -> str:
    day = conversation.local_day(translator, reader, stretch.ends)
    if stretch.source == Source.TRIAL:
        return translator.say("Your free trial ended on {day}.", day=day)
    return translator.say("The access you were given ended on {day}.", day=day)


def _is_mail(contact: str) -> bool:
    return "@" in contact[1:] and not _is_web(contact)


def _is_web(contact: str) -> bool:
    return "://" in contact
