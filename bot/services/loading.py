"""One dated folder, read into an issue; what is broken in it is served as it was before."""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.agreement import agree
from bot.domain.issue import Cover, Edition, Issue
from bot.domain.markdown import Mark, Parsed, is_draft, parse
from bot.domain.markdown.source import refuse_size
from bot.domain.problem import ContentErrors, Findings, Problem
from bot.domain.publication import Publication
from bot.services.covers import named, read_cover, tell_of_unused, usual
from bot.services.folder import Folder
from bot.services.names import odd_names


@dataclass(frozen=True, slots=True)
class Package:
    """All that an issue is made of, small enough to keep: its editions' last good sources, compressed,
    and the name and digest of its cover, which stays on disk. A draft is no good source: it stands in
    `drafts`, as long as it lies on disk, and hides the good one of its language.
    """

    day: date
    sources: Mapping[str, bytes] = field(default_factory=dict)
    cover: tuple[str, str] | None = None
    drafts: Mapping[str, bytes] = field(default_factory=dict)

    def source(self, language: str) -> bytes | None:
        packed = self.sources.get(language)
        return None if packed is None else zlib.decompress(packed)


@dataclass(frozen=True, slots=True)
class Loaded:
    """`issue` is None when no edition of the folder has ever been good. `broken` and `drafts` are the
    languages whose file does not load now, or is marked as a draft; one may be both.
    """

    package: Package
    issue: Issue | None
    problems: tuple[Problem, ...]
    broken: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    going: Issue | None = None
    """What readers would get: `issue`, but for drafts, in whose place stands what was last good."""

    seen: str = ""
    """A digest of what lies on disk, good or not: equal for equal files, whatever their times."""


