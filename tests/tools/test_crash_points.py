"""The moments at which a process is killed come in the order in which a delivery passes them."""

from pathlib import Path

from tests.delivery.mondays import Monday
from tools.soak.crash_points import CRASH_POINTS, crash_points


async def test_a_push_passes_every_crash_point_in_order(content: Path, data_folder: Path) -> None:
    hits: list[str] = []
    with crash_points(hits.append) as parts:
        async with Monday.of(content, data_folder) as monday:
            await monday.world.program.stop()
            monday.world.program = monday.world.new_program(parts=parts)
            await monday.world.program.start()
            await monday.enrol(1)
            await monday.push()
            await monday.ended()
    assert list(dict.fromkeys(hits)) == list(CRASH_POINTS)
