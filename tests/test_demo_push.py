"""A push tried in the demo: by a verb in another terminal, which knows nothing but that a demo runs."""

import asyncio
import json
import os
import re
import stat
from pathlib import Path
from urllib.request import urlopen

from bot.demo import EDITOR
from tests.forked import forked
from tests.test_program import NO_SIMULATOR, ROOT, running, without

NO_DEMO = (
    "BOT_TOKEN is not set, and no demo runs. @BotFather gives a token; or write `briefing demo` in another "
    "terminal, and the test goes to its editor.\n"
)


def texts(address: str) -> list[str]:
    """Return what the bot has sent, as the chat page lists it."""
    with urlopen(f"{address}/control/calls?limit=1000", timeout=10) as answer:  # noqa: S310  # ours
        calls = json.loads(answer.read())
    return [json.dumps(call, ensure_ascii=False) for call in calls if str(EDITOR) in json.dumps(call)]


def left(folder: Path) -> list[Path]:
    return list(folder.glob("briefing-demos-*/*"))


async def test_a_test_goes_to_the_editor_of_the_demo_that_runs_at_its_hour(tmp_path: Path) -> None:
    settings = {"CONTENT_DIR": str(ROOT / "content"), "TMPDIR": str(tmp_path)}
    with running(ROOT, "demo", "--port", "0", TMPDIR=str(tmp_path)) as (_, line):
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, line
        chosen = ("--language", "en", "--access", "preview")
        sent, wrong = await asyncio.gather(
            asyncio.to_thread(forked, tmp_path, "push", "--test-to", str(EDITOR), *chosen, **settings),
            asyncio.to_thread(forked, tmp_path, "push", "--test-to", "42", **settings),
        )
        assert (sent.stdout, sent.stderr) == ("Sent: the issue of 2026-11-23 in en, preview access.\n", "")
        assert wrong.stderr == f"42 is no admin of the demo that runs. Its editor is --test-to {EDITOR}.\n"
        words = ("push", "--test-to", str(EDITOR))
        alone = await asyncio.to_thread(without, "telegram_simulator", tmp_path, *words, **settings)
        assert (alone.returncode, alone.stderr) == (1, NO_SIMULATOR)
        shown = texts(found[0])
        assert any("This is what readers without access get" in text for text in shown)
        assert any("Only admins can see this for now" in text for text in shown)  # it is Sunday evening there
        (file,) = left(tmp_path)
        assert [stat.S_IMODE(one.stat().st_mode) for one in (file.parent, file)] == [0o700, 0o600]
    assert left(tmp_path) == []
    over = await asyncio.to_thread(forked, tmp_path, "push", "--test-to", str(EDITOR), **settings)
    assert (over.returncode, over.stderr) == (1, NO_DEMO)


async def test_what_a_demo_left_that_was_killed_or_another_user_wrote_is_not_believed(tmp_path: Path) -> None:
    settings = {"CONTENT_DIR": str(ROOT / "content"), "TMPDIR": str(tmp_path)}
    folder = tmp_path / f"briefing-demos-{os.getuid()}"
    folder.mkdir(mode=0o700)
    dead, odd = folder / f"{2**22 + 1}.json", folder / f"{os.getpid()}.json"
    dead.write_text("{}", encoding="utf-8")
    odd.write_text('["no settings"]', encoding="utf-8")
    for mode in (0o700, 0o777):
        folder.chmod(mode)
        answer = await asyncio.to_thread(forked, tmp_path, "push", "--test-to", str(EDITOR), **settings)
        assert (answer.returncode, answer.stderr) == (1, NO_DEMO)
