"""Finding older issues: by month, by words."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from bot.domain.content.gate import Access
from bot.domain.content.on_offer import OnOffer
from bot.domain.pages.page import Button, Place
from bot.domain.pages.rendering.classic import written
from bot.domain.pages.text_cutting import shorten
from bot.domain.readers.reader import Viewer
from bot.domain.readers.typed import Meaning
from bot.domain.readers.ways import Way
from bot.i18n import N_, Translator, capital, isolated, translator_for
from bot.services.content.search.search import Hit
from bot.services.reading.reading import Reading
from bot.telegram.api.keyboard import LABEL
from bot.telegram.chat.capability import CallbackButton, Capability, Command, MessageHook, Where
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.typed_text import WORDS_LENGTH

_SNIPPET = 250
"""UTF-16 units of a hit, so that all hits fit into one message."""

_QUESTION = N_("What are you looking for? Answer this message with a few words.")


@dataclass(frozen=True, slots=True)
class ArchiveSearchHandlers:
    reading: Reading

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command("archive", self.archive, N_("all issues, by month"), help=Help()),
                Command("search", self.search, N_("search all issues, as in /search river"), help=Help()),
            ),
            buttons=(CallbackButton("month:{date}", self.month, where=Where.ANYWHERE),),
            words={Meaning.ARCHIVE: self.archive, Meaning.SEARCH: self.search},
            messages=(MessageHook(self.takes),),
        )

    async def archive(self, conversation: Conversation) -> None:
        """/archive: the issues of the newest month, with buttons to the other months."""
        months = self._months(await conversation.viewer())
        translator = await conversation.translator()
        if not months:
            await conversation.reply(translator.say("The archive is empty: no issue is out yet."))
            return
        await conversation.reply(*self._month(await conversation.viewer(), months[0]))

    async def month(self, conversation: Conversation, first: date) -> None:
        """Show another month in the message whose button was tapped."""
        translator = await conversation.translator()
        if first not in self._months(await conversation.viewer()):
            await conversation.answer_tap(translator.plain("There are no issues from that month."))
            return
        await conversation.answer_tap()
        await conversation.edit(*self._month(await conversation.viewer(), first))

    async def search(self, conversation: Conversation) -> None:
        translator = await conversation.translator()
        if not conversation.words:
            await conversation.ask(_QUESTION)
            return
        viewer = await conversation.viewer()
        hits = await self.reading.search(viewer, conversation.words)
        if not hits:
            await conversation.reply(_nothing(conversation, translator, viewer))
            return
        title = translator.say_n(
            "<b>{count} result</b> for “{words}”",
            "<b>{count} results</b> for “{words}”",
            len(hits),
            words=conversation.words,
        )
        lines = [_line(translator, number, hit) for number, hit in enumerate(hits, 1)]
        buttons = tuple((_opener(translator, number, hit),) for number, hit in enumerate(hits, 1))
        await conversation.reply("\n\n".join([title, *lines]), buttons, protect=any(hit.paid for hit in hits))

    async def takes(self, conversation: Conversation) -> bool:
        """Search for the words that answer the question of /search; False for anything else."""
        if not conversation.text or not conversation.replies_to(_QUESTION):
            return False
        conversation.words = conversation.text.strip()[:WORDS_LENGTH]
        await self.search(conversation)
        return True

    def _months(self, viewer: Viewer) -> list[date]:
        return [first for first, _ in groupby(day.replace(day=1) for day in self.reading.dates(viewer))]

    def _month(self, viewer: Viewer, first: date) -> tuple[str, tuple[tuple[Button, ...], ...]]:
        reading, translator = self.reading, translator_for(viewer.reader.language)
        issues = [day for day in reading.dates(viewer) if day.replace(day=1) == first]
        rows = [(Button(self._label(translator, day), opens=Place(day)),) for day in issues]
        text = translator.say("<b>Archive: {month}</b>", month=translator.month(first))
        return text, (*rows, *self._turns(viewer, translator, first))

    def _label(self, translator: Translator, day: date) -> str:
        """Return an issue's label, marked where it is not out yet. Only admins see such issues."""
        waits = "" if self.reading.is_out(day) else "⏳ "
        title = self.reading.title(day, translator.language)
        return shorten(f"{waits}{translator.short_day(day)} · {title}", LABEL)

    def _turns(self, viewer: Viewer, translator: Translator, first: date) -> list[tuple[Button, ...]]:
        months = self._months(viewer)
        at = months.index(first)
        older = [
            Button(f"◀ {capital(translator.month(month))}", action=f"month:{month}")
            for month in months[at + 1 : at + 2]
        ]
        newer = [
            Button(f"{capital(translator.month(month))} ▶", action=f"month:{month}")
            for month in months[max(0, at - 1) : at]
        ]
        return [(*older, *newer)] if older or newer else []


def _nothing(conversation: Conversation, translator: Translator, viewer: Viewer) -> str:
    """Say where nothing was found.

    The sentence must be the same for all words: else it would tell what paid texts hold.
    """
    if not viewer.private:
        return translator.say(
            "I found nothing for “{words}” in what everyone can read. In private I also search "
            "everything you can read.",
            words=conversation.words,
        )
    now = conversation.now()
    if viewer.access(now) is Access.PREVIEW:
        nothing = translator.say(
            "I found nothing for “{words}” in what you can read.", words=conversation.words
        )
        on_offer = conversation.publication.on_offer(now)
        return f"{nothing} {_more(translator, viewer.way(on_offer, now), on_offer)}"
    return translator.say(
        "I found nothing for “{words}”. Try fewer words, or others.", words=conversation.words
    )


def _more(translator: Translator, way: Way, on_offer: OnOffer) -> str:
    """Say what would be searched with access."""
    match way:
        case Way.PROMOTION if on_offer.promotion is not None:
            return translator.say(
                "With access I search paid texts too. {promotion} → /subscribe",
                promotion=on_offer.promotion.label_in(translator.language),
            )
        case Way.TRIAL:
            return translator.say_n(
                "With the free trial ({count} day) I search paid texts too: /trial.",
                "With the free trial ({count} days) I search paid texts too: /trial.",
                on_offer.trial_days,
            )
        case Way.LAPSED:
            return translator.say("With access I search paid texts too; /account says how to keep reading.")
        case _:
            return translator.say("With access I search paid texts too.")


def _line(translator: Translator, number: int, hit: Hit) -> str:
    """Return the line of a hit, with the headline first where the words are in it."""
    parts = (hit.headline if hit.by_heading else None, None if hit.locked else hit.snippet)
    snippet = written(shorten(" · ".join(filter(None, parts)), _SNIPPET))
    if hit.locked:
        snippet = f"🔒 {snippet}"
    return translator.say("<b>{number}.</b> {snippet}", number=number, snippet=snippet)


def _opener(translator: Translator, number: int, hit: Hit) -> Button:
    """Return the button that opens a hit. Its headline is cut so that the date is always seen."""
    lock, day = "🔒 " if hit.locked else "", translator.short_day(hit.date)
    room = LABEL - len(f"{number}.   · {day}") - 2 * len(lock)
    label = f"{number}. {lock}{isolated(shorten(hit.headline, room))} · {day}"
    return Button(label, opens=Place(hit.date, hit.section, hit.number, hit.at))
