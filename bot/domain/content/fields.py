"""Fields of a TOML table, read one by one."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.content.markdown.links import is_button_address
from bot.domain.content.problem import Findings

MOST_DAYS = 36_500

LIKE = 0.7
"""From such a likeness on a setting is another one that was mistyped: `feedbak`, `trialdays`."""

_NAME = re.compile(r"@[A-Za-z]\w{3,31}", re.ASCII)
_MAIL = re.compile(r"[^\s@<>:/\"]+@[^\s@<>:/\"]+\.[^\s@<>:/\".]+")


@dataclass(frozen=True, slots=True)
class Fields:
    """`source` is the whole file; between `start`, the head of this table (None: it has none), and `end` a
    field's line is sought. `prefix` names the table.
    """

    values: Mapping[str, Any]
    source: str
    findings: Findings
    prefix: str = ""
    start: int | None = None
    end: int | None = None

    @property
    def place(self) -> str:
        """Return the table's name as findings say it."""
        return f"`{self.prefix.removesuffix('.')}`"

    def wrong(self, name: str, what: str, cure: str) -> None:
        self.findings.error(self.line(name), f"`{self.prefix}{name}` {what}.", cure)

    def missing(self, name: str, cure: str) -> None:
        """Tell of a setting that is not there; `cure` holds unless another one is it, mistyped."""
        others = [other for other in self.values if other != name]
        mistyped = [other for other in others if _squashed(other) in _alike(name, others)]
        if not mistyped:
            self.wrong(name, "is missing", cure)
            return
        self.findings.error(
            self.line(mistyped[0]),
            f"`{self.prefix}{name}` is missing, and there is no setting `{mistyped[0]}`.",
            f"Write `{name}` instead of `{mistyped[0]}`.",
        )

    def only(self, known: tuple[str, ...], above: tuple[str, ...] = ()) -> None:
        """Warn of settings that nobody knows here; those `above` belong above the first table."""
        for name in self.values:
            if name in known:
                continue
            meant = [other for other in known if _squashed(other) in _alike(name, known)]
            cure = f"Write `{meant[0]}`." if meant else f"The settings here are {', '.join(known)}."
            if name in above:
                cure = (
                    f"Write `{name}` above the first line that begins with [: below it, it belongs to that."
                )
            self.findings.warn(self.line(name), f"There is no setting `{self.prefix}{name}`.", cure)

    def text(self, name: str, *, required: str = "") -> str:
        """Return the text, or "" where it is missing; `required` is what to do about that."""
        value = self.values.get(name, "")
        if not isinstance(value, str):
            self.wrong(name, "is not text", f'Put it in quotes: {name} = "…".')
            return ""
        if required and not value.strip():
            self.missing(name, required)
        return " ".join(value.split())

    def local(self, name: str, first: str, *, required: str = "") -> Mapping[str, str]:
        """Return a text for each language; one that is said once is that of the `first` language, in which
        something stands wherever anything does.
        """
        if not isinstance(self.values.get(name, ""), dict):
            text = self.text(name, required=required)
            return {first: text} if text else {}
        texts = {code: " ".join(text.split()) for code, text in self.texts(name).items() if text.strip()}
        if required and not texts:
            self.missing(name, required)
        return {first: texts.get(first) or next(iter(texts.values())), **texts} if texts else {}

    def languages(self, names: Iterable[str], spoken: Collection[str]) -> None:
        """Warn of texts in languages that the publication does not speak."""
        for name in names:
            value = self.values.get(name)
            for code in sorted(set(value) - set(spoken)) if isinstance(value, dict) else ():
                self.findings.warn(
                    self.line(name),
                    f"`{self.prefix}{name}.{code}` is in no language of the publication: nobody reads it.",
                    f"Its languages are {', '.join(spoken)}; correct the code, or add it to `languages`.",
                )

    def labels(self, name: str, languages: Sequence[str], *, required: str = "") -> Mapping[str, str]:
        """Return a text for each language, as `local` does; those that are missing are advice."""
        texts = self.local(name, languages[0], required=required)
        self.languages([name], languages)
        written = self.values.get(name)
        missing = [code for code in languages if code not in written] if isinstance(written, dict) else []
        if texts and missing:
            self.findings.advise(
                self.line(name),
                f"`{self.prefix}{name}` has no text in {', '.join(missing)}: there “{texts[languages[0]]}” "
                "is shown.",
                " ".join(f'Add `{name}.{code} = "…"`.' for code in missing),
            )
        return texts

    def addresses(self, name: str, first: str) -> Mapping[str, str]:
        addresses = self.local(name, first)
        if not all(map(is_button_address, addresses.values())):
            cure = "Write one like https://example.org/page, or leave it out."
            self.wrong(name, "is no web address that a button may lead to", cure)
        return addresses

    def contacts(self, name: str, first: str) -> Mapping[str, str]:
        contacts = self.local(name, first)
        if not all(map(_is_contact, contacts.values())):
            cure = "Write a web address that begins with https://, an e-mail address, or a Telegram @name."
            self.wrong(name, "is nothing that a reader can write to", cure)
        return contacts

    def flag(self, name: str, *, default: bool = False) -> bool:
        value = self.values.get(name, default)
        if isinstance(value, bool):
            return value
        self.wrong(
            name, "is neither true nor false", f"Write `{name} = {str(not default).lower()}`, without quotes."
        )
        return default

    def texts(self, name: str) -> Mapping[str, str]:
        """Return one text for each language."""
        value = self.values.get(name, {})
        if isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            return value
        self.wrong(name, "is no text for each language", f'Write `{name}.en = "…"`.')
        return {}

    def zone(self, name: str) -> ZoneInfo:
        value = self.text(name, required='Add `timezone = "America/Asuncion"`, say.')
        try:
            return ZoneInfo(value or "UTC")
        except (KeyError, OSError, ValueError):  # unknown, a folder of zones, a path that leads elsewhere
            pass
        self.wrong(name, f"is {value!r}, which is no time zone", "Use a name such as America/Asuncion.")
        return ZoneInfo("UTC")

    def days(
        self, name: str, default: int | None = None, *, least: int = 1, most: int = MOST_DAYS, say: int = 7
    ) -> int:
        """`say`: the number that a finding recommends."""
        value = self.number(name, default)
        if name not in self.values and default is None:
            self.missing(name, f"Add `{name} = {say}`, say.")
            return least
        if value is not None and least <= value <= most:
            return value
        self.wrong(name, f"is no number of days from {least} to {most}", f"Write `{name} = {say}`, say.")
        return least

    def number(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number; None for anything else."""
        value = self.values.get(name, default)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        meant = _date_in(value) or "2025-12-15"
        self.wrong(name, "is no date", f"Write `{name} = {meant}`, without quotes or a time.")
        return None

    def dates(self, name: str) -> list[tuple[date, int | None]]:
        """Return each date of a list, in its order, with its line."""
        value = self.values.get(name, [])
        if not isinstance(value, list):
            self.wrong(name, "is no list of dates", f"Write `{name} = [2025-12-29]`.")
            return []
        at = self._find(name)
        dates: list[tuple[date, int | None]] = []
        for item in value:
            text = item.isoformat() if isinstance(item, date) else str(item)
            place = self.source.find(text, at) if at is not None else -1
            at = place + len(text) if place >= 0 else at
            line = self.line(name) if place < 0 else self.source.count("\n", 0, place) + 1
            if isinstance(item, date) and not isinstance(item, datetime):
                dates.append((item, line))
            else:
                what, meant = f"`{self.prefix}{name}` holds {text!r}, which is no date.", _date_in(item)
                example = f"`{name} = [2025-12-29]`" if meant is None else f"{meant} there"
                if isinstance(item, str) and meant == item:
                    what = f"`{self.prefix}{name}` holds {text!r} in quotes, so it is text and no date."
                self.findings.error(line, what, f"Write {example}, without quotes or a time.")
        return dates

    def table(self, name: str, *, required: str) -> "Fields":
        value = self.values.get(name)
        if isinstance(value, dict):
            return replace(self, values=value, prefix=f"{self.prefix}{name}.")
        self.wrong(name, "is missing or no table", required)
        return Silent({}, self.source, self.findings)

    def tables(self, name: str) -> "list[Fields]":
        value = self.values.get(name, [])
        if isinstance(value, list) and all(isinstance(table, dict) for table in value):
            places = self._places(name)
            return [
                replace(
                    self,
                    values=table,
                    prefix=f"{name}[{at + 1}].",
                    start=places[at][0] if at < len(places) else None,
                    end=places[at][1] if at < len(places) else None,
                )
                for at, table in enumerate(value)
            ]
        self.wrong(name, "is no list of tables", f"Begin each with a line [[{name}]].")
        return []

    def line(self, *names: str) -> int | None:
        """Return the line of the first of these fields that is written, or that of the table's head; None
        where neither can be found.
        """
        places = (at for name in names if (at := self._find(name)) is not None)
        at = next(places, self.start)
        return None if at is None else self.source.count("\n", 0, at) + 1

    def _find(self, name: str) -> int | None:
        """Return where a field stands in the file."""
        key = rf"(?:^[ \t]*\[*|[{{,][ \t]*|^[\w-]+\.){re.escape(name)}[ \t]*[.=\]]"
        end = len(self.source) if self.end is None else self.end
        match = re.compile(key, re.MULTILINE).search(self.source, self.start or 0, end)
        return match.start() if match else None

    def _places(self, name: str) -> list[tuple[int, int]]:
        """Return where each table that is written as [[name]] begins and ends."""
        heads = re.compile(r"^[ \t]*\[{1,2}[ \t]*([\w-]+)[ \t]*(\]|\.)", re.MULTILINE)
        others = [head for head in heads.finditer(self.source) if (head[1], head[2]) != (name, ".")]
        ends = [head.start() for head in others[1:]] + [len(self.source)]
        return [(head.start(), end) for head, end in zip(others, ends, strict=False) if head[1] == name]


def _alike(name: str, others: Iterable[str]) -> list[str]:
    """Return the likest of the others, without signs and capitals, if `name` may be a slip of it."""
    return get_close_matches(_squashed(name), [_squashed(other) for other in others], 1, LIKE)


def _squashed(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _date_in(value: Any) -> str | None:
    """Return the date with which a value begins; None where there is none."""
    match = re.match(r"\d{4}-\d\d-\d\d(?!\d)", str(value))
    return match[0] if match else None


def _is_contact(text: str) -> bool:
    return is_button_address(text) or bool(_NAME.fullmatch(text) or _MAIL.fullmatch(text))


class Silent(Fields):
    """Stands for a table that is missing: that has been said already."""

    def wrong(self, name: str, what: str, cure: str) -> None:
        pass
