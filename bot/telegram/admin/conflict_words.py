"""What admins are told when somebody else takes the bot's updates."""

from bot.i18n import Translator
from bot.services.updates.conflicts import ConflictKind


def conflict_notice(translator: Translator, kind: ConflictKind, *, where: str, count: int) -> str:
    """Return the text of a notice; `where`: the host of the other webhook, or ""."""
    lines = ["⚠ " + _what(translator, kind, where, count), _cure(translator)]
    return "\n".join(lines)


def _what(translator: Translator, kind: ConflictKind, where: str, count: int) -> str:
    match kind:
        case ConflictKind.POLLER:
            return translator.say(
                "Another program is fetching my updates, so some answers come late or never."
            )
        case ConflictKind.REMOVED:
            return translator.say_n(
                "Somebody removed the address that Telegram sends my updates to. I’ve set it again.",
                "Somebody removed the address that Telegram sends my updates to, {count} times. "
                "I’ve set it again each time.",
                count,
            )
    return translator.say_n(
        "Somebody had Telegram send my updates to another address ({where}). I’ve undone that.",
        "Somebody had Telegram send my updates to another address ({where}), {count} times. I’ve "
        "undone that each time.",
        count,
        where=where or "?",
    )


def _cure(translator: Translator) -> str:
    return translator.say(
        "Stop the other program. If none of yours does this, somebody else knows the token: ask @BotFather "
        "for a new one, set BOT_TOKEN and start the bot again."
    )
