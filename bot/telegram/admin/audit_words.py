"""What admins did, in words, for the chat and for the terminal."""

from datetime import date

from bot.domain.operations.audit_entries import OfGrant, campaign_of, codes_of, grant_of, refund_of
from bot.domain.pages.text_cutting import shorten
from bot.domain.readers.audience import Audience
from bot.i18n import N_, Translator
from bot.services.operations.auditing import AuditRecord
from bot.telegram.admin.audience_words import audience_words
from bot.telegram.chat.words.grant_words import described

TITLE = 60
"""Characters that are shown of a title, and of an entry that is not understood."""

STEERED = {
    "pause campaign": N_("Paused: {title}"),
    "resume campaign": N_("Resumed: {title}"),
    "cancel campaign": N_("Cancelled: {title}"),
    "undo campaign": N_("Undone before it began: {title}"),
    "leave campaign": N_("Left as it was, nothing sent again: {title}"),
    "resend campaign": N_("Sent again to those we couldn’t confirm: {title}"),
}
ANSWERED = {
    "send now": N_("Issue of {day}: send it now"),
    "wait": N_("Issue of {day}: wait"),
    "not this one": N_("Issue of {day}: don’t send it"),
}
REFUNDED = {
    "refund": N_("Refunded to {id}: {stars} ⭐"),
    "refund unknown": N_("Refund to {id}: {stars} ⭐, Telegram’s answer was lost"),
}


def words(translator: Translator, record: AuditRecord) -> str:
    """Say in plain text what was done; an unknown act as it was stored."""
    return (
        _of_campaign(translator, record)
        or _of_grant(translator, record)
        or _of_refund(translator, record)
        or _of_issue(translator, record)
        or _of_offer(translator, record)
        or _as_noted(record)
    )


def who(translator: Translator, record: AuditRecord, me: int | None = None) -> str:
    if record.admin_id is None:
        return translator.plain("command line")
    return translator.plain("you") if record.admin_id == me else str(record.admin_id)


def _of_campaign(translator: Translator, record: AuditRecord) -> str | None:
    about = campaign_of(record.about)
    if about is None:
        return None
    title = translator.plain("campaign {number}", number=about.number)
    if record.campaign is not None:
        title = translator.plain("“{title}”", title=_clean(record.campaign.title))
    audience = Audience.read(about.audience) if about.audience else None
    if record.act == "broadcast" and audience is not None:
        return translator.plain(
            "Broadcast confirmed: {title}, {audience}",
            title=title,
            audience=audience_words(translator, audience),
        )
    return translator.plain(STEERED[record.act], title=title) if record.act in STEERED else None


def _of_grant(translator: Translator, record: AuditRecord) -> str | None:
    about = grant_of(record.about)
    if about is None:
        return None
    if record.act == "grant" and about.days is not None:
        return translator.plain_n(
            "{count} day of access given to {id}",
            "{count} days of access given to {id}",
            about.days,
            id=about.reader_id,
        )
    return _taken_back(translator, about) if record.act == "revoke" and about.source else None


def _taken_back(translator: Translator, about: OfGrant) -> str:
    what = described(translator, about.source, about.days, about.until)
    return translator.plain("Taken back from {id}: {what}", id=about.reader_id, what=what)


def _of_refund(translator: Translator, record: AuditRecord) -> str | None:
    about = refund_of(record.about)
    if about is None or record.act not in REFUNDED:
        return None
    stars = translator.number(about.stars)
    return translator.plain(REFUNDED[record.act], id=about.reader_id, stars=stars)


def _of_issue(translator: Translator, record: AuditRecord) -> str | None:
    if record.act not in ANSWERED:
        return None
    try:
        day = date.fromisoformat(record.about)
    except ValueError:
        return None
    return translator.plain(ANSWERED[record.act], day=translator.day(day))


def _of_offer(translator: Translator, record: AuditRecord) -> str | None:
    made = codes_of(record.about) if record.act == "make codes" else None
    if made is not None:
        count, offer = made
        return translator.plain_n(
            "{count} code made of the offer {offer}",
            "{count} codes made of the offer {offer}",
            count,
            offer=offer,
        )
    if record.act != "end offer":
        return None
    return translator.plain("Offer ended: {offer}", offer=_clean(record.about))


def _as_noted(record: AuditRecord) -> str:
    return f"{_clean(record.act)}: {_clean(record.about)}"


def _clean(text: str) -> str:
    """Return printable characters on one line, shortened to `TITLE`."""
    seen = "".join(sign if sign.isprintable() else " " for sign in text[: TITLE * 10])
    return shorten(" ".join(seen.split()), TITLE)
