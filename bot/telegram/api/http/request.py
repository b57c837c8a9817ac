"""Requests to the Bot API, with deadlines."""

from typing import Any

import aiohttp
from telegram.request import BaseRequest, RequestData

from bot.telegram.api.errors import AnswerLostError, NeverSentError, TokenError, answer_of, refuses_token
from bot.telegram.api.http.http_connection import CONNECT_SECONDS, DEADLINE_SECONDS
from bot.telegram.api.http.http_pool import CONNECTIONS, HttpPool
from bot.telegram.api.http.proxies import proxy_for

NEVER_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,  # the proxy did not connect us
)


class AiohttpRequest(BaseRequest):
    """The HTTP client of python-telegram-bot (`do_request`) and of our transport (`exchange`).

    Call `initialize` first and `shutdown` at the end. Errors never hold the URL, because it holds the token.

    JSON goes over connections of our own, which take a third of aiohttp's CPU. Forms, and all that goes
    through a proxy, go over aiohttp.
    """

    def __init__(self, deadline: float = DEADLINE_SECONDS) -> None:
        """`deadline`: the most seconds from the request to the end of its answer."""
        self._deadline = deadline
        self._session: aiohttp.ClientSession | None = None
        self._pool = HttpPool()
        self._proxies: dict[str, str | None] = {}  # the proxy's address, by URL

    @property
    def read_timeout(self) -> float:
        return self._deadline

    async def initialize(self) -> None:
        """Open the session; more than once does no harm."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=30),
                auto_decompress=True,
            )

    async def shutdown(self) -> None:
        """Close the session and its connections."""
        if self._session is not None:
            await self._session.close()
            await self._pool.close()
            self._session = None

    async def exchange(self, url: str, body: Any, deadline: float | None = None) -> tuple[int, bytes]:
        """Post `body` (JSON as bytes, or FormData); return the HTTP status and the body of the answer.

        Raises NeverSentError where nothing left this machine, AnswerLostError where the answer was lost.
        `deadline` is in seconds.
        """
        if not isinstance(body, bytes):
            return await self._exchange("POST", url, body, None, deadline)
        if self._session is None or self._proxy_of(url) is not None:
            return await self._exchange("POST", url, body, {"Content-Type": "application/json"}, deadline)
        return await self._pool.post(url, body, deadline or self._deadline)

    async def do_request(  # noqa: PLR0917  # the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make a call for the library; return the HTTP status and the body of the answer.

        Raises NeverSentError and AnswerLostError as `exchange` does, and TokenError for a 401 or 404.
        """
        del read_timeout, write_timeout, connect_timeout, pool_timeout  # one deadline holds for all
        body = None if request_data is None else _form(request_data)
        status, answer = await self._exchange(method, url, body, None, None)
        if refuses_token(status):
            raise TokenError(status)
        if answer_of(answer) is None:
            raise AnswerLostError(f"HTTP {status} with a body that is no answer of the Bot API.")
        return status, answer

    async def _exchange(
        self, method: str, url: str, body: Any, headers: dict[str, str] | None, deadline: float | None
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NeverSentError("The connection to Telegram is not open.")
        timeout = aiohttp.ClientTimeout(total=deadline or self._deadline, sock_connect=CONNECT_SECONDS)
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                proxy=self._proxy_of(url),
            ) as response:
                return response.status, await response.read()
        except NEVER_SENT as error:
            raise NeverSentError(f"No connection to Telegram ({type(error).__name__}).") from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise AnswerLostError(f"Telegram's answer was lost ({type(error).__name__}).") from None

    def _proxy_of(self, url: str) -> str | None:
        if url not in self._proxies:
            proxy = proxy_for(url)
            self._proxies[url] = proxy.address if proxy and proxy.is_usable else None
        return self._proxies[url]


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form
