"""Access given to readers and taken back, for the terminal."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

from bot.cli.database import OperatorError, with_database
from bot.clock import Clock
from bot.config import CALLED
from bot.domain.readers.grants import FOREVER, Grant
from bot.i18n import LANGUAGES, translator_for
from bot.services.subscriptions.granting import YEAR_DAYS, ActiveGrant, Given, Granting, Taken, Taking
from bot.telegram.chat.words.grant_words import described

Result = TypeVar("Result")

SILENT = "The bot does not tell them."


def give(url: str, clock: Clock, reader_id: int, days: int, agrees: Callable[[str], bool]) -> str:
    """Give a reader days of access; return a sentence about it. More than a year needs `agrees`.
    OperatorError.
    """
    if days > YEAR_DAYS:
        would = _known(_ask(url, clock, lambda granting: granting.would_give(reader_id, days)), reader_id)
        agrees(f"{days:,} days are more than a year: until {moment(would.until)}. Give them?")
    request = _request()
    done = _ask(url, clock, lambda granting: granting.give(reader_id, days, by=None, request=request))
    until = moment(_known(done, reader_id).until)
    count = "1 more day" if days == 1 else f"{days:,} more days"
    return f"Done: {count} for {reader_id}, who can read everything until {until}. {SILENT}"


def take_back(
    url: str,
    clock: Clock,
    reader_id: int,
    grant_id: int | None,
    *,
    everything: bool,
    unrefunded: bool = False,
) -> str:
    """Take back a grant, the only one or all of them; return a sentence about it. OperatorError: there is
    none, there are several and it is not said which, or it was paid for and is not to be `unrefunded`.
    """
    up_to = 2**31 - 1 if everything else None
    taken = _ask(
        url,
        clock,
        lambda granting: granting.take_back(
            reader_id, grant_id, up_to=up_to, unrefunded=unrefunded, by=None, request=_request()
        ),
    )
    match taken.taking:
        case Taking.NO_READER:
            raise OperatorError(_stranger(reader_id))
        case Taking.NOTHING:
            what = (
                "no such grant that could be taken back" if grant_id else "nothing that could be taken back"
            )
            raise OperatorError(f"{reader_id} has {what}. {_now(reader_id, taken)}")
        case Taking.SEVERAL:
            raise OperatorError("\n".join(_choice(reader_id, taken)))
        case Taking.PAID:
            what = ", ".join(named(held.grant) for held in taken.paid)
            raise OperatorError(
                f"Paid for with Stars: {what}. An admin gives the Stars back with /refund in the bot, which "
                "takes the access back as well. To keep the Stars, add --unrefunded."
            )
        case Taking.DONE:
            what = ", ".join(named(grant) for grant in taken.grants)
            return f"Taken back: {what}. {_now(reader_id, taken)} {SILENT}"


def named(grant: Grant) -> str:
    """Return a grant in words."""
    return described(translator_for(LANGUAGES[0]), grant.source, grant.days, grant.until)


def moment(when: datetime | None) -> str:
    """Return a moment in UTC, "now" or "for ever"."""
    if when is None:
        return "now"
    return "for ever" if when == FOREVER else f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _ask(url: str, clock: Clock, work: Callable[[Granting], Awaitable[Result]]) -> Result:
    return with_database(url, clock, lambda database, hours: work(Granting(database, hours)))


def _known(done: Given | None, reader_id: int) -> Given:
    if done is None:
        raise OperatorError(_stranger(reader_id))
    return done


def _stranger(reader_id: int) -> str:
    return f"Nobody with the ID {reader_id} has started the bot. Ask them to write /start to it first."


def _now(reader_id: int, taken: Taken) -> str:
    if taken.until is None:
        return f"{reader_id} reads the free part of every issue."
    until = "" if taken.until == FOREVER else "until "
    return f"{reader_id} can read everything {until}{moment(taken.until)}."


def _choice(reader_id: int, taken: Taken) -> list[str]:
    """Return the lines that list what may be taken back, with the command for each."""
    ways = [f"`{CALLED} revoke {reader_id} --grant {held.id}`: {_described(held)}" for held in taken.held]
    count = len(taken.held)
    return [
        f"{reader_id} holds {count} grants. Write which one:",
        *ways,
        f"`{CALLED} revoke {reader_id} --all`",
    ]


def _described(held: ActiveGrant) -> str:
    return f"{named(held.grant)}, given {held.grant.given_at:%Y-%m-%d}, until {moment(held.ends)}"


def _request() -> str:
    """Return an idempotency key that is new each time: whoever types the command twice means it twice."""
    return f"cli:{secrets.token_urlsafe(12)}"
