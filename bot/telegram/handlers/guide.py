"""/help: what one may ask."""

from bot.domain.page import Button, Buttons
from bot.i18n import Speech, noted
from bot.telegram.handlers.named import as_command
from bot.telegram.talk import Talk

SIX = ("latest", "sections", "archive", "search", "account", "settings")
"""What /help says in private; the trial is offered by /account, which knows whether she had it."""

MORE = {
    "topstory": noted("Top story"),
    "language": noted("Language"),
    "feedback": noted("Write to the newsroom"),
    "privacy": noted("Privacy"),
    "stop": noted("Stop receiving issues"),
}
"""What it has buttons for."""


async def help_(talk: Talk) -> None:
    """Say what a reader may ask: in private in short, with buttons for the rest, in groups all of it."""
    voice = await talk.voice()
    known = dict(talk.menu())
    names = [name for name in SIX if name in known] if talk.visitor.private else list(known)
    lines = [voice.say("/{name}: {about}", name=name, about=voice.plain(known[name])) for name in names]
    head = voice.say(
        "I bring you <b>{name}</b>. Here’s what you can ask me:",
        name=talk.desk.publication.name_in(voice.language),
    )
    parts = [head, "\n".join(lines), *await _sections(talk, voice), *_for_admins(talk, voice)]
    await talk.say("\n\n".join(parts), _more(voice, set(known)) if talk.visitor.private else ())


async def _sections(talk: Talk, voice: Speech) -> list[str]:
    """Say that sections are commands, by one of the current issue."""
    contents = await talk.desk.reading.contents(await talk.guest())
    if contents is None:
        return []
    section_id, kicker, _headline, _locked = contents.sections[-1]
    name = as_command(kicker, section_id)
    return [
        voice.say(
            "Each section has its own command too, such as /{name}; they’re all in /sections.", name=name
        )
    ]


def _more(voice: Speech, known: set[str]) -> Buttons:
    buttons = [
        Button(voice.plain(label), action=f"run:{name}") for name, label in MORE.items() if name in known
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))


def _for_admins(talk: Talk, voice: Speech) -> list[str]:
    if not talk.is_admin:
        return []
    readers = {name for name, _about in talk.desk.menus.listed(admin=False, private=True)}
    own = [f"/{name}" for name, _about in talk.menu() if name not in readers]
    return [
        voice.say("For admins: {commands}", commands=" ".join(own)),
        voice.say(
            "Issues that aren’t out yet are at the top of /archive, with ⏳: only admins see them. "
            "When something changes in the content folder, I tell you; you can turn that off in "
            "/settings."
        ),
    ]
