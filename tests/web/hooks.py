"""Webhooks for tests: a world with one, and requests to it."""

import asyncio
import json
import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import SecretStr

from bot.app import Program
from tests.world import World

SECRET = "CANARY-webhook-secret-of-32-or-more-characters"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def hooked(content: Path, data: Path) -> World:
    """Return a world, not entered yet, whose program listens where its webhook is said to be."""
    port = free_port()
    return hooked_at(port, content, data, http_port=port)


def hooked_at(port: int, content: Path, data: Path, **settings: Any) -> World:
    """Return a world, not entered yet, whose webhook is said to be at this port of this machine."""
    address, secret = f"http://127.0.0.1:{port}", SecretStr(SECRET)
    return World(content, data, public_url=address, webhook_secret=secret, **settings)


async def bring(
    program: Program,
    update: Any,
    *,
    secret: str | bytes | None = SECRET,
    media_type: str = "application/json",
) -> int:
    """POST an update, or any other body, to a program's webhook; return the status."""
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    head = {"Content-Type": media_type.encode()}
    if secret is not None:
        head[HEADER] = secret if isinstance(secret, bytes) else secret.encode()
    return await raw(program, body, head)


async def raw(program: Program, body: bytes, head: dict[str, bytes], announced: int | None = None) -> int:
    """Send a POST exactly so; `announced` is the length that its head claims. Return the status."""
    reader, writer = await connect(program)
    lines = [f"{name}: ".encode() + value for name, value in head.items()]
    length = f"Content-Length: {len(body) if announced is None else announced}".encode()
    writer.write(b"\r\n".join([b"POST /telegram HTTP/1.1", b"Host: x", length, *lines, b"", b""]) + body)
    status = await asyncio.wait_for(reader.readline(), 40.0)
    writer.close()
    await writer.wait_closed()
    return int(status.split()[1])


async def connect(program: Program) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(program.address)
    return await asyncio.open_connection(place.hostname, place.port)


async def get(program: Program, path: str) -> int:
    async with aiohttp.ClientSession() as session, session.get(f"{program.address}{path}") as answer:
        return answer.status


def says(number: int, words: str, person: int = 5_000_000_001) -> dict[str, Any]:
    """Return the update of a person who writes in private."""
    who = {"id": person, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    chat = {"id": person, "type": "private", "first_name": "Ana"}
    entities = [{"type": "bot_command", "offset": 0, "length": len(words)}] if words[0] == "/" else []
    message = {
        "message_id": number,
        "date": 1,
        "from": who,
        "chat": chat,
        "text": words,
        "entities": entities,
    }
    return {"update_id": number, "message": message}
