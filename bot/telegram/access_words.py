"""A reader's access and how to extend it, in words."""

from bot.domain.grants import FOREVER, Source, Stretch
from bot.domain.page import Button, Buttons
from bot.domain.publication import Publication
from bot.domain.reader import Reader
from bot.i18n import Speech
from bot.services.subscriptions import Account
from bot.telegram.grants import name_of
from bot.telegram.talk import Talk


def reasons(talk: Talk, voice: Speech, reader: Reader, account: Account) -> str:
    """Say what the reader may read, why and until when; of access that has ended, what it was."""
    running = account.running(talk.now())
    if len(running) == 1:
        return _reason(talk, voice, reader, running[0])
    if running:
        lines = [_line(talk, voice, reader, stretch) for stretch in running]
        return "\n".join([_everything(talk, voice, reader, running[-1]), *lines])
    free = voice.say("You read the free part of every issue.")
    return f"{_ended(talk, voice, reader, account.had[-1])} {free}" if account.had else free


def offer(voice: Speech, days: int) -> str:
    """Offer the trial, whose length is said wherever it is offered."""
    return voice.say_n(
        "Read everything free for {count} day, archive included.",
        "Read everything free for {count} days, archive included.",
        days,
    )


def current_issue(voice: Speech) -> Button:
    return Button(voice.plain("Read the current issue"), action="latest")


def ways_on(
    publication: Publication, voice: Speech, reader: Reader, *, later: bool = False
) -> tuple[str, Buttons]:
    """Say where a reader gets access, or goes on with it `later`, where she may read everything first; "" and
    no buttons where the publication does not tell it.
    """
    contact, site = publication.contact_in(voice.language), publication.site_in(voice.language)
    text = ""
    if contact is not None:
        text = _write_later(voice, contact, reader) if later else _write_to(voice, contact, reader)
    elif site is not None and later:
        text = voice.say("To subscribe, or to keep reading everything later, visit our site.")
    elif site is not None:
        text = voice.say("To read everything, visit our site.")
    visit = ((Button(voice.plain("Visit our site"), url=site),),) if site else ()
    return text, (*visit, *contact_rows(voice, contact))


def contact_rows(voice: Speech, contact: str | None) -> Buttons:
    """A button that opens the contact; none for an e-mail address, which Telegram takes in no button."""
    if contact is None or _is_mail(contact):
        return ()
    if contact.startswith("@"):
        label, address = voice.plain("Write to {name}", name=contact), f"https://t.me/{contact[1:]}"
    else:
        label, address = voice.plain("Write to us"), contact
    return ((Button(label, url=address),),)


def questions(voice: Speech, contact: str | None) -> str:
    """Say whom a reader may ask, where a button alone does not."""
    if contact is None:
        return ""
    if _is_web(contact):
        return voice.say("Questions? Write to us with the button below.")
    return voice.say("Questions? Write to {contact}.", contact=contact)


def _write_to(voice: Speech, contact: str, reader: Reader) -> str:
    if _is_web(contact):
        return voice.say(
            "To read everything, write to us with the button below and give your Telegram ID: "
            "<code>{id}</code>",
            id=reader.id,
        )
    return voice.say(
        "To read everything, write to {contact} and give your Telegram ID: <code>{id}</code>",
        contact=contact,
        id=reader.id,
    )


def _write_later(voice: Speech, contact: str, reader: Reader) -> str:
    if _is_web(contact):
        return voice.say(
            "To subscribe, or to keep reading everything later, write to us with the button below and give "
            "your Telegram ID: <code>{id}</code>",
            id=reader.id,
        )
    return voice.say(
        "To subscribe, or to keep reading everything later, write to {contact} and give your Telegram ID: "
        "<code>{id}</code>",
        contact=contact,
        id=reader.id,
    )


def _reason(talk: Talk, voice: Speech, reader: Reader, stretch: Stretch) -> str:
    if stretch.ends == FOREVER and stretch.source == Source.COMPLIMENTARY:
        return voice.say("You were given access: you can read everything, with no end date.")
    until = talk.local(voice, reader, stretch.ends)
    if stretch.ends != FOREVER and stretch.source == Source.TRIAL:
        return voice.say(
            "Your free trial runs until {until}. Until then you can read everything.", until=until
        )
    if stretch.ends != FOREVER and stretch.source == Source.COMPLIMENTARY:
        return voice.say("You were given access: you can read everything until {until}.", until=until)
    return _everything(talk, voice, reader, stretch)


def _line(talk: Talk, voice: Speech, reader: Reader, stretch: Stretch) -> str:
    name = name_of(voice, stretch.source)
    if stretch.ends == FOREVER:
        return voice.say("• {name}, with no end date", name=name)
    return voice.say("• {name}, until {until}", name=name, until=talk.local(voice, reader, stretch.ends))


def _everything(talk: Talk, voice: Speech, reader: Reader, stretch: Stretch) -> str:
    if stretch.ends == FOREVER:
        return voice.say("You can read everything, with no end date.")
    return voice.say("You can read everything until {until}.", until=talk.local(voice, reader, stretch.ends))


def _ended(talk: Talk, voice: Speech, reader: Reader, stretch: Stretch) -> str:
    day = talk.local_day(voice, reader, stretch.ends)
    if stretch.source == Source.TRIAL:
        return voice.say("Your free trial ended on {day}.", day=day)
    return voice.say("The access you were given ended on {day}.", day=day)


def _is_mail(contact: str) -> bool:
    return "@" in contact[1:] and not _is_web(contact)


def _is_web(contact: str) -> bool:
    return "://" in contact
