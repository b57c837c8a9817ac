"""The editions of one dated folder while they are read."""

import hashlib
import zlib
from dataclasses import dataclass, field
from datetime import date

from bot.domain.content.markdown import Mark, Parsed, is_draft, parse
from bot.domain.content.markdown.source import refuse_size
from bot.domain.content.problem import ContentErrors, Findings, Problem
from bot.services.content.folder import Folder
from bot.services.content.issues.package import Package


@dataclass(frozen=True, slots=True)
class Editions:
    """The editions of one folder while they are read. `good`: the last good sources, for broken ones."""

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
        return any(parsed.says_date for parsed in self.parsed.values())

    def take(self, language: str) -> None:
        """Read the edition of a language; if it is broken, take its last good source."""
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
            parsed = parse_edition(self.good.day, language, source)
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
        self._keep(language, parse_edition(self.good.day, language, source, was_good=True), source)

    def _keep(self, language: str, parsed: Parsed, source: bytes) -> None:
        self.parsed[language] = parsed
        self.sources[language] = zlib.compress(source, 9)


def edition_path(day: date, language: str) -> str:
    return f"{day}/{language}.md"


def parse_edition(day: date, language: str, source: bytes, *, was_good: bool = False) -> Parsed:
    """Parse an edition's file. ContentErrors; but a source that `was_good` once always loads again."""
    path = edition_path(day, language)
    return parse(source, path=path, day=day, language=language, was_good=was_good)


def _bytes(folder: Folder, path: str) -> bytes:
    """Return a file's bytes. ContentErrors where it is a link to outside of the folder, or too large."""
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
    """Refuse a file that is only the beginning of the last good one: it may be half-written."""
    if last is None or len(source) >= len(last.rstrip()) or not last.startswith(source):
        return
    findings = Findings(path)
    findings.error(
        source.count(b"\n") + 1,
        "The file stops here and is the beginning of what is being served: it looks half-written.",
        "Write the rest; if it is to be this short, put two empty lines at its end.",
    )
    findings.stop_if_wrong()
