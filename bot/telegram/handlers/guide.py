"""/help: what one may ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.page import Button, Buttons
from bot.domain.typed import Meaning
from bot.i18n import Speech, noted
from bot.services.reading import Reading
from bot.telegram.capability import Capability, Command
from bot.telegram.handlers.named import as_command
from bot.telegram.menu import MenuItem
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class GuideHandlers:
    reading: Reading

    def capability(self) -> Capability:
        command = Command("help", self.help_, noted("what you can ask me"))
        return Capability(commands=(command,), words={Meaning.HELP: self.help_, Meaning.GREETING: self.help_})

    async def help_(self, talk: Talk) -> None:
        """Say what a reader may ask: in private in short, with buttons for the rest, in groups all of it."""
        voice = await talk.voice()
        private, menu = talk.visitor.private, talk.menu(admin=talk.is_admin)
        said = [item for item in menu if not private or (item.help and item.help.button is None)]
        lines = [
            voice.say("/{name}: {about}", name=item.name, about=voice.plain(item.about)) for item in said
        ]
        head = voice.say(
            "I bring you <b>{name}</b>. Here’s what you can ask me:",
            name=talk.publication.name_in(voice.language),
        )
        parts = [head, "\n".join(lines), *await self._sections(talk, voice), *self._for_admins(talk, voice)]
        await talk.say("\n\n".join(parts), _more(voice, menu) if private else ())

    async def _sections(self, talk: Talk, voice: Speech) -> list[str]:
        """Say that sections are commands, by one of the current issue."""
        contents = await self.reading.contents(await talk.guest())
        if contents is None:
            return []
        section_id, kicker, _headline, _locked = contents.sections[-1]
        name = as_command(kicker, section_id)
        return [
            voice.say(
                "Each section has its own command too, such as /{name}; they’re all in /sections.", name=name
            )
        ]

    def _for_admins(self, talk: Talk, voice: Speech) -> list[str]:
        if not talk.is_admin:
            return []
        readers = {item.name for item in talk.menu(admin=False)}
        own = [f"/{item.name}" for item in talk.menu(admin=True) if item.name not in readers]
        return [
            voice.say("For admins: {commands}", commands=" ".join(own)),
            voice.say(
                "Issues that aren’t out yet are at the top of /archive, with ⏳: only admins see them. "
                "When something changes in the content folder, I tell you; you can turn that off in "
                "/settings."
            ),
        ]


def _more(voice: Speech, menu: Sequence[MenuItem]) -> Buttons:
    shown = [(item.help, item.name) for item in menu if item.help and item.help.button]
    buttons = [
        Button(voice.plain(help_.button or ""), action=f"run:{name}")
        for help_, name in sorted(shown, key=lambda entry: entry[0].order)
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
