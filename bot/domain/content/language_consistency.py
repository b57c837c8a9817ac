"""Two languages of one issue compared: neither gives away the other's text."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import inf

from bot.domain.content.issue import Edition, Path, Section
from bot.domain.content.problem import Problem

WHOLLY_PAID: Path = (0,)


def agree(editions: Mapping[str, Edition]) -> tuple[Mapping[str, Edition], tuple[Problem, ...]]:
    """Return the editions, each free only as far as all of them are, and a warning for each difference.

    A section that another language lacks is wholly paid, unless all editions are free for everyone.
    """
    first, *others = editions.values()
    problems = tuple(problem for other in others for problem in _differences(first, other))
    if all(edition.paywall_line is None for edition in editions.values()):
        return editions, problems
    ends = {id_: _smallest(id_, editions.values()) for edition in editions.values() for id_ in _ids(edition)}
    return {language: _cut(edition, ends) for language, edition in editions.items()}, problems


def _ids(edition: Edition) -> tuple[str, ...]:
    return tuple(section.id for section in edition.sections)


def _smallest(id_: str, editions: Iterable[Edition]) -> Path | None:
    return min((_end(edition, id_) for edition in editions), key=_reach)


def _end(edition: Edition, id_: str) -> Path | None:
    return next((section.free_until for section in edition.sections if section.id == id_), WHOLLY_PAID)


def _reach(path: Path | None) -> tuple[float, ...]:
    return (inf,) if path is None else path


def _cut(edition: Edition, ends: Mapping[str, Path | None]) -> Edition:
    sections = tuple(replace(section, free_until=ends[section.id]) for section in edition.sections)
    if sections == edition.sections:
        return edition
    cuts = repr([section.free_until for section in sections])
    revision = hashlib.sha256(f"{edition.revision}{cuts}".encode()).hexdigest()[:16]
    return replace(edition, sections=sections, revision=revision)


def _differences(first: Edition, other: Edition) -> Iterable[Problem]:
    if _ids(first) != _ids(other):
        yield _order(first, other)
    elif _places(first) != _places(other):
        yield _warning(
            other,
            other.paywall_line,
            f"The free part ends elsewhere than in {_name(first)} ({_wall(first)} there, {_wall(other)} "
            "here); the smaller one holds for both.",
            "Put the paywall line at the same place in both.",
        )


def _places(edition: Edition) -> dict[str, Path | None]:
    return {section.id: section.free_until for section in edition.sections}


def _order(first: Edition, other: Edition) -> Problem:
    ours: Section | None = None
    theirs: Section | None = None
    for at in range(max(len(first.sections), len(other.sections))):
        theirs = first.sections[at] if at < len(first.sections) else None
        ours = other.sections[at] if at < len(other.sections) else None
        if theirs is None or ours is None or theirs.id != ours.id:
            break
    return _warning(
        other,
        ours.line if ours else None,
        f"The sections are not those of {_name(first)}: {_section(ours)} here, {_section(theirs)} there.",
        "Give both the same ids in the same order; a section that one of them lacks is paid in the other.",
    )


def _section(section: Section | None) -> str:
    return "none" if section is None else f"{section.id!r} (line {section.line})"


def _wall(edition: Edition) -> str:
    line = edition.paywall_line
    return "`audience: everyone`" if line is None else f"line {line}"


def _name(edition: Edition) -> str:
    return f"{edition.date}/{edition.language}.md"


def _warning(edition: Edition, line: int | None, what: str, cure: str) -> Problem:
    return Problem(_name(edition), line, what, cure, warning=True)
