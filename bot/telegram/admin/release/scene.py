"""How one admin reads about an issue that waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.content.publication import Publication
from bot.domain.pages.page import Buttons
from bot.domain.pages.text_cutting import shorten
from bot.domain.publishing.release import ReleaseAnswer
from bot.i18n import N_, Translator
from bot.services.publishing.release_questions import CurrentAnswer
from bot.telegram.admin.admin_names import called
from bot.telegram.admin.campaign_status import Local
from bot.telegram.api.keyboard import LABEL

Content = tuple[str, Buttons]

LABELS = {
    ReleaseAnswer.SEND_NOW: N_("Send now"),
    ReleaseAnswer.WAIT: N_("Wait"),
    ReleaseAnswer.NOT_THIS_ONE: N_("Not this one"),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """The admin who reads (`local`, `admin_id`), the publication, and the names of other admins by id."""

    local: Local
    publication: Publication
    admin_id: int
    names: Mapping[int, str]

    @property
    def translator(self) -> Translator:
        return self.local.translator

    def hour_of(self, day: date) -> datetime:
        return self.publication.out_at(day)

    def stands(self, stands: CurrentAnswer) -> str:
        """Say in Telegram HTML who gave which answer, and when."""
        translator = self.translator
        label, when = translator.plain(LABELS[stands.answer]), self.local.to_the_second(stands.at)
        if stands.admin_id == self.admin_id:
            return translator.say("You pressed <b>{label}</b> {when}.", label=label, when=when)
        return translator.say(
            "{name} pressed <b>{label}</b> {when}.", name=self.who(stands), label=label, when=when
        )

    def who(self, stands: CurrentAnswer) -> str:
        return called(self.translator, stands.admin_id, self.names)


def listed(translator: Translator, languages: Sequence[str]) -> str:
    return translator.listing([translator.in_language(language) for language in languages])


def quoted(title: str) -> str:
    """Return a title shortened to two lines."""
    return shorten(title, LABEL * 2)
