"""Finds the bot's sentences for Babel, whose own reader of Python loses those said inside another call."""  # noqa: INP001  # a tool beside the catalogs, no package

import ast
from collections.abc import Collection, Iterator
from typing import IO

Found = tuple[int, str, str | tuple[str | None, ...], list[str]]


def sentences(file: IO[bytes], keywords: Collection[str], _tags: object, **_: object) -> Iterator[Found]:
    """Yield (line, function, literal arguments, no comments) of each call to one of `keywords`."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = _called(node)
            texts = tuple(_text(argument) for argument in node.args)
            if name in keywords and any(texts):
                yield node.lineno, name, texts if len(texts) > 1 else texts[0] or "", []


def _called(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
