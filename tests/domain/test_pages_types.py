"""What has not passed the gate cannot be rendered: the type checker refuses it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
WRONG = """
from bot.domain.content.issue import {kind}
from bot.domain.pages.rendering.{rendering} import {function}
def render(given: {kind}) -> str: return {function}(given)
""".lstrip()
CASES = [
    (kind, rendering, function)
    for kind in ("Edition", "Section", "Blocks")
    for rendering, function in (("classic", "body"), ("rich", "body"), ("web", "free_part"))
]


def test_renderers_refuse_what_has_not_passed_the_gate(tmp_path: Path) -> None:
    files = [tmp_path / f"case{number}.py" for number in range(len(CASES))]
    for file, (kind, rendering, function) in zip(files, CASES, strict=True):
        file.write_text(WRONG.format(kind=kind, rendering=rendering, function=function), encoding="utf-8")
    answer = subprocess.run(  # noqa: S603  # our own interpreter and files
        [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", *files],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    for file in files:
        assert f"{file.name}:3: error: Argument 1" in answer.stdout, answer.stdout + answer.stderr
    assert answer.stdout.count("error:") == len(files)
