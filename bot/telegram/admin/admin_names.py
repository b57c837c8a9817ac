"""Names of admins, as Telegram knows them; nothing of them is stored."""

from collections.abc import Iterable, Mapping

from bot.domain.delivery.outcome import Gone, Rejected, Sent
from bot.domain.pages.text_cutting import shorten
from bot.i18n import Translator
from bot.telegram.api.keyboard import LABEL
from bot.telegram.api.transport import Transport


class AdminNames:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._known: dict[int, str] = {}

    async def of(self, ids: Iterable[int]) -> dict[int, str]:
        """Return the names by id, asked of Telegram once each; ids without a known name are left out."""
        wanted = set(ids)
        for number in wanted - self._known.keys():
            await self._ask(number)
        return {number: self._known[number] for number in wanted if self._known.get(number)}

    async def _ask(self, number: int) -> None:
        outcome = await self._transport.call("getChat", {"chat_id": number})
        if isinstance(outcome, Sent):
            parts = (outcome.answer.get("first_name"), outcome.answer.get("last_name"))
            self._known[number] = " ".join(str(part) for part in parts if part)
        elif isinstance(outcome, Gone | Rejected):
            self._known[number] = ""


def called(translator: Translator, admin_id: int, names: Mapping[int, str]) -> str:
    """Return what an admin is called: her name, shortened, or her id where it is not known."""
    name = names.get(admin_id)
    return shorten(name, LABEL) if name else translator.plain("Admin {id}", id=admin_id)
