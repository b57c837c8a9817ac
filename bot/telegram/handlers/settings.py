"""/settings: language, pages, delivery, time zone, quiet hours, changed by buttons."""

from dataclasses import dataclass, replace
from functools import partial
from zoneinfo import ZoneInfo

from bot.domain.page import Button, Buttons, Rendering
from bot.domain.reader import Reader
from bot.domain.schedule import due_at, held_until, next_release, promised_at, zone_of
from bot.domain.typed import Meaning
from bot.i18n import Speech, noted, own_name, speech
from bot.services.readers import Readers
from bot.services.reading import Reading
from bot.telegram.capability import CallbackButton, Capability, Command, Where
from bot.telegram.handlers import settings_words
from bot.telegram.menu import Help
from bot.telegram.talk import Talk


@dataclass(frozen=True, slots=True)
class SettingsHandlers:
    readers: Readers
    reading: Reading

    def capability(self) -> Capability:
        about = noted("language, pages, time zone, quiet hours")
        return Capability(
            commands=(
                Command("settings", self.settings, about, where=Where.PRIVATE, help=Help()),
                Command(
                    "language",
                    self.language,
                    noted("English or Spanish"),
                    where=Where.PRIVATE,
                    help=Help(noted("Language"), order=2),
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

    async def settings(self, talk: Talk) -> None:
        reader = await talk.reader()
        await talk.say(*await self._overview(talk, reader))

    async def language(self, talk: Talk) -> None:
        await talk.say(*settings_words.languages(await talk.voice()))

    async def rich(self, talk: Talk) -> None:
        """Show the page that offered it as a rich one, say what rich pages are, and let her choose."""
        guest, standing, reading = await talk.guest(), talk.standing, self.reading
        await talk.notice()
        await reading.note_offer(guest.reader.id)
        if standing is not None:
            opened = await reading.standing(guest, standing.message_id, rendering=Rendering.RICH)
            if opened is not None:
                await talk.show(opened)
        await talk.say(*settings_words.renderings(speech(guest.reader.language), guest.reader))

    async def show(self, talk: Talk, what: str) -> None:
        """Open one setting, or go back to all of them, in the same message."""
        reader = await talk.reader()
        await talk.notice()
        voice = speech(reader.language)
        match what:
            case "language":
                await talk.restate(*settings_words.languages(voice))
            case "rendering":
                await talk.restate(*settings_words.renderings(voice, reader))
            case "zone":
                await talk.restate(*settings_words.zones(talk, voice))
            case "quiet":
                await talk.restate(*settings_words.quiet_hours(voice))
            case _:
                await talk.restate(*await self._overview(talk, reader))

    async def preview(self, talk: Talk, what: str, value: str) -> None:
        """Say when issues would come with another time zone or other quiet hours; nothing is saved yet."""
        reader = await talk.reader()
        voice = speech(reader.language)
        values = settings_words.read_value(what, value) if what in {"zone", "quiet"} else None
        if values is None:
            await talk.notice(voice.plain("This button is out of date. Open /settings again."))
            return
        await talk.notice()
        changed = replace(reader, **values)
        buttons = ((Button(voice.plain("Save"), action=f"set:{what}:{value}"),), settings_words.back(voice))
        await talk.restate(settings_words.then(talk, voice, changed), buttons)

    async def change(self, talk: Talk, what: str, value: str) -> None:
        """Set one setting from a button's data; a value that is none of ours changes nothing."""
        reader = await talk.reader()
        values = settings_words.read_value(what, value) if what != "news" or talk.is_admin else None
        if values is None:
            await talk.notice(
                speech(reader.language).plain("This button is out of date. Open /settings again.")
            )
            return
        changed = await self.readers.change(reader.id, **values) or reader
        await talk.notice(speech(changed.language).plain("Saved."))
        text, buttons = await self._overview(talk, changed)
        if what not in {"language", "rendering"}:
            await talk.restate(text, buttons)
            return
        await talk.restate(text, (*await self._way_back(talk, changed), *buttons))
        if what == "language":
            await talk.follow_language(changed)

    async def speak(self, talk: Talk, code: str) -> None:
        """Change the language to one that was asked for by its name, with the way back to her page."""
        reader = await talk.reader()
        changed = await self.readers.change(reader.id, language=code) or reader
        voice = speech(changed.language)
        rows = await self._way_back(talk, changed)
        await talk.say(voice.say("From now on I write to you in English."), rows)
        await talk.follow_language(changed)

    async def _way_back(self, talk: Talk, reader: Reader) -> Buttons:
        """Offer the page that she came from, in the language and rendering that she chose."""
        place = await self.reading.came_from(replace(await talk.guest(), reader=reader))
        if place is None:
            return ()
        return ((Button(speech(reader.language).plain("◀ Back to your page"), opens=place),),)

    async def _overview(self, talk: Talk, reader: Reader) -> tuple[str, Buttons]:
        voice = speech(reader.language)
        zone = reader.zone or str(talk.publication.zone)
        now = talk.now()
        lines = [
            voice.say("<b>Settings</b>"),
            "",
            voice.say("Language: <b>{language}</b>", language=own_name(voice.language)),
            voice.say(
                "Pages: <b>{rendering}</b>",
                rendering=voice.plain(settings_words.RENDERINGS[reader.rendering]),
            ),
            await self._delivery(talk, voice, reader),
            voice.say(
                "Time zone: <b>{zone}</b> ({hour} now)",
                zone=voice.place(zone),
                hour=voice.hour(now, ZoneInfo(zone)),
            ),
            voice.say("Quiet hours: <b>{quiet}</b>", quiet=settings_words.hours(voice, reader.quiet)),
        ]
        if talk.is_admin:
            news = settings_words.on_off(voice, on=reader.news)
            lines.append(voice.say("News of the content folder: <b>{news}</b> (for admins)", news=news))
        return "\n".join(lines), settings_words.choices(talk, voice, reader)

    async def _delivery(self, talk: Talk, voice: Speech, reader: Reader) -> str:
        if reader.stopped_at is not None:
            return voice.say("Delivery: <b>stopped</b>, because you asked for it")
        said = voice.say(
            "{day} delivery: <b>{push}</b>",
            day=settings_words.push_day(talk, voice),
            push=settings_words.on_off(voice, on=reader.push),
        )
        return f"{said}\n{await self._next(talk, voice, reader)}" if reader.push else said

    async def _next(self, talk: Talk, voice: Speech, reader: Reader) -> str:
        """Say when the next issue reaches this reader: one that is being sent, or the one to come."""
        publication, now = talk.publication, talk.now()
        zone = zone_of(reader.zone, publication)
        awaited = await self.readers.awaits(reader.id)
        if awaited is None:
            due = due_at(publication, next_release(publication, now), zone, reader.quiet)
        else:
            promised = promised_at(publication, awaited.day, zone)
            due = held_until(max(awaited.due_at, now), promised, zone, reader.quiet)
        if due <= now:
            return voice.say("The next issue is on its way.")
        return voice.say("Next issue: {moment}", moment=talk.local(voice, reader, due))
