"""The content folder as a whole: its publication and its problems."""

from bot.domain.content.problem import ContentErrors, Findings, Problem
from bot.domain.content.publication import FILE, Publication, read
from bot.services.content.folder import Folder, meant_day


def read_publication(folder: Folder) -> Publication:
    """Read publication.toml; ContentErrors when it is missing or wrong. Blocks."""
    findings = Findings(FILE)
    try:
        text = (folder.root / FILE).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        findings.error(None, f"The file is not UTF-8 (byte {error.start}).", "Save it as UTF-8.")
    except OSError as error:
        raise ContentErrors((unreadable(folder, error),)) from error
    findings.stop_if_wrong()
    return read(text)


def unreadable(folder: Folder, error: OSError) -> Problem:
    """Say what is missing: the content folder, or publication.toml in it."""
    if not folder.root.is_dir():
        what = f"There is no content folder {folder.root}."
        return Problem(".", None, what, "Create it, or set CONTENT_DIR to the folder that holds the issues.")
    missing = isinstance(error, FileNotFoundError)
    what = (
        f"There is no {FILE} in {folder.root}."
        if missing
        else f"{FILE} cannot be read in {folder.root} ({type(error).__name__})."
    )
    return Problem(FILE, None, what, "Put one there: the README shows what stands in it.")


def general_problems(folder: Folder) -> tuple[Problem, ...]:
    """Name what is wrong with the content folder itself. Blocks; OSError when it cannot be read."""
    return tuple(_misnamed(name) for name in folder.misnamed())


def _misnamed(name: str) -> Problem:
    meant = meant_day(name)
    cure = (
        "Name the folder by the issue's date, as in 2026-11-30."
        if meant is None
        else f"Is {meant} meant? Then name it so; a folder that is not to be served may begin with a dot."
    )
    return Problem(name, None, f"`{name}` is no date, so nothing in it is served.", cure, warning=True)


def no_issue(folder: Folder) -> Problem:
    return Problem(
        str(folder.root),
        None,
        "There is no issue that can be served.",
        "Put one into a folder named by its date, such as 2025-12-22/en.md, or mend those named here.",
    )
