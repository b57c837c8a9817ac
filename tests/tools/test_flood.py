"""One reader's flood keeps nobody else waiting, and memory is flat (fault row 19)."""

from pathlib import Path

import pytest

from tools.soak.flood import LONGEST_WAIT, Figures, Flood, Plan


async def test_while_one_reader_floods_the_bot_others_are_answered_and_memory_is_flat(
    tmp_path: Path, database_url: str
) -> None:
    async with Flood(Plan(database_url, rate=200, seconds=2.0), tmp_path) as flood:
        figures = await flood.run()
    assert set(figures.answers) == {200}
    assert len(figures.waits) >= 5
    assert max(figures.waits) < LONGEST_WAIT
    assert figures.growth < 20


@pytest.mark.parametrize(
    ("statuses", "waits", "memory"),
    [
        ([200] * 900, [0.1], [100.0, 100.0]),
        ([200] * 999 + [503], [0.1], [100.0, 100.0]),
        ([200] * 1000, [0.1, 2.5], [100.0, 100.0]),
        ([200] * 1000, [0.1], [100.0, 130.0]),
    ],
    ids=["too few", "not taken", "too slow", "memory grows"],
)
def test_a_flood_that_does_harm_is_judged_so(
    statuses: list[int], waits: list[float], memory: list[float]
) -> None:
    figures = Figures(Plan("", rate=1_000, seconds=1.0), seconds=1.0, waits=waits, memory=memory)
    figures.answers.update(statuses)
    assert not figures.is_sound
    good = Figures(Plan("", rate=1_000, seconds=1.0), seconds=1.0, waits=[0.1], memory=[100.0, 101.0])
    good.answers.update([200] * 1000)
    assert good.is_sound
