"""Finds the bot's sentences for Babel, whose own reader of Python loses those said inside another call."""  # noqa: INP001  # a tool beside the catalogs, no package

import ast
from collections.abc import Collection, Iterator
from typing import IO

from jinja2 import Environment, nodes

Found = tuple[int, str, str | tuple[str | None, ...], list[str]]


def sentences(file: IO[bytes], keywords: Collection[str], _tags: object, **_: object) -> Iterator[Found]:
    """Yield (line, function, literal arguments, no comments) of each call to one of `keywords`."""
    for node in ast.walk(ast.parse(file.read())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [getattr(argument, "value", None) for argument in node.args]
            yield from _said(node.lineno, name, texts, keywords)


def templates(file: IO[bytes], keywords: Collection[str], _tags: object, **_: object) -> Iterator[Found]:
    """Like `sentences`, for the calls in a template of Jinja."""
    for node in Environment(autoescape=True).parse(file.read().decode()).find_all(nodes.Call):
        name = getattr(node.node, "attr", getattr(node.node, "name", ""))
        texts = [getattr(argument, "value", None) for argument in node.args]
        yield from _said(node.lineno, name, texts, keywords)


def _said(line: int, name: str, values: list[object], keywords: Collection[str]) -> Iterator[Found]:
    texts = tuple(value if isinstance(value, str) else None for value in values)
    if name in keywords and any(texts):
        yield line, name, texts if len(texts) > 1 else texts[0] or "", []
