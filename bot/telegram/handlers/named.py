"""Sections and commands by their names, as people type them."""

import difflib
import re
from dataclasses import dataclass

from bot.domain.page import Button, Place
from bot.domain.sentences import shorten
from bot.domain.typed import folded
from bot.i18n import Speech, isolated, noted
from bot.services.reading import Contents, Reading
from bot.telegram.capability import Capability, Command
from bot.telegram.handlers.reading import ReadingHandlers, listing, no_issue
from bot.telegram.keyboard import LABEL
from bot.telegram.talk import Talk

LIKENESS = 0.75
"""From here on (difflib's ratio) one word is taken for another one mistyped."""

SECTIONS, COMMANDS = 3, 2
"""How many are suggested."""


@dataclass(frozen=True, slots=True)
class NamedHandlers:
    reading: Reading
    pages: ReadingHandlers

    def capability(self) -> Capability:
        about = noted("one section, by its name, as in /section politics")
        return Capability(commands=(Command("section", self.section, about),))

    async def section(self, talk: Talk) -> None:
        """Open a section by its id or heading; what is nearly right is suggested, and all others follow."""
        voice = await talk.voice()
        contents = await self.reading.contents(await talk.guest())
        if contents is None:
            await no_issue(talk)
        elif not talk.words:
            await talk.say(voice.say("Which section? For example: /section politics"), listing(contents))
        elif not await self.section_named(talk, talk.words):
            await self._suggest(talk, voice, contents)

    async def section_command(self, talk: Talk) -> bool:
        """Open the section whose id or heading is the command; False when there is none."""
        name, bot = command(talk)
        if bot not in ("", talk.username.lower()):
            return False
        return await self.section_named(talk, name, asked=bool(bot) or talk.visitor.private)

    async def section_named(self, talk: Talk, words: str, *, asked: bool = True) -> bool:
        """Open the section of the current issue that these words name, or say where it stood last; False when
        there is none. In a group, where they may be meant for another bot, only what is there is `asked` for.
        """
        wanted = folded(words)
        contents = await self.reading.contents(await talk.guest())
        if contents is None or not wanted:
            return False
        if found := self._names(contents).get(wanted):
            await self.pages.open_place(talk, Place(contents.date, found))
            return True
        return asked and await self._lacking(talk, wanted)

    async def near(self, talk: Talk) -> dict[str, Button | None]:
        """Return the commands and sections that an unknown command is nearly, each with its button; sections
        of older issues, an admin's commands and groups have none.
        """
        contents = await self.reading.contents(await talk.guest())
        names = {one: one for one in self.reading.ever_called()}
        names |= self._names(contents) if contents else {}
        buttons: dict[str, Button | None] = {}
        if contents:
            rows = zip(contents.sections, listing(contents), strict=False)
            buttons = {one[0]: row[0] for one, row in rows}
        runs = {item.name for item in talk.menu(admin=False)} if talk.visitor.private else set()
        for name in (item.name for item in talk.menu(admin=talk.is_admins_own)):
            names[name] = name
            buttons[name] = Button(f"/{name}", action=f"run:{name}") if name in runs else None
        found = difflib.get_close_matches(folded(command(talk)[0])[:LABEL], names, COMMANDS, LIKENESS)
        best = {names[one]: one for one in reversed(found)}
        return {
            as_command(best[name], name): buttons.get(name)
            for name in dict.fromkeys(names[one] for one in found)
        }

    async def _lacking(self, talk: Talk, wanted: str) -> bool:
        """Say when a section that this issue lacks was there last; False where no issue has it."""
        voice = await talk.voice()
        last = self.reading.last_of(wanted, voice.language)
        if last is None:
            return False
        place, name = last
        text = voice.say(
            "No {name} this week. It last appeared on {day}.", name=name, day=voice.day(place.date)
        )
        label = f"{isolated(shorten(name, LABEL - len(' · 31 dic')))} · {voice.short_day(place.date)}"
        await talk.say(text, ((Button(label, opens=place),),))
        return True

    async def _suggest(self, talk: Talk, voice: Speech, contents: Contents) -> None:
        names = self._names(contents)
        close = difflib.get_close_matches(folded(talk.words)[:LABEL], names, SECTIONS, LIKENESS)
        likely = [names[one] for one in close]
        rows = sorted(
            contents.sections, key=lambda row: likely.index(row[0]) if row[0] in likely else len(likely)
        )
        text = voice.say("This issue has no section “{name}”. Did you mean one of these?", name=talk.words)
        await talk.say(text, listing(Contents(contents.date, tuple(rows))))

    def _names(self, contents: Contents) -> dict[str, str]:
        """Return the section for each id, kicker and headline; an id comes before any heading."""
        names = self.reading.names(contents.date)
        headings = {folded(one): section_id for section_id, known in names.items() for one in known if one}
        found = headings | {folded(section_id): section_id for section_id in names}
        return {name: section_id for name, section_id in found.items() if name}


def as_command(name: str, section_id: str) -> str:
    """Return a section's name as a command that Telegram lets people tap; its id where it makes none."""
    written = folded(name).replace(" ", "_")
    return written if re.fullmatch(r"[a-z][a-z0-9_]{0,31}", written) else section_id


def command(talk: Talk) -> tuple[str, str]:
    """Return the command that was written, and the bot that it names, if any."""
    name, _at, bot = " ".join(talk.text.split(maxsplit=1)[:1]).removeprefix("/").lower().partition("@")
    return name.replace("_", " "), bot


def is_command(talk: Talk) -> bool:
    """Tell whether a command was written, be it in a caption or with accents, where Telegram marks none."""
    return re.match(r"/\w", talk.text) is not None
