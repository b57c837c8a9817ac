"""Sections and commands by their names, as people type them."""

import difflib
import re
from dataclasses import dataclass

from bot.domain.pages.page import Button, Place
from bot.domain.pages.text_cutting import shorten
from bot.domain.readers.typed import folded
from bot.i18n import N_, Translator, isolated
from bot.services.reading.reading import Contents, Reading
from bot.telegram.api.keyboard import LABEL
from bot.telegram.chat.capability import Capability, Command
from bot.telegram.chat.conversation import Conversation
from bot.telegram.handlers.reading.reading import ReadingHandlers, listing, no_issue

LIKENESS = 0.75
"""Words that are this much alike (difflib's ratio) count as mistyped."""

SECTIONS, COMMANDS = 3, 2
"""How many of each are suggested."""


@dataclass(frozen=True, slots=True)
class SectionHandlers:
    reading: Reading
    pages: ReadingHandlers

    def capability(self) -> Capability:
        about = N_("one section, by its name, as in /section politics")
        return Capability(commands=(Command("section", self.section, about),))

    async def section(self, conversation: Conversation) -> None:
        """/section NAME: open a section by id or heading; else list all, the likely ones first."""
        translator = await conversation.translator()
        contents = await self.reading.contents(await conversation.viewer())
        if contents is None:
            await no_issue(conversation)
        elif not conversation.words:
            await conversation.reply(
                translator.say("Which section? For example: /section politics"), listing(contents)
            )
        elif not await self.section_named(conversation, conversation.words):
            await self._suggest(conversation, translator, contents)

    async def section_command(self, conversation: Conversation) -> bool:
        """Open the section whose id or heading the command is; False where there is none."""
        name, bot = command(conversation)
        if bot not in ("", conversation.username.lower()):
            return False
        return await self.section_named(conversation, name, asked=bool(bot) or conversation.user.private)

    async def section_named(self, conversation: Conversation, words: str, *, asked: bool = True) -> bool:
        """Open the section of the current issue that these words name, or say in which issue it was last.

        False where no issue has it. `asked`: False in a group, where the words may be meant for another bot:
        then only a section of the current issue is opened.
        """
        wanted = folded(words)
        contents = await self.reading.contents(await conversation.viewer())
        if contents is None or not wanted:
            return False
        if section_id := self._names(contents).get(wanted):
            await self.pages.open_place(conversation, Place(contents.date, section_id))
            return True
        return asked and await self._lacking(conversation, wanted)

    async def near(self, conversation: Conversation) -> dict[str, Button | None]:
        """Return the commands and sections that are like an unknown command, each with its button.

        None, for no button: a section of an older issue, an admin's command, and a command in a group.
        """
        contents = await self.reading.contents(await conversation.viewer())
        names = {name: name for name in self.reading.ever_called()}
        names |= self._names(contents) if contents else {}
        buttons: dict[str, Button | None] = {}
        if contents:
            rows = zip(contents.sections, listing(contents), strict=False)
            buttons = {section[0]: row[0] for section, row in rows}
        runs = {item.name for item in conversation.menu(admin=False)} if conversation.user.private else set()
        for name in (item.name for item in conversation.menu(admin=conversation.is_admins_own)):
            names[name] = name
            buttons[name] = Button(f"/{name}", action=f"run:{name}") if name in runs else None
        close = difflib.get_close_matches(folded(command(conversation)[0])[:LABEL], names, COMMANDS, LIKENESS)
        best = {names[name]: name for name in reversed(close)}
        return {
            as_command(best[name], name): buttons.get(name)
            for name in dict.fromkeys(names[typed] for typed in close)
        }

    async def _lacking(self, conversation: Conversation, wanted: str) -> bool:
        """Say when a section that this issue lacks last appeared; False where no issue has it."""
        translator = await conversation.translator()
        last = self.reading.last_of(wanted, translator.language)
        if last is None:
            return False
        place, name = last
        text = translator.say(
            "No {name} this week. It last appeared on {day}.", name=name, day=translator.day(place.date)
        )
        label = f"{isolated(shorten(name, LABEL - len(' · 31 dic')))} · {translator.short_day(place.date)}"
        await conversation.reply(text, ((Button(label, opens=place),),))
        return True

    async def _suggest(self, conversation: Conversation, translator: Translator, contents: Contents) -> None:
        names = self._names(contents)
        close = difflib.get_close_matches(folded(conversation.words)[:LABEL], names, SECTIONS, LIKENESS)
        likely = [names[name] for name in close]
        rows = sorted(
            contents.sections, key=lambda row: likely.index(row[0]) if row[0] in likely else len(likely)
        )
        text = translator.say(
            "This issue has no section “{name}”. Did you mean one of these?", name=conversation.words
        )
        await conversation.reply(text, listing(Contents(contents.date, tuple(rows))))

    def _names(self, contents: Contents) -> dict[str, str]:
        """Return the section id for each folded id, kicker and headline. An id wins over a heading."""
        names = self.reading.names(contents.date)
        headings = {folded(name): section_id for section_id, known in names.items() for name in known if name}
        sections = headings | {folded(section_id): section_id for section_id in names}
        return {name: section_id for name, section_id in sections.items() if name}


def as_command(name: str, section_id: str) -> str:
    """Return a section's name as a command that Telegram makes tappable; its id where the name makes none."""
    written = folded(name).replace(" ", "_")
    return written if re.fullmatch(r"[a-z][a-z0-9_]{0,31}", written) else section_id


def command(conversation: Conversation) -> tuple[str, str]:
    """Return the command that was written, and the bot's username behind its @ ("" for none)."""
    name, _at, bot = (
        " ".join(conversation.text.split(maxsplit=1)[:1]).removeprefix("/").lower().partition("@")
    )
    return name.replace("_", " "), bot


def is_command(conversation: Conversation) -> bool:
    """Tell whether the text begins like a command. Telegram marks none in captions and with accents."""
    return re.match(r"/\w", conversation.text) is not None
