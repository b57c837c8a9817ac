"""A Bot API server that takes so many messages a second.

Run as `python tools/bench/ceiling.py LIMIT`: it says its address, and answers a line on standard input with
what came. It reads of a request only what it needs, so that it is not what is measured.
"""

import asyncio
import json
import re
import sys
import time
from collections import deque
from typing import Any

from tools.bench.processes import keep_to, say
from tools.bench.server import fields

LATENCY_SECONDS = 0.05
LONGEST_POLL_SECONDS = 10.0

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHAT = re.compile(rb'chat_id(?:" *: *|=)(\d+)')
_CONTENT = re.compile(rb"\r\ncontent-type: *([^\r;]+)", re.IGNORECASE)
ME = {"id": 7, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


class Ceiling:
    """Takes at most `limit` messages in any sliding second, by the moment at which each is here whole."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: deque[float] = deque(maxlen=limit)
        self._came: deque[float] = deque()
        self._page: bytes = b""
        self.sent = self.refused = self.busiest = 0
        self.first = self.last = 0.0

    def take(self) -> bool:
        """Tell whether a message that came now is accepted."""
        now = time.monotonic()
        self._came.append(now)
        while self._came[0] <= now - 1.0:
            self._came.popleft()
        self.busiest = max(self.busiest, len(self._came))
        if len(self._taken) == self._limit and self._taken[0] > now - 1.0:
            self.refused += 1
            return False
        self._taken.append(now)
        self.first, self.last = self.first or now, now
        self.sent += 1
        return True

    def answer(self, head: bytes, body: bytes) -> bytes:
        """Return what Telegram says of an accepted message; all messages of a run are the same page."""
        chat = _CHAT.search(body)
        content_type = _CONTENT.search(head)
        assert chat is not None
        assert content_type is not None
        if not self._page:
            self._page = _page(fields(content_type[1].decode(), body))
        return b'{"ok":true,"result":{"message_id":%d,"chat":{"id":%b,"type":"private"},%b' % (
            self.sent,
            chat[1],
            self._page,
        )

    def report(self) -> dict[str, Any]:
        seconds = self.last - self.first
        rate = (self.sent - 1) / seconds if seconds else 0.0
        return {"sent": self.sent, "refused": self.refused, "busiest": self.busiest, "rate": rate}


class Line(asyncio.Protocol):
    """One connection, which may carry one request after another."""

    def __init__(self, ceiling: Ceiling) -> None:
        self._ceiling = ceiling
        self._loop = asyncio.get_running_loop()
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[: end + 2]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            self._handle(head, body)

    def _handle(self, head: bytes, body: bytes) -> None:
        method = head.split(b" ", 2)[1].rpartition(b"/")[2].partition(b"?")[0]
        if method == b"sendMessage":
            if self._ceiling.take():
                self._later(LATENCY_SECONDS, b"200 OK", self._ceiling.answer(head, body))
            else:
                self._later(LATENCY_SECONDS, b"429 Too Many Requests", _REFUSED)
        elif method == b"getUpdates":
            self._later(LONGEST_POLL_SECONDS, b"200 OK", b'{"ok":true,"result":[]}')
        else:
            result = ME if method == b"getMe" else True
            self._later(0.0, b"200 OK", json.dumps({"ok": True, "result": result}).encode())

    def _later(self, seconds: float, status: bytes, body: bytes) -> None:
        form = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
        self._loop.call_later(seconds, self._transport.write, form % (status, len(body), body))


_REFUSED = json.dumps(
    {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 1",
        "parameters": {"retry_after": 1},
    }
).encode()


def _page(call: dict[str, Any]) -> bytes:
    """Return the end of an answer: what a message says of itself."""
    text, markup = call["text"], call["reply_markup"]
    if not 0 < len(text) <= 4096 or call["parse_mode"] != "HTML" or not markup["inline_keyboard"]:
        raise ValueError("Telegram would refuse this message")
    rest = {"date": int(time.time()), "text": text, "reply_markup": markup}
    return json.dumps(rest, separators=(",", ":")).encode()[1:] + b"}"


async def serve(limit: int) -> None:
    ceiling = Ceiling(limit)
    server = await asyncio.get_running_loop().create_server(lambda: Line(ceiling), "127.0.0.1", 0)
    say({"ready": True, "address": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"})
    while await asyncio.to_thread(sys.stdin.readline):
        say(ceiling.report())


if __name__ == "__main__":
    keep_to(0)
    asyncio.run(serve(int(sys.argv[1])))
