"""Sets the command menus: by language for everyone, by chat for some."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Any

import structlog

from bot.domain.content.publication import Publication
from bot.domain.delivery.outcome import Outcome, Sent
from bot.domain.readers.reader import Reader
from bot.i18n import LANGUAGES, translator_for
from bot.telegram.api.retrying import retry
from bot.telegram.api.transport import Transport
from bot.telegram.chat.menu import MenuItem

log = structlog.get_logger(__name__)


class Menus:
    def __init__(
        self,
        transport: Transport,
        admins: frozenset[int],
        publication: Callable[[], Publication],
        items: Sequence[MenuItem],
    ) -> None:
        """`items` are listed in this order."""
        self._transport = transport
        self._admins = admins
        self._publication = publication
        self._items = items

    async def set_all(self, admins: Callable[[], Awaitable[Iterable[Reader]]]) -> None:
        """Set the menus of private chats and groups, in every language, however long it takes, then those
        of the admins who can be reached, which stand in their own chats.
        """
        for scope, private in (("all_private_chats", True), ("all_group_chats", False)):
            for code in (None, *LANGUAGES):
                await self._insist({"type": scope}, self.listed(admin=False, private=private), code)
        for admin in await admins():
            await self.follow(admin)

    def listed(self, *, admin: bool, private: bool) -> list[MenuItem]:
        """Return the commands of a menu; nothing that the publication does not offer."""
        publication = self._publication()
        return [item for item in self._items if item.is_listed(publication, admin=admin, private=private)]

    async def follow(self, reader: Reader) -> None:
        """Set the menu of a reader's chat, in the language that she chose."""
        commands = self.listed(admin=reader.id in self._admins, private=True)
        await self._set({"type": "chat", "chat_id": reader.id}, commands, None, spoken=reader.language)

    async def _insist(self, scope: dict[str, Any], commands: Sequence[MenuItem], code: str | None) -> None:
        """Set a menu; try until Telegram answers. To set it twice does no harm."""
        await retry(partial(self._set, scope, commands, code))

    async def _set(
        self,
        scope: dict[str, Any],
        commands: Sequence[MenuItem],
        code: str | None,
        spoken: str | None = None,
    ) -> Outcome:
        translator = translator_for(spoken or code or LANGUAGES[0])
        rows = [{"command": item.name, "description": translator.plain(item.about)} for item in commands]
        payload: dict[str, Any] = {"commands": rows, "scope": scope}
        if code:
            payload["language_code"] = code
        outcome = await self._transport.call_with_retries("setMyCommands", payload)
        if not isinstance(outcome, Sent):
            log.warning("menu not set", scope=scope["type"], outcome=repr(outcome))
        return outcome
