"""Warnings about names of folders and files that may be slips."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot.domain.content.problem import Findings, Problem
from bot.domain.content.publication import DAYS, FILE, Publication
from bot.services.content.folder import Folder, changed_at

NO_EDITION = "The folder holds no edition."

LONG_AGO = timedelta(days=300)
"""A new folder dated this long before the newest issue may have last year's number."""

TOGETHER = 600.0
"""Seconds. Files that came to the disk within this time were copied together: their order tells nothing."""

NEAR = timedelta(days=60)

PLAIN = (".md", ".txt", ".text", ".markdown", ".mdown", ".mkd", ".mdx")
"""Endings of plain text files: such a file only has to be renamed."""

OTHERS = (".docx", ".doc", ".odt", ".rtf", ".html", ".htm", ".pdf", ".pages", ".gdoc", ".epub")


def odd_names(
    folder: Folder, day: date, names: Sequence[str], publication: Publication, says_date: bool
) -> Sequence[Problem]:
    """Return what is odd about the names of a dated folder and of its files. Blocks.

    `says_date`: an edition has the same date in its front matter, so the folder's date is no slip.
    """
    findings = Findings(str(day))
    if not says_date and _has_another_year(folder, day):
        _tell_of_year(day, folder.days()[-1], findings)
    elif day.weekday() != publication.push_day:
        findings.warn(
            None,
            f"The folder's date is a {DAYS[day.weekday()].capitalize()}, but the issue comes out on a "
            f"{DAYS[publication.push_day].capitalize()}.",
            "Rename the folder if that is not meant.",
        )
    if publication.skipped(day):
        findings.warn(
            None,
            f"The folder's date stands in `skip` in {FILE}: admins are asked before it goes out.",
            "Delete the date there, or rename the folder.",
        )
    _tell_of_names(names, publication.languages, findings)
    return (*findings.errors, *findings.warnings)


def without_edition(names: Sequence[str], languages: Iterable[str]) -> list[str]:
    """Return the languages of which a folder holds neither an edition nor a file meant for one."""
    return [
        language for language in languages if f"{language}.md" not in names and not meant(language, names)
    ]


def meant(language: str, names: Iterable[str]) -> list[str]:
    """Return the files that seem to be meant for a language's edition: `ES.MD`, `es (1).md`, `es.docx`.

    Markdown files come first.
    """
    alike = [
        name
        for name in names
        if name != f"{language}.md" and re.fullmatch(_like(language), name, re.IGNORECASE)
    ]
    return sorted(alike, key=lambda name: (not _is_markdown(name), not _is_plain(name)))


def _like(language: str) -> str:
    endings = "|".join(re.escape(ending) for ending in (*PLAIN, *OTHERS))
    return rf"(?:[^.]*[ _](?:of|de)[ _])?{re.escape(language)}(?:[\W_].*)?(?:{endings})"


def _is_markdown(name: str) -> bool:
    return name.lower().endswith(".md")


def _is_plain(name: str) -> bool:
    return name.lower().endswith(PLAIN)


def _tell_of_names(names: Sequence[str], languages: Sequence[str], findings: Findings) -> None:
    """Warn of files that are not read but seem to be meant for an edition; one finding for each language."""
    written = [name for name in names if _is_markdown(name)]
    is_empty = not any(f"{language}.md" in names for language in languages)
    tell = findings.error if is_empty else findings.warn  # then it is why there is no edition
    told: set[str] = set()
    for language in languages:
        file, alike = f"{language}.md", meant(language, names)
        markdown = [name for name in alike if _is_markdown(name)]
        told.update(markdown)
        if file in names:
            for name in markdown:
                cure = f"Delete it, or put it in the place of {file} if it is the newer one."
                findings.warn(None, f"{name} is not read: it looks like a copy of {file}.", cure)
        elif alike and (markdown or not is_empty):
            not_read = f"{', '.join(alike)} {'is' if len(alike) == 1 else 'are'} not read"
            tell(None, f"There is no {file}; {not_read}.", _cure_of(alike[0], file))
    wanted = ", ".join(f"{language}.md" for language in languages)
    for name in written:
        if name not in told and name.removesuffix(".md") not in languages:
            tell(None, f"{name} is no language of the publication.", f"The names are {wanted}.")
    if not written:
        lying = next(
            ((files[0], language) for language in languages if (files := meant(language, names))), None
        )
        cure = _cure_of(lying[0], f"{lying[1]}.md") if lying else f"Put one there, named {wanted}."
        findings.error(None, NO_EDITION, cure)


def _cure_of(name: str, file: str) -> str:
    if _is_plain(name):
        return f"Rename {name} to {file}."
    return f"Save the text of {name} as {file}, in Markdown."


def _has_another_year(folder: Folder, day: date) -> bool:
    """Tell whether a folder was written after the newest issue and is dated long before it."""
    try:
        newest = folder.days()[-1]
    except (OSError, IndexError):
        return False
    if newest - day < LONG_AGO:
        return False
    return changed_at(folder.stamp(day)) > changed_at(folder.stamp(newest)) + TOGETHER


def _tell_of_year(day: date, newest: date, findings: Findings) -> None:
    meant = _next_after(newest, day)
    rename = (
        f"Rename the folder to {meant}, if that is meant" if meant else "Rename the folder, if that is so"
    )
    findings.warn(
        None,
        f"The folder is newer than that of {newest}, but dated long before it, so it is out and sent to "
        "nobody: its year may be mistyped.",
        f"{rename}; if the date is right, write `date: {day}` into the front matter.",
    )


def _next_after(newest: date, day: date) -> date | None:
    """Return the same day of a year in which it follows the newest issue closely; None where none does."""
    for year in (newest.year, newest.year + 1):
        try:
            meant = day.replace(year=year)
        except ValueError:  # February 29
            continue
        if newest < meant <= newest + NEAR:
            return meant
    return None
