"""Unknown deliveries, in words: why, how many, what to do."""

from collections.abc import Iterator

from bot.domain.campaign import Kind
from bot.domain.steering import Act
from bot.i18n import Speech, noted
from bot.services.campaigns import Progress

WAYS = {
    Act.RESEND: noted("<b>Resend once</b>: everybody gets it, most of these readers a second time."),
    Act.LEAVE: noted("<b>Leave</b>: nobody gets it twice; a few may not get it at all."),
}
LABELS = {Act.RESEND: noted("Resend once"), Act.LEAVE: noted("Leave")}


def in_order(progress: Progress) -> tuple[Act, Act]:
    """Return what can be done, with what is right for most of them first."""
    return (Act.RESEND, Act.LEAVE) if progress.advised is Act.RESEND else (Act.LEAVE, Act.RESEND)


def causes(voice: Speech, progress: Progress) -> Iterator[str]:
    """Say for each cause how many may be missing; what most of them suffer comes first."""
    said = [_died(voice, progress.abandoned), _lost(voice, progress.lost)]
    yield from filter(None, said if progress.advised is Act.RESEND else reversed(said))


def asking(voice: Speech, progress: Progress) -> Iterator[str]:
    yield from causes(voice, progress)
    if progress.campaign.kind is Kind.ISSUE:
        yield voice.say("Readers who open the issue in the meantime have it, and no longer count here.")
    yield from (voice.say(WAYS[act]) for act in in_order(progress))


def _died(voice: Speech, count: int) -> str:
    if not count:
        return ""
    return voice.say_n(
        "<b>{count} copy was under way when the program died</b> or was cut off. "
        "It has probably arrived, but it may be missing.",
        "<b>{count} copies were under way when the program died</b> or was cut off. "
        "Most of them have probably arrived; up to {count} may be missing.",
        count,
    )


def _lost(voice: Speech, count: int) -> str:
    if not count:
        return ""
    return voice.say_n(
        "<b>The answer for {count} copy was lost</b> on the way back from Telegram. It has "
        "probably arrived, but it may be missing.",
        "<b>The answers for {count} copies were lost</b> on the way back from Telegram. Most of "
        "them have probably arrived; up to {count} may be missing.",
        count,
    )
