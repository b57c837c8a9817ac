"""Loading: one dated folder, read into an issue."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from bot.domain.content.issue import Cover, Edition, Issue
from bot.domain.content.language_consistency import agree
from bot.domain.content.markdown import Parsed
from bot.domain.content.problem import Problem
from bot.domain.content.publication import Publication
from bot.services.content.folder import Folder
from bot.services.content.folder_names import odd_names
from bot.services.content.issues.editions import Editions, parse_edition
from bot.services.content.issues.package import Loaded, Package
from bot.services.content.pictures.issue_cover import find_cover, kept_cover


def load(
    folder: Folder,
    day: date,
    publication: Publication,
    before: Package | None = None,
    *,
    is_out: bool = False,
) -> Loaded:
    """Read a dated folder. Problems are returned, not raised. Blocks.

    `before`: the last good sources of its editions. `is_out`: a draft cannot hold the issue back any more, so
    it is an error.
    """
    try:
        names = folder.names(day)
    except OSError as error:
        return _unread(folder, before or Package(day), publication, error)
    reading = Editions(folder, before or Package(day), is_out)
    for language in publication.languages:
        if f"{language}.md" in names:
            reading.take(language)
    reading.problems[:0] = odd_names(folder, day, names, publication, reading.says_date)
    cover = find_cover(folder, day, names, reading)
    package = Package(day, reading.sources, cover and (cover[0], cover[1].digest), reading.drafts)
    issue, differences = _issue(day, reading.parsed, cover and cover[1], publication)
    problems = (*reading.problems, *differences)
    going = _without_drafts(reading, issue, cover and cover[1], publication)
    broken, drafts = tuple(reading.broken), tuple(reading.marked)
    return Loaded(package, issue, problems, broken, drafts, going, _seen(reading, package))


def rebuild(folder: Folder, package: Package, publication: Publication) -> Issue | None:
    """Make an issue again from its package; None where it holds no edition. Blocks."""
    packed = {**package.sources, **package.drafts}
    order = (*publication.languages, *packed)  # the publication may have dropped some since
    parsed = {
        language: parse_edition(package.day, language, zlib.decompress(packed[language]), was_good=True)
        for language in sorted(packed, key=order.index)
    }
    return _issue(package.day, parsed, kept_cover(folder, package), publication)[0]


def _unread(folder: Folder, before: Package, publication: Publication, error: OSError) -> Loaded:
    """Return the last good state of a folder that cannot be read, with the problem."""
    what = f"The folder cannot be read ({type(error).__name__})."
    problem = Problem(str(before.day), None, what, "Let the bot's user read it.")
    broken = tuple(before.sources) or publication.languages
    issue = rebuild(folder, before, publication)
    going = rebuild(folder, replace(before, drafts={}), publication)
    return Loaded(before, issue, (problem,), broken, tuple(before.drafts), going)


def _without_drafts(
    reading: Editions, issue: Issue | None, cover: Cover | None, publication: Publication
) -> Issue | None:
    if not reading.drafts:
        return issue
    day = reading.good.day
    good = {language: zlib.decompress(packed) for language, packed in reading.sources.items()}
    parsed = {
        language: parse_edition(day, language, source, was_good=True) for language, source in good.items()
    }
    return _issue(day, parsed, cover, publication)[0]


def _seen(reading: Editions, package: Package) -> str:
    parts = [f"{language} {digest}" for language, digest in sorted(reading.read.items())]
    return hashlib.sha256("\n".join((*parts, repr(package.cover))).encode()).hexdigest()[:16]


def _issue(
    day: date, parsed: Mapping[str, Parsed], cover: Cover | None, publication: Publication
) -> tuple[Issue | None, tuple[Problem, ...]]:
    if not parsed:
        return None, ()
    editions, problems = agree({language: file.edition for language, file in parsed.items()})
    finished = {language: _finished(edition, cover, publication) for language, edition in editions.items()}
    return Issue(day, publication.out_at(day), finished, cover), problems


def _finished(edition: Edition, cover: Cover | None, publication: Publication) -> Edition:
    """Add the series and the cover's digest to an edition; its revision changes with them."""
    series = edition.series or publication.series_in(edition.language)
    parts = (edition.revision, series, cover.digest if cover else "")
    revision = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return replace(edition, series=series, revision=revision)