def load(
    folder: Folder,
    day: date,
    publication: Publication,
    before: Package | None = None,
    *,
    is_out: bool = False,
) -> Loaded:
    """Read a dated folder; `before` holds the last good sources of its editions. Nothing takes back an issue
    that `is_out`: a draft in it is an error. Blocks.
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
    cover = _cover(folder, day, names, reading)
    package = Package(day, reading.sources, cover and (cover[0], cover[1].digest), reading.drafts)
    issue, differences = _issue(day, reading.parsed, cover and cover[1], publication)
    problems = (*reading.problems, *differences)
    going = _without_drafts(reading, issue, cover and cover[1], publication)
    broken, drafts = tuple(reading.broken), tuple(reading.marked)
    return Loaded(package, issue, problems, broken, drafts, going, _seen(reading, package))


def rebuild(folder: Folder, package: Package, publication: Publication) -> Issue | None:
    """Make the issue again from what is kept of it. Blocks."""
    packed = {**package.sources, **package.drafts}
    order = (*publication.languages, *packed)  # of which the publication may have dropped some since
    parsed = {
        language: _parse(package.day, language, zlib.decompress(packed[language]), was_good=True)
        for language in sorted(packed, key=order.index)
    }
    return _issue(package.day, parsed, _kept_cover(folder, package), publication)[0]


def _unread(folder: Folder, before: Package, publication: Publication, error: OSError) -> Loaded:
    """Keep what there is of a folder that cannot be read."""
    what = f"The folder cannot be read ({type(error).__name__})."
    problem = Problem(str(before.day), None, what, "Let the bot's user read it.")
    broken = tuple(before.sources) or publication.languages
    issue = rebuild(folder, before, publication)
    going = rebuild(folder, replace(before, drafts={}), publication)
    return Loaded(before, issue, (problem,), broken, tuple(before.drafts), going)


@dataclass(frozen=True, slots=True)
class Editions:
    """The editions of one folder while they are read; `good` holds what to serve for broken ones."""

    folder: Folder
    good: Package
    is_out: bool = False
    parsed: dict[str, Parsed] = field(default_factory=dict)
    sources: dict[str, bytes] = field(default_factory=dict)
    drafts: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)  # as drafts, whether they load or not
    read: dict[str, str] = field(default_factory=dict)  # digests of what lies on disk

    @property
    def says_date(self) -> bool:
        return any(one.says_date for one in self.parsed.values())

    def take(self, language: str) -> None:
        last = self.good.source(language)
        try:
            self._take_new(language, last)
        except ContentErrors as errors:
            self.problems.extend(errors.problems)
            self.broken.append(language)
            if last is not None:
                self._take_source(language, last)

    def _take_new(self, language: str, last: bytes | None) -> None:
        path = edition_path(self.good.day, language)
        self.read[language] = ""
        source = _bytes(self.folder, path)
        self.read[language] = hashlib.sha256(source).hexdigest()
        _refuse_half(source, last, path)
        try:
            parsed = _parse(self.good.day, language, source)
        except ContentErrors:
            if not self.is_out and is_draft(source):
                self.marked.append(language)
            raise
        if parsed.draft is None:
            self._keep(language, parsed, source)
        else:
            self._take_draft(language, parsed, source, parsed.draft)
        self.problems.extend(parsed.warnings)

    def _take_draft(self, language: str, parsed: Parsed, source: bytes, mark: Mark) -> None:
        if self.is_out:
            findings = Findings(edition_path(self.good.day, language))
            findings.error(
                mark.line,
                f"The issue is out, so `{mark.words}` holds nothing back: it stays as it was.",
                "Delete the line. To take the whole issue back, move its folder away.",
            )
            findings.stop_if_wrong()
        self.marked.append(language)
        self.parsed[language] = parsed
        self.drafts[language] = zlib.compress(source, 9)
        if (last := self.good.sources.get(language)) is not None:
            self.sources[language] = last

    def _take_source(self, language: str, source: bytes) -> None:
        self._keep(language, _parse(self.good.day, language, source, was_good=True), source)

    def _keep(self, language: str, parsed: Parsed, source: bytes) -> None:
        self.parsed[language] = parsed
        self.sources[language] = zlib.compress(source, 9)


def _without_drafts(
    reading: Editions, issue: Issue | None, cover: Cover | None, publication: Publication
) -> Issue | None:
    if not reading.drafts:
        return issue
    day = reading.good.day
    good = {language: zlib.decompress(packed) for language, packed in reading.sources.items()}
    parsed = {language: _parse(day, language, source, was_good=True) for language, source in good.items()}
    return _issue(day, parsed, cover, publication)[0]


def _seen(reading: Editions, package: Package) -> str:
    parts = [f"{language} {digest}" for language, digest in sorted(reading.read.items())]
    return hashlib.sha256("\n".join((*parts, repr(package.cover))).encode()).hexdigest()[:16]


def edition_path(day: date, language: str) -> str:
    return f"{day}/{language}.md"


def _parse(day: date, language: str, source: bytes, *, was_good: bool = False) -> Parsed:
    path = edition_path(day, language)
    return parse(source, path=path, day=day, language=language, was_good=was_good)


def _bytes(folder: Folder, path: str) -> bytes:
    """Read a file that lies in the content folder itself and is no larger than an edition may be."""
    findings, file = Findings(path), folder.root / path
    if not folder.holds(file):
        findings.error(
            None, "The file is a link to outside of the content folder, or to itself.", "Put the file there."
        )
    elif not file.is_file():
        findings.error(None, "This is not a file.", "Put the edition's file there.")
    findings.stop_if_wrong()
    try:
        refuse_size(file.stat().st_size, findings)
        return file.read_bytes()
    except OSError as error:
        what = f"The file cannot be read ({type(error).__name__})."
        raise ContentErrors((Problem(path, None, what, "Let the bot's user read it."),)) from error


def _refuse_half(source: bytes, last: bytes | None, path: str) -> None:
    """Refuse what is only the beginning of the last good file: somebody may still be writing it."""
    if last is None or len(source) >= len(last.rstrip()) or not last.startswith(source):
        return
    findings = Findings(path)
    findings.error(
        source.count(b"\n") + 1,
        "The file stops here and is the beginning of what is being served: it looks half-written.",
        "Write the rest; if it is to be this short, put two empty lines at its end.",
    )
    findings.stop_if_wrong()


def _issue(
    day: date, parsed: Mapping[str, Parsed], cover: Cover | None, publication: Publication
) -> tuple[Issue | None, tuple[Problem, ...]]:
    if not parsed:
        return None, ()
    editions, problems = agree({language: one.edition for language, one in parsed.items()})
    finished = {language: _finished(one, cover, publication) for language, one in editions.items()}
    return Issue(day, publication.out_at(day), finished, cover), problems


def _finished(edition: Edition, cover: Cover | None, publication: Publication) -> Edition:
    """Add what an edition takes from elsewhere; its revision changes with that too."""
    series = edition.series or publication.series_in(edition.language)
    parts = (edition.revision, series, cover.digest if cover else "")
    revision = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return replace(edition, series=series, revision=revision)


def _cover(folder: Folder, day: date, names: list[str], reading: Editions) -> tuple[str, Cover] | None:
    told = len(reading.problems)
    name = _cover_name(day, names, reading)
    if len(reading.problems) == told and not reading.broken:  # which may name another one
        findings = Findings(str(day))
        tell_of_unused(name or "", names, (one.what for one in reading.problems), findings)
        reading.problems.extend(findings.warnings)
    cover = None if name is None else _read_cover(folder, day, name, reading)
    return (name, cover) if name is not None and cover is not None else None


def _cover_name(day: date, names: list[str], reading: Editions) -> str | None:
    """Return the file that the first edition names of those that name one, else a usual one; each edition
    hears what is wrong with its own.
    """
    chosen: tuple[str, str] | None = None
    is_named = False
    for language, parsed in reading.parsed.items():
        if parsed.cover is None:
            continue
        is_named, findings = True, Findings(edition_path(day, language))
        found = named(parsed.cover, parsed.cover_line, names, findings)
        if chosen is None and found is not None:
            chosen = found, edition_path(day, language)
        elif chosen is not None and found not in (None, chosen[0]):
            findings.warn(
                parsed.cover_line,
                f"An issue has one cover, and {chosen[1]} names {chosen[0]}, so {found} is not used.",
                "Write the same name in both, or leave this line out.",
            )
        reading.problems.extend(findings.warnings)
    return (chosen and chosen[0]) if is_named else usual(names)


def _read_cover(folder: Folder, day: date, name: str, reading: Editions) -> Cover | None:
    cover, findings, file = None, Findings(f"{day}/{name}"), folder.root / day.isoformat() / name
    if folder.holds(file):
        cover = read_cover(file, folder.pictures, findings)
    else:
        findings.warn(
            None,
            "The cover is a link to outside of the content folder, or to itself.",
            "Put the file there.",
        )
    reading.problems.extend(findings.warnings)
    return cover


def _kept_cover(folder: Folder, package: Package) -> Cover | None:
    """Return the cover, or none while the file on disk is another one than was loaded."""
    if package.cover is None:
        return None
    name, digest = package.cover
    file = folder.root / package.day.isoformat() / name
    cover = read_cover(file, folder.pictures, Findings(name))
    return cover if cover is not None and cover.digest == digest else None
