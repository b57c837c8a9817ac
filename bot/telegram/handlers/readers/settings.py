"""/settings: language, pages, delivery, time zone, quiet hours, changed by buttons."""

from dataclasses import dataclass, replace
from functools import partial

from bot.domain.delivery.schedule import due_at, held_until, next_release, promised_at, zone_of
from bot.domain.pages.page import Button, Buttons
from bot.domain.readers.reader import Reader, Rendering
from bot.domain.readers.typed import Meaning
from bot.i18n import N_, Translator, own_name, translator_for
from bot.services.readers.readers import Readers
from bot.services.reading.reading import Reading
from bot.telegram.chat.capability import CallbackButton, Capability, Command, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.handlers.readers import settings_words


@dataclass(frozen=True, slots=True)
class SettingsHandlers:
    readers: Readers
    reading: Reading

    def capability(self) -> Capability:
        about = N_("language, pages, time zone, quiet hours")
        return Capability(
            commands=(
                Command("settings", self.settings, about, where=Where.PRIVATE, help=Help()),
                Command(
                    "language",
                    self.language,
                    N_("English or Spanish"),
                    where=Where.PRIVATE,
                    help=Help(N_("Language"), order=2),
                ),
            ),
            buttons=(
                CallbackButton("rich", self.rich),
                CallbackButton("show:{what}", self.show),
                CallbackButton("try:{what}:{value}", self.preview),
                CallbackButton("set:{what}:{value}", self.change),
            ),
            words={
                Meaning.SETTINGS: self.settings,
                Meaning.ENGLISH: partial(self.speak, code=Meaning.ENGLISH.value),
                Meaning.SPANISH: partial(self.speak, code=Meaning.SPANISH.value),
            },
        )

    async def settings(self, conversation: Conversation) -> None:
        reader = await conversation.reader()
        await conversation.reply(*await self._overview(conversation, reader))

    async def language(self, conversation: Conversation) -> None:
        await conversation.reply(*settings_words.languages(await conversation.translator()))

    async def rich(self, conversation: Conversation) -> None:
        """Send the page whose button was tapped as a rich one, and let the reader choose a rendering."""
        viewer, tapped, reading = await conversation.viewer(), conversation.tapped_message, self.reading
        await conversation.answer_tap()
        await reading.note_offer(viewer.reader.id)
        if tapped is not None:
            opened = await reading.shown_in(viewer, tapped.message_id, rendering=Rendering.RICH)
            if opened is not None:
                await conversation.show(opened)
        await conversation.reply(
            *settings_words.renderings(translator_for(viewer.reader.language), viewer.reader)
        )

    async def show(self, conversation: Conversation, what: str) -> None:
        """Edit the message to one setting, or back to all of them."""
        reader = await conversation.reader()
        await conversation.answer_tap()
        translator = translator_for(reader.language)
        match what:
            case "language":
                await conversation.edit(*settings_words.languages(translator))
            case "rendering":
                await conversation.edit(*settings_words.renderings(translator, reader))
            case "zone":
                await conversation.edit(*settings_words.zones(conversation, translator))
            case "quiet":
                await conversation.edit(*settings_words.quiet_hours(translator))
            case _:
                await conversation.edit(*await self._overview(conversation, reader))

    async def preview(self, conversation: Conversation, what: str, value: str) -> None:
        """Say when issues would come with another time zone or other quiet hours. Nothing is saved yet."""
        reader = await conversation.reader()
        translator = translator_for(reader.language)
        values = settings_words.read_value(what, value) if what in {"zone", "quiet"} else None
        if values is None:
            await conversation.answer_tap(
                translator.plain("This button is out of date. Open /settings again.")
            )
            return
        await conversation.answer_tap()
        changed = replace(reader, **values)
        buttons = (
            (Button(translator.plain("Save"), action=f"set:{what}:{value}"),),
            settings_words.back(translator),
        )
        await conversation.edit(settings_words.then(conversation, translator, changed), buttons)

    async def change(self, conversation: Conversation, what: str, value: str) -> None:
        """Set one setting from a button's data. Unknown data changes nothing, which is said."""
        reader = await conversation.reader()
        values = settings_words.read_value(what, value) if what != "news" or conversation.is_admin else None
        if values is None:
            await conversation.answer_tap(
                translator_for(reader.language).plain("This button is out of date. Open /settings again.")
            )
            return
        changed = await self.readers.change(reader.id, **values) or reader
        await conversation.answer_tap(translator_for(changed.language).plain("Saved."))
        text, buttons = await self._overview(conversation, changed)
        if what not in {"language", "rendering"}:
            await conversation.edit(text, buttons)
            return
        await conversation.edit(text, (*await self._way_back(conversation, changed), *buttons))
        if what == "language":
            await conversation.follow_language(changed)

    async def speak(self, conversation: Conversation, code: str) -> None:
        """Change the language to one asked for by its name; offer a button back to the reader's page."""
        reader = await conversation.reader()
        changed = await self.readers.change(reader.id, language=code) or reader
        translator = translator_for(changed.language)
        rows = await self._way_back(conversation, changed)
        await conversation.reply(translator.say("From now on I write to you in English."), rows)
        await conversation.follow_language(changed)

    async def _way_back(self, conversation: Conversation, reader: Reader) -> Buttons:
        """Return a button to the page that the reader came from, in her new language and rendering; else
        none.
        """
        place = await self.reading.came_from(replace(await conversation.viewer(), reader=reader))
        if place is None:
            return ()
        return ((Button(translator_for(reader.language).plain("◀ Back to your page"), opens=place),),)

    async def _overview(self, conversation: Conversation, reader: Reader) -> tuple[str, Buttons]:
        translator = translator_for(reader.language)
        zone = zone_of(reader.zone, conversation.publication)
        now = conversation.now()
        lines = [
            translator.say("<b>Settings</b>"),
            "",
            translator.say("Language: <b>{language}</b>", language=own_name(translator.language)),
            translator.say(
                "Pages: <b>{rendering}</b>",
                rendering=translator.plain(settings_words.RENDERINGS[reader.rendering]),
            ),
            await self._delivery(conversation, translator, reader),
            translator.say(
                "Reminders before your access ends: <b>{reminders}</b>",
                reminders=settings_words.on_off(translator, on=reader.reminders),
            ),
            translator.say(
                "Time zone: <b>{zone}</b> ({hour} now)",
                zone=translator.place(str(zone)),
                hour=translator.hour(now, zone),
            ),
            translator.say(
                "Quiet hours: <b>{quiet}</b>", quiet=settings_words.hours(translator, reader.quiet)
            ),
        ]
        if conversation.is_admin:
            news = settings_words.on_off(translator, on=reader.news)
            lines.append(translator.say("News of the content folder: <b>{news}</b> (for admins)", news=news))
        return "\n".join(lines), settings_words.choices(conversation, translator, reader)

    async def _delivery(self, conversation: Conversation, translator: Translator, reader: Reader) -> str:
        if reader.stopped_at is not None:
            return translator.say("Delivery: <b>stopped</b>, because you asked for it")
        said = translator.say(
            "{day} delivery: <b>{push}</b>",
            day=settings_words.push_day(conversation, translator),
            push=settings_words.on_off(translator, on=reader.push),
        )
        return f"{said}\n{await self._next(conversation, translator, reader)}" if reader.push else said

    async def _next(self, conversation: Conversation, translator: Translator, reader: Reader) -> str:
        """Say when this reader gets the next issue: the one being sent, or the one to come."""
        publication, now = conversation.publication, conversation.now()
        zone = zone_of(reader.zone, publication)
        awaited = await self.readers.awaits(reader.id)
        if awaited is None:
            due = due_at(publication, next_release(publication, now), zone, reader.quiet)
        else:
            promised = promised_at(publication, awaited.day, zone)
            due = held_until(max(awaited.due_at, now), promised, zone, reader.quiet)
        if due <= now:
            return translator.say("The next issue is on its way.")
        return translator.say(
            "Next issue: {moment}", moment=conversation.local_moment(translator, reader, due)
        )
