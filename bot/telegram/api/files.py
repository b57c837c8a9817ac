"""Files to upload, and request bodies with or without them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload. Payloads name it as `attach://NAME`."""

    name: str
    content: bytes
    media_type: str


def request_body(payload: Mapping[str, Any], files: tuple[File, ...]) -> bytes | aiohttp.FormData:
    """Return the body of a call: JSON, or a multipart form where files go along.

    In a form every value is a string; those that are none are written as JSON.
    """
    if not files:
        return json.dumps(payload).encode()
    form = aiohttp.FormData()
    for name, value in payload.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for file in files:
        form.add_field(file.name, file.content, filename=file.name, content_type=file.media_type)
    return form
