"""Sets the bot's name and descriptions, unless somebody else has set them."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import structlog

from bot.clock import Clock
from bot.db.engine.session import Database
from bot.db.operations import timestamps
from bot.domain.content.publication import Publication
from bot.domain.delivery.outcome import Outcome, Sent
from bot.domain.pages.text_cutting import shorten
from bot.i18n import LANGUAGES, translator_for
from bot.telegram.api.retrying import retry
from bot.telegram.api.transport import Transport

log = structlog.get_logger(__name__)

NAME_LENGTH = 64
DESCRIPTION_LENGTH = 512
SHORT_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Wording:
    """A text that Telegram is to show; `code`: the language that it is for, None: all others."""

    what: str  # as Telegram's methods name it: setMyDescription
    field: str
    code: str | None
    text: str

    @property
    def timestamp_name(self) -> str:
        """The name of the timestamp by which we know that we have set this text."""
        digest = hashlib.sha256(self.text.encode()).hexdigest()[:16]
        return f"profile {self.field} {self.code or '-'} {digest}"


class Profile:
    def __init__(
        self, transport: Transport, database: Database, clock: Clock, publication: Callable[[], Publication]
    ) -> None:
        self._transport = transport
        self._database = database
        self._clock = clock
        self._publication = publication

    async def set_all(self) -> None:
        """Set the texts that are empty or were last set by us; try until Telegram answers, log a refusal."""
        # In the order of `wordings`: for a language without a text Telegram returns the general one, which
        # would look as if somebody had set it.
        for wording in wordings(self._publication()):
            await retry(partial(self._set, wording))

    async def _set(self, wording: Wording) -> Outcome:
        language = {"language_code": wording.code} if wording.code else {}
        answer = await self._transport.call(f"getMy{wording.what}", language)
        if not isinstance(answer, Sent):
            _say_refused(wording, answer)
            return answer
        current = str(answer.answer.get(wording.field) or "")
        if current == wording.text or not await self._may_replace(wording, current):
            return answer
        async with self._database.write() as session:
            await timestamps.put(session, wording.timestamp_name, self._clock.now())
        outcome = await self._transport.call_with_retries(
            f"setMy{wording.what}", {wording.field: wording.text} | language
        )
        if not isinstance(outcome, Sent):
            _say_refused(wording, outcome)
        return outcome

    async def _may_replace(self, wording: Wording, current: str) -> bool:
        if not current or wording.field == "name":  # the name is only set where it is asked for
            return True
        async with self._database.read() as session:
            ours = [
                Wording(wording.what, wording.field, code, current).timestamp_name
                for code in (wording.code, None)
            ]
            return any([await timestamps.find(session, name) is not None for name in ours])


def wordings(publication: Publication) -> Iterator[Wording]:
    """Yield all texts that are to be set: of each kind first those of a language, then the general one."""
    for code in (*LANGUAGES, None):
        language = code or publication.first_language
        translator = translator_for(language)
        name, tagline = publication.name_in(language), publication.tagline_in(language).rstrip(".")
        short = f"{name}: {tagline}." if tagline else name
        comes = translator.plain(
            "A new issue comes out every {day} at {hour} ({place}).",
            day=translator.weekday(publication.push_day),
            hour=translator.clock_time(publication.push_hour),
            place=translator.place(str(publication.zone)),
        )
        description = f"{shorten(short, DESCRIPTION_LENGTH - len(comes) - 50)}\n\n{comes}"
        yield Wording("Description", "description", code, description)
        yield Wording("ShortDescription", "short_description", code, shorten(short, SHORT_LENGTH))
        if publication.set_name:
            yield Wording("Name", "name", code, shorten(name, NAME_LENGTH))


def _say_refused(wording: Wording, outcome: Outcome) -> None:
    log.warning("profile not set", what=wording.field, language=wording.code or "all", outcome=repr(outcome))
