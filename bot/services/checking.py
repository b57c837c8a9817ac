"""The whole content folder, read once for everything that is wrong with it."""

from pathlib import Path

from bot.domain.problem import ContentErrors, Problem
from bot.services.archive import NO_ISSUE
from bot.services.folder import Folder
from bot.services.loading import load, read_publication


def check(folder: Path) -> list[Problem]:
    """Return errors and warnings, publication.toml's first and then the newest issue's. Blocks."""
    content = Folder(folder)
    try:
        publication = read_publication(content)
    except ContentErrors as errors:
        return list(errors.problems)
    loaded = [load(content, day, publication) for day in sorted(content.stamps(), reverse=True)]
    problems = [*publication.warnings, *(problem for one in loaded for problem in one.problems)]
    return problems if any(one.issue for one in loaded) else [NO_ISSUE, *problems]
