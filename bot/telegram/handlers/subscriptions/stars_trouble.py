"""Tells the admins what goes wrong with Stars and is theirs."""

import html
from dataclasses import dataclass

from bot.i18n import Translator, translator_for
from bot.services.readers.admins import Admins
from bot.telegram.api.keyboard import html_message
from bot.telegram.api.transport import Transport


@dataclass(frozen=True, slots=True)
class StarsTrouble:
    admins: Admins
    transport: Transport

    async def foreign_payment(self, stars: int, charge_id: str) -> None:
        """Say that a payment has come whose invoice this bot has not made."""
        for admin in await self.admins.reachable():
            translator = translator_for(admin.language)
            text = translator.say(
                "A payment of {stars} ⭐ has come by an invoice that I didn’t make: another program may use "
                "my token. I gave nothing for it. Its ID: <code>{id}</code>",
                stars=translator.number(stars),
                id=charge_id,
            )
            await self.transport.send(admin.id, html_message(text))

    async def refused(self, reader_id: int, reason: str) -> None:
        """Say that Telegram refused to cancel a reader's subscription, or to lift that."""
        for admin in await self.admins.reachable():
            text = _refused(translator_for(admin.language), reader_id, reason)
            await self.transport.send(admin.id, html_message(text))


def _refused(translator: Translator, reader_id: int, reason: str) -> str:
    said = translator.say(
        "Telegram refused to change the subscription of the reader with the ID <code>{id}</code>. They know "
        "how to do it in Telegram.",
        id=reader_id,
    )
    return f"{said}\n<code>{html.escape(reason, quote=False)}</code>"
