"""Opens issues, sections and pages: by command, button or link."""

import re
from dataclasses import dataclass
from datetime import date

from bot.domain.content.gate import Access
from bot.domain.delivery.moments import comes_at
from bot.domain.delivery.schedule import next_release
from bot.domain.pages.front import label
from bot.domain.pages.page import Button, Buttons, Place
from bot.domain.publishing.skipping import skipped_words
from bot.domain.readers.typed import Meaning
from bot.i18n import N_
from bot.services.reading.reading import Contents, Opened, Reading
from bot.telegram.api.keyboard import link
from bot.telegram.chat.capability import CallbackButton, Capability, Command
from bot.telegram.chat.conversation import Conversation
from bot.telegram.chat.menu import Help
from bot.telegram.chat.page_sender import PageSender
from bot.telegram.chat.words.access_words import current_issue
from bot.telegram.chat.words.offer_words import promotion_line

MOST_LISTED = 90
"""Telegram takes 100 buttons in a message. Sections beyond are found by name, or by turning pages."""

_IN_PRIVATE = N_(
    "This section opens in a private chat with me: there anyone can read what’s free, and subscribers "
    "can read it all."
)

_PAYLOAD = re.compile(r"i_(\d{4}-\d{2}-\d{2})(?:_([a-z][a-z0-9_]{0,31}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ReadingHandlers:
    reading: Reading
    page_sender: PageSender

    def capability(self) -> Capability:
        return Capability(
            commands=(
                Command("latest", self.latest, N_("this week’s issue"), help=Help()),
                Command("topstory", self.topstory, N_("the top story"), help=Help(N_("Top story"), order=1)),
                Command("sections", self.sections, N_("the sections of this issue"), help=Help()),
                Command("start", self.start, N_("start"), in_menus=False),
            ),
            buttons=(
                CallbackButton("latest", self.tap_latest),
                CallbackButton("all:{date}", self.read_all),
            ),
            words={Meaning.LATEST: self.latest, Meaning.SECTIONS: self.sections},
        )

    async def start(self, conversation: Conversation) -> None:
        """/start: greet, and show the page of the deep link, or the current issue."""
        viewer = await conversation.viewer()
        reader = viewer.reader
        await conversation.follow_menu()
        place = _place_in(conversation.words)
        linked = await self.reading.open(viewer, place) if place else None
        opened = linked or await self.reading.open(viewer)
        if linked is None or viewer.new or conversation.again:
            tells = opened is not None and not opened.page.place.section  # a front page has the tagline
            await conversation.reply(
                *await self._welcome(conversation, stopped=reader.stopped_at is not None, tagline=not tells)
            )
        await _show(conversation, opened)

    async def greet(self, conversation: Conversation) -> None:
        """Greet a new reader, who comes by a link that opens no page."""
        viewer = await conversation.viewer()
        await conversation.follow_menu()
        if viewer.new or conversation.again:
            is_stopped = viewer.reader.stopped_at is not None
            await conversation.reply(*await self._welcome(conversation, stopped=is_stopped, tagline=True))

    async def latest(self, conversation: Conversation) -> None:
        """Show the current issue. Where no issue comes on the next push day, say first when one does."""
        if skipped := await self._skipped(conversation):
            await conversation.reply(skipped)
        await _show(conversation, await self.reading.open(await conversation.viewer()))

    async def tap_latest(self, conversation: Conversation) -> None:
        await conversation.answer_tap()
        await self.latest(conversation)

    async def topstory(self, conversation: Conversation) -> None:
        contents = await self.reading.contents(await conversation.viewer())
        if contents is None:
            await no_issue(conversation)
            return
        await self.open_place(conversation, Place(contents.date, contents.sections[0][0]))

    async def sections(self, conversation: Conversation) -> None:
        contents = await self.reading.contents(await conversation.viewer())
        if contents is None:
            await no_issue(conversation)
            return
        translator = await conversation.translator()
        head = translator.say("<b>In this issue</b> ({date})", date=translator.day(contents.date))
        await conversation.reply(head, listing(contents))

    async def turn(self, conversation: Conversation, place: Place, *, anew: bool) -> None:
        """Turn the tapped message to this page; `anew`: send it.

        Access is checked anew, whatever the button says.
        """
        opened = await self.reading.open(await conversation.viewer(), place)
        translator = await conversation.translator()
        if opened is None:
            await conversation.answer_tap(
                translator.plain("This page is gone. /latest opens the current issue."), alert=True
            )
        elif _hidden(conversation, opened):
            await conversation.answer_tap(opens=opened.page.place)
        else:
            await conversation.answer_tap()
            await (conversation.show(opened) if anew else conversation.turn(opened))

    async def read_all(self, conversation: Conversation, day: date) -> None:
        """Send the whole issue, as far as this reader may read it."""
        pages = (
            await self.reading.whole(await conversation.viewer(), day) if conversation.user.private else []
        )
        translator = await conversation.translator()
        if not pages:
            await conversation.answer_tap(
                translator.plain("This page is gone. /latest opens the current issue."), alert=True
            )
            return
        await conversation.answer_tap()
        for opened in pages:
            await conversation.show(opened)
            if self.page_sender.refused(opened):
                return  # the classic front page was sent instead: not once for each page

    async def _welcome(
        self, conversation: Conversation, *, stopped: bool, tagline: bool
    ) -> tuple[str, Buttons]:
        translator, publication = await conversation.translator(), conversation.publication
        name = publication.name_in(translator.language)
        line = publication.tagline_in(translator.language).rstrip(".") if tagline else ""
        what = translator.say("<b>{name}</b>: {tagline}.", name=name, tagline=line)
        comes = translator.say(
            "A new issue comes out every {day} at {hour} ({place}).",
            day=translator.weekday(publication.push_day),
            hour=translator.clock_time(publication.push_hour),
            place=translator.place(str(publication.zone)),
        )
        text = f"{what if line else translator.say('<b>{name}</b>.', name=name)} {comes}"
        if skipped := await self._skipped(conversation):
            text = f"{text}\n{skipped}"
        if conversation.is_admin and (day := await self.reading.unpushed()) is not None:
            old = translator.say(
                "For admins: issues up to {day} were out before I first ran. I’m not sending them to "
                "anyone; readers find them with /start.",
                day=translator.day(day),
            )
            text = f"{text}\n\n{old}"
        now = conversation.now()
        promoted = promotion_line(translator, await conversation.viewer(), publication.on_offer(now), now)
        text = "\n\n".join(filter(None, (text, promoted)))
        if not stopped:
            return text, ()
        nothing = translator.say("You asked me to stop, so I’m not sending it.")
        return f"{text}\n{nothing}", ((Button(translator.plain("Send me issues again"), action="resume"),),)

    async def read_onward(self, conversation: Conversation) -> bool:
        """Open the page behind the tapped lock; False where the viewer still has no access, or no lock was
        tapped.
        """
        viewer, tapped = await conversation.viewer(), conversation.tapped_message
        if tapped is None or viewer.access(conversation.now()) is Access.PREVIEW:
            return False
        behind = await self.reading.locks.behind(viewer, tapped.message_id)
        if behind is not None:
            await self.open_place(conversation, behind)
        return behind is not None

    async def behind_lock(self, conversation: Conversation) -> Place | None:
        """Return where reading goes on once all is open: behind the lock whose button was tapped, else behind
        the one that she met last; None where she met none in the last day.
        """
        viewer, tapped = await conversation.viewer(), conversation.tapped_message
        behind = await self.reading.locks.behind(viewer, tapped.message_id) if tapped else None
        return behind or await self.reading.locks.behind_newest(viewer)

    async def say_and_read_on(
        self, conversation: Conversation, text: str, *, had_access: bool = False
    ) -> None:
        """Say that access has come, then go on where reading stopped (see `behind_lock`). Where it did not
        stop, or she `had_access` before, a button opens the current issue.

        For whatever gives access, also minutes after the lock, as a payment does: the viewer is looked up
        anew.
        """
        behind = None if had_access else await self.behind_lock(conversation)
        translator = await conversation.translator()
        await conversation.reply(text, () if behind else ((current_issue(translator),),))
        if behind:
            await self.open_place(conversation.reloaded(), behind)

    async def open_place(self, conversation: Conversation, place: Place) -> None:
        await _show(conversation, await self.reading.open(await conversation.viewer(), place))

    async def _skipped(self, conversation: Conversation) -> str:
        """Say when the next issue comes, where none does on the next push day; else ""."""
        skipped = self.reading.skipped()
        return (
            skipped_words(await conversation.translator(), skipped, await _coming(conversation, skipped.then))
            if skipped
            else ""
        )


async def _show(conversation: Conversation, opened: Opened | None) -> None:
    if opened is None:
        await no_issue(conversation)
    elif _hidden(conversation, opened):
        translator = await conversation.translator()
        address = link(conversation.username, opened.page.place)
        button = Button(translator.plain("Open in private"), url=address)
        await conversation.reply(translator.say(_IN_PRIVATE), ((button,),))
    else:
        await conversation.show(opened)


def _hidden(conversation: Conversation, opened: Opened) -> bool:
    """Tell whether a page may be shown in private only: one that ends at a lock, in a group."""
    return not conversation.user.private and opened.page.locked


async def no_issue(conversation: Conversation) -> None:
    translator = await conversation.translator()
    publication = conversation.publication
    then = await _coming(conversation, next_release(publication, conversation.now()))
    await conversation.reply(
        translator.say("There’s no issue to read yet. The first one is due on {moment}.", moment=then)
    )


async def _coming(conversation: Conversation, day: date) -> str:
    """Say when the issue of `day` comes to whoever asks."""
    reader = await conversation.reader()
    return conversation.local_moment(
        await conversation.translator(), reader, comes_at(conversation.publication, day, reader)
    )


def listing(contents: Contents) -> Buttons:
    return tuple(
        (Button(label(section_id, kicker, headline, locked=locked), place=Place(contents.date, section_id)),)
        for section_id, kicker, headline, locked in contents.sections[:MOST_LISTED]
    )


def _place_in(payload: str) -> Place | None:
    """Read the payload of a deep link; None where it names no place."""
    match = _PAYLOAD.fullmatch(payload)
    if match is None:
        return None
    try:
        return Place(date.fromisoformat(match[1]), match[2] or "")
    except ValueError:
        return None
