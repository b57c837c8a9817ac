"""/help: what one may ask."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.typed import Meaning
from bot.i18n import N_, Translator
from bot.services.reading.reading import Reading
from bot.telegram.chat.capability import Capability, Command
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import MenuItem
from bot.telegram.chat.words.offer_words import promotion_line
from bot.telegram.handlers.reading.section_names import as_command


@dataclass(frozen=True, slots=True)
class HelpHandlers:
    reading: Reading

    def capability(self) -> Capability:
        command = Command("help", self.help_, N_("what you can ask me"))
        return Capability(commands=(command,), words={Meaning.HELP: self.help_, Meaning.GREETING: self.help_})

    async def help_(self, conversation: Conversation) -> None:
        """/help: the commands. In private some are buttons; in groups all are lines."""
        translator = await conversation.translator()
        private, menu = conversation.user.private, conversation.menu(admin=conversation.is_admin)
        said = [item for item in menu if not private or (item.help and item.help.button is None)]
        lines = [
            translator.say("/{name}: {about}", name=item.name, about=translator.plain(item.about))
            for item in said
        ]
        head = translator.say(
            "I bring you <b>{name}</b>. Here’s what you can ask me:",
            name=conversation.publication.name_in(translator.language),
        )
        now = conversation.now()
        on_offer = conversation.publication.on_offer(now)
        promoted = promotion_line(translator, await conversation.viewer(), on_offer, now)
        parts = [
            head,
            *([promoted] if promoted else []),
            "\n".join(lines),
            *await self._sections(conversation, translator),
            *self._for_admins(conversation, translator),
        ]
        await conversation.reply("\n\n".join(parts), _more(translator, menu) if private else ())

    async def _sections(self, conversation: Conversation, translator: Translator) -> list[str]:
        """Say that sections are commands, with one of the current issue as an example."""
        contents = await self.reading.contents(await conversation.viewer())
        if contents is None:
            return []
        section_id, kicker, _headline, _locked = contents.sections[-1]
        name = as_command(kicker, section_id)
        return [
            translator.say(
                "Each section has its own command too, such as /{name}; they’re all in /sections.", name=name
            )
        ]

    def _for_admins(self, conversation: Conversation, translator: Translator) -> list[str]:
        if not conversation.is_admin:
            return []
        readers = {item.name for item in conversation.menu(admin=False)}
        own = [f"/{item.name}" for item in conversation.menu(admin=True) if item.name not in readers]
        return [
            translator.say("For admins: {commands}", commands=" ".join(own)),
            translator.say(
                "Issues that aren’t out yet are at the top of /archive, with ⏳: only admins see them. "
                "When something changes in the content folder, I tell you; you can turn that off in "
                "/settings."
            ),
        ]


def _more(translator: Translator, menu: Sequence[MenuItem]) -> Buttons:
    shown = [(item.help, item.name) for item in menu if item.help and item.help.button]
    buttons = [
        Button(translator.plain(help_.button or ""), action=f"run:{name}")
        for help_, name in sorted(shown, key=lambda entry: entry[0].order)
    ]
    return tuple(tuple(buttons[at : at + 2]) for at in range(0, len(buttons), 2))
