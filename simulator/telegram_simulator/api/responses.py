"""Writes answers to the connection, whole or with a fault."""

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from telegram_simulator.network.faults import (
    CutBody,
    CutHeaders,
    Drip,
    Fault,
    OkFalse,
    ResetAfter,
    ResetBefore,
    Rubbish,
    Says,
)

JSON = "application/json"
Pause = Callable[[float], Awaitable[None]]


def response(body: Any, code: int = 200) -> web.Response:
    """Write a whole answer; a wait goes into its header, too."""
    wait = body.get("parameters", {}).get("retry_after") if isinstance(body, dict) else None
    headers = {} if not isinstance(wait, int) else {"Retry-After": str(wait)}
    return web.Response(body=_encoded(body), status=code, content_type=JSON, headers=headers)


async def send(
    request: web.Request, body: Any, code: int, fault: Fault | None, pause: Pause
) -> web.StreamResponse:
    """Answer the request, with what `fault` does to an answer."""
    match fault:
        case ResetBefore() | ResetAfter():
            return _reset(request)
        case Drip(seconds_per_byte):
            return await _drip(request, _encoded(body), code, lambda: pause(seconds_per_byte))
        case CutHeaders() | CutBody():
            return await _cut(request, _beginning(body, code, fault))
        case Rubbish():
            return web.Response(text="<html><body>It works!</body></html>", content_type="text/html")
        case Says(text, status):
            return web.Response(text=text, status=status, content_type=JSON)
    return response({"ok": False} if isinstance(fault, OkFalse) else body, code)


def _beginning(body: Any, code: int, fault: CutHeaders | CutBody) -> bytes:
    if isinstance(fault, CutHeaders):
        return b"HTTP/1.1 200 OK\r\nContent-Type: appli"
    content = _encoded(body)
    head = f"HTTP/1.1 {code} OK\r\nContent-Type: {JSON}\r\nContent-Length: {len(content)}\r\n\r\n"
    return head.encode() + content[: len(content) // 2]


def _encoded(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()  # in ASCII, as updates may hold lone surrogates


def _reset(request: web.Request) -> web.Response:
    transport = request.transport
    if transport is not None:
        line: socket.socket | None = transport.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _cut(request: web.Request, beginning: bytes) -> web.Response:
    transport = request.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.write(beginning)
        transport.close()
    return web.Response()


async def _drip(
    request: web.Request, content: bytes, code: int, pause: Callable[[], Awaitable[None]]
) -> web.StreamResponse:
    headers = {"Content-Type": JSON, "Content-Length": str(len(content))}
    answer = web.StreamResponse(status=code, headers=headers)
    await answer.prepare(request)
    for byte in content:
        await pause()
        await answer.write(bytes([byte]))
    await answer.write_eof()
    return answer
