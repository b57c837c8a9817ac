"""The cover of an issue, as its editions name it."""

from datetime import date

from bot.domain.content.issue import Cover
from bot.domain.content.problem import Findings
from bot.services.content.folder import Folder
from bot.services.content.issues.editions import Editions, edition_path
from bot.services.content.issues.package import Package
from bot.services.content.pictures.covers import named, read_cover, tell_of_unused, usual


def find_cover(folder: Folder, day: date, names: list[str], reading: Editions) -> tuple[str, Cover] | None:
    """Return the issue's cover and its name; what is wrong with it is added to the problems. Blocks."""
    told = len(reading.problems)
    name = _cover_name(day, names, reading)
    if len(reading.problems) == told and not reading.broken:  # which may name another one
        findings = Findings(str(day))
        tell_of_unused(name or "", names, (problem.what for problem in reading.problems), findings)
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
        name = named(parsed.cover, parsed.cover_line, names, findings)
        if chosen is None and name is not None:
            chosen = name, edition_path(day, language)
        elif chosen is not None and name not in (None, chosen[0]):
            findings.warn(
                parsed.cover_line,
                f"An issue has one cover, and {chosen[1]} names {chosen[0]}, so {name} is not used.",
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


def kept_cover(folder: Folder, package: Package) -> Cover | None:
    """Return the cover, or none while the file on disk is another one than was loaded."""
    if package.cover is None:
        return None
    name, digest = package.cover
    file = folder.root / package.day.isoformat() / name
    cover = read_cover(file, folder.pictures, Findings(name))
    return cover if cover is not None and cover.digest == digest else None
