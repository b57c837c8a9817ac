"""What admins are told of the hourly repair."""

from bot.i18n import Translator


def star_notice(translator: Translator, kind: str, **numbers: int) -> str:
    """Say what was mended ("mended"), or that others sell with this bot ("foreign payments")."""
    if kind == "foreign payments":
        return "⚠ " + translator.say_n(
            "Telegram lists {count} payment by an invoice that isn’t mine. Does another program use my "
            "token? I’ve given nothing for it.",
            "Telegram lists {count} payments by invoices that aren’t mine. Does another program use my "
            "token? I’ve given nothing for them.",
            numbers["count"],
        )
    lines = [translator.say("Telegram’s list of transactions held what I had never been told:")]
    if numbers["payments"]:
        lines.append(
            translator.say_n(
                "• {count} payment, {stars} ⭐: its days are given, and the reader is told.",
                "• {count} payments, {stars} ⭐: their days are given, and the readers are told.",
                numbers["payments"],
                stars=translator.number(numbers["paid"]),
            )
        )
    if numbers["refunds"]:
        lines.append(
            translator.say_n(
                "• {count} refund, {stars} ⭐: what it had paid for has ended, and the reader is told.",
                "• {count} refunds, {stars} ⭐: what they had paid for has ended, and the readers are told.",
                numbers["refunds"],
                stars=translator.number(numbers["refunded"]),
            )
        )
    return "\n".join(lines)
