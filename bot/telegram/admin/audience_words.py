"""Audiences of broadcasts, in words."""

from bot.domain.readers.audience import Audience, Segment
from bot.i18n import N_, Translator

NAMES = {
    Segment.EVERYONE: N_("everyone"),
    Segment.FULL: N_("readers with access"),
    Segment.PREVIEW: N_("readers without access"),
    Segment.TRIAL: N_("readers in their trial"),
    Segment.EXPIRED: N_("readers whose access has ended"),
    Segment.SPEAKING: N_("readers who read {language}"),
    Segment.INACTIVE: N_("inactive for {weeks} weeks"),
    Segment.ADMINS: N_("test: only admins"),
}


def audience_words(translator: Translator, audience: Audience) -> str:
    """Say whom an audience is, in plain text."""
    language = translator.in_language(audience.language) if audience.language else ""
    return translator.plain(NAMES[audience.who], language=language, weeks=translator.number(audience.weeks))
