"""The content log: problems, mended problems, issues in service."""

from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import structlog

from bot.domain.content.problem import Problem
from bot.domain.content.publication import DAYS, Publication
from bot.services.content.issues.editions import edition_path
from bot.services.content.issues.package import Loaded


def log_problems(known: Iterable[Problem], problems: Iterable[Problem]) -> None:
    """Log each problem that was not known, and each known one that is gone."""
    log = structlog.get_logger()
    before, now = tuple(known), tuple(problems)
    for problem in now:
        if problem not in before:
            write = log.warning if problem.warning else log.error
            line = {} if problem.line is None else {"line": problem.line}
            write("content problem", file=problem.path, **line, what=problem.what, cure=problem.cure)
    # An error hides the warnings of its file, and a problem that moved to another line is still there.
    named = {(problem.path, problem.what) for problem in now}
    broken = {problem.path for problem in now if not problem.warning}
    for problem in before:
        if (problem.path, problem.what) not in named and problem.path not in broken:
            log.info("content problem mended", file=problem.path, what=problem.what)


def log_issue(loaded: Loaded, zone: ZoneInfo) -> None:
    """Log what of an issue is in service as it is on disk; nothing where only older editions are served."""
    day, issue = loaded.package.day, loaded.issue
    broken = {problem.path for problem in loaded.problems if not problem.warning}
    if issue is None or str(day) in broken:
        return
    editions = [
        edition for language, edition in issue.editions.items() if edition_path(day, language) not in broken
    ]
    if editions:
        structlog.get_logger().info(
            "issue loaded",
            issue=str(day),
            languages=", ".join(edition.language for edition in editions),
            sections=len(editions[0].sections),
            out=issue.out_at.astimezone(zone).isoformat(" ", "minutes"),
        )


def log_removed(day: date) -> None:
    structlog.get_logger().info("issue removed", issue=str(day))


def log_publication(publication: Publication) -> None:
    """Log what a changed publication.toml says by now."""
    structlog.get_logger().info(
        "publication loaded",
        name=publication.name,
        languages=", ".join(publication.languages),
        push=f"{DAYS[publication.push_day]} {publication.push_hour:%H:%M}",
        zone=publication.zone.key,
        **({"skip": ", ".join(map(str, sorted(publication.skip)))} if publication.skip else {}),
    )
