"""A delivery passes the crash points in their order."""

from pathlib import Path

from tests.delivery.mondays import Monday
from tools.soak.crash_points import CRASH_POINTS, crash_points


async def test_a_push_passes_every_crash_point_in_order(content: Path, data_folder: Path) -> None:
    hits: list[str] = []
    with crash_points(hits.append) as classes:
        async with Monday.of(content, data_folder, delivery=classes) as monday:
            await monday.enrol(1)
            await monday.push()
            await monday.ended()
    assert list(dict.fromkeys(hits)) == list(CRASH_POINTS)
