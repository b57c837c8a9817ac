"""How one admin reads about an issue that waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.page import Buttons
from bot.domain.publication import Publication
from bot.domain.release import Answer
from bot.domain.sentences import shorten
from bot.i18n import Speech, noted
from bot.services.release_questions import Stands
from bot.telegram.keyboard import LABEL
from bot.telegram.progress import Local

Content = tuple[str, Buttons]

LABELS = {
    Answer.SEND_NOW: noted("Send now"),
    Answer.WAIT: noted("Wait"),
    Answer.NOT_THIS_ONE: noted("Not this one"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Her words and hours (`local`), the publication, herself, and the names of others who answered."""

    local: Local
    publication: Publication
    admin_id: int
    names: Mapping[int, str]

    @property
    def voice(self) -> Speech:
        return self.local.voice

    def hour_of(self, day: date) -> datetime:
        return self.publication.out_at(day)

    def stands(self, stands: Stands) -> str:
        """Say, in HTML, whose answer stands, which, and since when."""
        voice = self.voice
        label, when = voice.plain(LABELS[stands.answer]), self.local.to_the_second(stands.at)
        if stands.admin_id == self.admin_id:
            return voice.say("You pressed <b>{label}</b> {when}.", label=label, when=when)
        return voice.say(
            "{name} pressed <b>{label}</b> {when}.", name=self.who(stands), label=label, when=when
        )

    def who(self, stands: Stands) -> str:
        name = self.names.get(stands.admin_id)
        return shorten(name, LABEL) if name else self.voice.plain("Admin {id}", id=stands.admin_id)


def listed(voice: Speech, languages: Sequence[str]) -> str:
    return voice.listing([voice.in_language(language) for language in languages])


def quoted(title: str) -> str:
    """Return a title as it stands in these messages: not longer than two lines."""
    return shorten(title, LABEL * 2)
