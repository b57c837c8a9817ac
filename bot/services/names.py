"""Names of dated folders, and of what lies in them, that may be slips."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.domain.problem import Findings, Problem
from bot.domain.publication import DAYS, FILE, Publication
from bot.services.folder import Folder, changed_at

NO_EDITION = "The folder holds no edition."

LONG_AGO = timedelta(days=300)
"""An issue that is new on disk and dated so much before the newest one may have last year's number."""

TOGETHER = 600.0
"""Seconds: files that came to this disk together, as a copy of the whole folder does, tell nothing."""

NEAR = timedelta(days=60)


def odd_names(
    folder: Folder, day: date, names: Sequence[str], publication: Publication, says_date: bool
) -> Sequence[Problem]:
    """Name what is odd about the name of a dated folder and of what lies in it; a date that an edition
    `says_date` itself is no slip. Blocks.
    """
    findings = Findings(str(day))
    languages = ", ".join(f"{language}.md" for language in publication.languages)
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
    written = [name for name in names if name.lower().endswith(".md")]
    odd = [name for name in written if name.removesuffix(".md") not in publication.languages]
    tell = findings.error if odd == written else findings.warn  # then it is why there is no edition
    for name in odd:
        tell(None, f"{name} is no language of the publication.", f"The names are {languages}.")
    if not written:
        findings.error(None, NO_EDITION, f"Put one there, named {languages}.")
    return (*findings.errors, *findings.warnings)


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
