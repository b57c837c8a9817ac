"""A content folder on disk, and an archive with stopped clocks."""

import io
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from PIL import Image

from bot.clock import StoppedClock
from bot.services.content.archive import Archive
from bot.services.content.released_issues import Out
from tests.files import long_ago

MONDAY = date(2025, 12, 22)
NOW = datetime(2025, 12, 22, 12, tzinfo=UTC)
PUBLICATION = """\
name = "Sample"
languages = ["en", "es"]
timezone = "UTC"
push = { day = "monday", hour = "07:00" }
site = "https://sample.example"
"""


def markdown(title: str = "Title", free: str = "free words", paid: str = "paid words") -> str:
    return (
        f"---\ntitle: {title}\n---\n# Top: First {{#first}}\n\n{free}\n\n<!-- paywall -->\n\n{paid}\n\n"
        f"# Second: {title} {{#second}}\n\nmore {paid}\n"
    )


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20), color: str = "red") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", size, color).save(stream, kind)
    return stream.getvalue()


@dataclass
class Content:
    root: Path
    clock: StoppedClock = field(default_factory=lambda: StoppedClock(NOW))
    seconds: float = 0.0

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        long_ago(file)
        return file

    def issue(self, day: date = MONDAY, text: str | None = None, language: str = "en") -> Path:
        return self.write(f"{day}/{language}.md", markdown() if text is None else text)

    def weeks(self, count: int) -> list[date]:
        """Write issues of so many weeks; return their dates, newest first."""
        days = [MONDAY - timedelta(weeks=week) for week in range(count)]
        for day in days:
            self.issue(day, markdown(f"Issue of {day}"))
        return days

    async def open(self, out: Out | None = None) -> Archive:
        for file in self.root.glob("*/*"):
            long_ago(file)
        archive = Archive(self.root, self.clock, out, monotonic=lambda: self.seconds)
        await archive.open()
        await archive.load_rest()
        return archive

    async def settle(self, archive: Archive) -> None:
        """Let the archive see what changed, and let a second go by."""
        await archive.scan()
        self.seconds += 1.0
        await archive.scan()
