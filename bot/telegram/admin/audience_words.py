"""Audiences of broadcasts, in words."""

from bot.domain.readers.audience import Audience, Who
from bot.i18n import N_, Translator

NAMES = {
    Who.EVERYONE: N_("everyone"),
    Who.FULL: N_("readers with access"),
    Who.PREVIEW: N_("readers without access"),
    Who.TRIAL: N_("readers in their trial"),
    Who.EXPIRED: N_("readers whose access has ended"),
    Who.SPEAKING: N_("readers who read {language}"),
    Who.INACTIVE: N_("inactive for {weeks} weeks"),
    Who.ADMINS: N_("test: only admins"),
}


def audience_words(translator: Translator, audience: Audience) -> str:
    """Say whom an audience is, in plain text."""
    language = translator.in_language(audience.language) if audience.language else ""
    return translator.plain(NAMES[audience.who], language=language, weeks=translator.number(audience.weeks))
