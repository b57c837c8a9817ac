"""What admins did, in words, for the chat and for the terminal."""

from datetime import date

from bot.domain.audience import Audience
from bot.domain.deeds import OfGrant, campaign_of, grant_of
from bot.domain.sentences import shorten
from bot.i18n import Speech, noted
from bot.services.auditing import Deed
from bot.telegram.grants import described
from bot.telegram.handlers.questions import audience_words

TITLE = 60
"""Characters of a title, or of what is not understood, that are shown."""

STEERED = {
    "pause campaign": noted("Paused: {title}"),
    "resume campaign": noted("Resumed: {title}"),
    "cancel campaign": noted("Cancelled: {title}"),
    "undo campaign": noted("Undone before it began: {title}"),
    "leave campaign": noted("Left as it was, nothing sent again: {title}"),
    "resend campaign": noted("Sent again to those we couldn’t confirm: {title}"),
}
ANSWERED = {
    "send now": noted("Issue of {day}: send it now"),
    "wait": noted("Issue of {day}: wait"),
    "not this one": noted("Issue of {day}: don’t send it"),
}


def words(voice: Speech, deed: Deed) -> str:
    """Say in plain text what was done; an act that is not known, as it was noted."""
    return _of_campaign(voice, deed) or _of_grant(voice, deed) or _of_issue(voice, deed) or _as_noted(deed)


def who(voice: Speech, deed: Deed, me: int | None = None) -> str:
    if deed.admin_id is None:
        return voice.plain("command line")
    return voice.plain("you") if deed.admin_id == me else str(deed.admin_id)


def _of_campaign(voice: Speech, deed: Deed) -> str | None:
    about = campaign_of(deed.about)
    if about is None:
        return None
    title = voice.plain("campaign {number}", number=about.number)
    if deed.campaign is not None:
        title = voice.plain("“{title}”", title=_clean(deed.campaign.title))
    audience = Audience.read(about.audience) if about.audience else None
    if deed.act == "broadcast" and audience is not None:
        return voice.plain(
            "Broadcast confirmed: {title}, {audience}", title=title, audience=audience_words(voice, audience)
        )
    return voice.plain(STEERED[deed.act], title=title) if deed.act in STEERED else None


def _of_grant(voice: Speech, deed: Deed) -> str | None:
    about = grant_of(deed.about)
    if about is None:
        return None
    if deed.act == "grant" and about.days is not None:
        return voice.plain_n(
            "{count} day of access given to {id}",
            "{count} days of access given to {id}",
            about.days,
            id=about.reader_id,
        )
    return _taken_back(voice, about) if deed.act == "revoke" and about.source else None


def _taken_back(voice: Speech, about: OfGrant) -> str:
    what = described(voice, about.source, about.days, about.until)
    return voice.plain("Taken back from {id}: {what}", id=about.reader_id, what=what)


def _of_issue(voice: Speech, deed: Deed) -> str | None:
    if deed.act not in ANSWERED:
        return None
    try:
        day = date.fromisoformat(deed.about)
    except ValueError:
        return None
    return voice.plain(ANSWERED[deed.act], day=voice.day(day))


def _as_noted(deed: Deed) -> str:
    return f"{_clean(deed.act)}: {_clean(deed.about)}"


def _clean(text: str) -> str:
    """Leave one line of what can be seen, and not too much of it."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text[: TITLE * 10])
    return shorten(" ".join(seen.split()), TITLE)
