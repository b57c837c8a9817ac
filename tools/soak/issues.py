"""Weekly issues that can be told apart in readers' chats."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.files import long_ago

PUBLICATION = """\
name = "The Soak Post"
series = "Soak"
tagline.en = "a Monday briefing that is killed again and again"
tagline.es = "un boletín de los lunes que muere una y otra vez"
languages = ["en", "es"]
timezone = "UTC"
push = { day = "monday", hour = "07:00" }
trial_days = 7
site = "https://example.com/soak"
terms = "https://example.com/soak/terms"
"""

EDITION = """\
---
title: {marker}
author: Nobody
---

# Top story: Everyone gets it once {{#topstory}}

{words}

<!-- paywall -->

What is paid.
"""

FIRST = date(2026, 1, 5)
HOUR = 7


def monday(week: int) -> date:
    return FIRST + timedelta(weeks=week)


def marker(week: int) -> str:
    """Return the words that only this week's issue holds; none begins like another."""
    return f"Issue-{week:06d}"


def out_at(week: int) -> datetime:
    return datetime.combine(monday(week), datetime.min.time(), UTC).replace(hour=HOUR)


def write(folder: Path, week: int) -> None:
    """Write the issue of a week in both languages, as if it lay there for a while; and the publication."""
    (folder / str(monday(week))).mkdir(parents=True)
    (folder / "publication.toml").write_text(PUBLICATION, encoding="utf-8")
    for language, words in (("en", "Short."), ("es", "Breve.")):
        edition = EDITION.format(marker=marker(week), words=words)
        file = folder / str(monday(week)) / f"{language}.md"
        file.write_text(edition, encoding="utf-8")
        long_ago(file)
