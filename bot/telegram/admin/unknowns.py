"""Unknown deliveries, in words: why, how many, what to do."""

from collections.abc import Iterator

from bot.domain.delivery.campaign import Kind
from bot.domain.delivery.campaign_actions import Action
from bot.i18n import N_, Translator
from bot.services.delivery.campaigns import Progress

WAYS = {
    Action.RESEND: N_("<b>Resend once</b>: everybody gets it, most of these readers a second time."),
    Action.LEAVE: N_("<b>Leave</b>: nobody gets it twice; a few may not get it at all."),
}
LABELS = {Action.RESEND: N_("Resend once"), Action.LEAVE: N_("Leave")}


def in_order(progress: Progress) -> tuple[Action, Action]:
    """Return what can be done, the advised action first."""
    return (
        (Action.RESEND, Action.LEAVE) if progress.advised is Action.RESEND else (Action.LEAVE, Action.RESEND)
    )


def causes(translator: Translator, progress: Progress) -> Iterator[str]:
    """Say for each cause how many deliveries may be missing, the more frequent cause first."""
    said = [_died(translator, progress.abandoned), _lost(translator, progress.lost)]
    yield from filter(None, said if progress.advised is Action.RESEND else reversed(said))


def asking(translator: Translator, progress: Progress) -> Iterator[str]:
    yield from causes(translator, progress)
    if progress.campaign.kind is Kind.ISSUE:
        yield translator.say("Readers who open the issue in the meantime have it, and no longer count here.")
    yield from (translator.say(WAYS[act]) for act in in_order(progress))


def _died(translator: Translator, count: int) -> str:
    if not count:
        return ""
    return translator.say_n(
        "<b>{count} copy was under way when the program died</b> or was cut off. "
        "It has probably arrived, but it may be missing.",
        "<b>{count} copies were under way when the program died</b> or was cut off. "
        "Most of them have probably arrived; up to {count} may be missing.",
        count,
    )


def _lost(translator: Translator, count: int) -> str:
    if not count:
        return ""
    return translator.say_n(
        "<b>The answer for {count} copy was lost</b> on the way back from Telegram. It has "
        "probably arrived, but it may be missing.",
        "<b>The answers for {count} copies were lost</b> on the way back from Telegram. Most of "
        "them have probably arrived; up to {count} may be missing.",
        count,
    )
