"""`./run` sets up a fresh checkout, notices what changed, heals what was cut off."""

import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.setup.checkouts import PROJECT, Run, locked, write


def test_help_names_every_verb_in_one_line_and_sets_nothing_up(checkout: Path, run: Run) -> None:
    answer = run(checkout, "help")
    assert answer.returncode == 0
    listed = re.findall(r"^  ([a-z]+)  ", answer.stdout, re.MULTILINE)
    assert listed[:5] == ["demo", "bot", "simulator", "healthy", "migrate"]
    assert listed[5:10] == ["campaigns", "push", "grant", "revoke", "codes"]
    assert listed[10:16] == ["readers", "doctor", "audit", "broadcast", "backup", "restore"]
    assert listed[16:] == ["test", "check", "bench", "soak", "messages", "lock", "holes", "help"]
    assert not (checkout / ".venv").exists()


def test_an_unknown_verb_is_answered_with_the_list(checkout: Path, run: Run) -> None:
    answer = run(checkout, "dmeo")
    assert answer.returncode == 2
    assert 'does not know "dmeo"' in answer.stderr
    assert "simulator" in answer.stderr


def test_the_verb_that_was_nearly_written_is_named(checkout: Path, run: Run) -> None:
    answer = run(checkout, "campaign")
    assert answer.returncode == 2
    assert answer.stderr == (
        './run does not know "campaign". Did you mean campaigns? ./run help lists all verbs.\n'
    )


def test_a_stranger_needs_one_command_and_the_second_start_has_nothing_to_do(
    checkout: Path, run: Run
) -> None:
    first = run(checkout, "demo", "--port", "9000")
    assert first.stdout == f"runs demo --port 9000 in {checkout}\n"
    *lines, last = first.stderr.splitlines()
    assert last == "Starting …"
    assert all(line.startswith("  ") and line.endswith(" s") for line in lines)
    assert [line.split(" … ")[0].strip() for line in lines][-4:] == [
        "virtual environment .venv",
        "packages of requirements-demo.txt",
        "this program",
        "translations",
    ]
    assert (checkout / "locales/es/LC_MESSAGES/briefing.mo").exists()
    second = run(checkout)
    assert (second.returncode, second.stderr) == (0, "Starting …\n")
    assert second.stdout == f"runs in {checkout}\n"


def test_the_packages_are_compiled_before_the_first_start(checkout: Path, run: Run) -> None:
    run(checkout, "readers")
    folder = next((checkout / ".venv").glob("lib/*/site-packages/babel"))
    assert {file.name.partition(".")[0] for file in folder.glob("__pycache__/*.pyc")} == {
        file.stem for file in folder.glob("*.py")
    }


def test_what_changed_is_made_again_and_nothing_else(checkout: Path, run: Run) -> None:
    run(checkout)
    write(checkout / "requirements-demo.txt", locked("babel") + locked("jinja2") + locked("markupsafe"))
    assert "packages of requirements-demo.txt" in run(checkout).stderr
    assert list((checkout / ".venv").glob("lib/*/site-packages/jinja2"))

    write(checkout / "pyproject.toml", PROJECT + '\n[project.scripts]\nbriefing = "bot:main"\n')
    assert run(checkout).stderr.strip().startswith("this program")
    assert (checkout / ".venv/bin/briefing").exists()

    catalog = checkout / "locales/es/LC_MESSAGES/briefing.po"
    write(catalog, catalog.read_text(encoding="utf-8").replace("edición", "número"))
    assert run(checkout).stderr.strip().startswith("translations")
    assert "número".encode() in catalog.with_suffix(".mo").read_bytes()
    assert run(checkout).stderr == "Starting …\n"


def installed(checkout: Path, name: str) -> bool:
    return bool(list((checkout / ".venv").glob(f"lib/*/site-packages/{name}*.dist-info")))


def test_the_bot_is_set_up_without_the_simulator(checkout: Path, run: Run) -> None:
    answer = run(checkout, "bot")
    assert answer.stdout == f"runs bot in {checkout}\n"
    assert "packages of requirements.txt" in answer.stderr
    assert installed(checkout, "briefing_bot")
    assert not installed(checkout, "markupsafe")
    assert not installed(checkout, "telegram_simulator")


def test_the_simulator_comes_with_the_demo_and_stays_for_the_bot(checkout: Path, run: Run) -> None:
    run(checkout, "bot")
    answer = run(checkout, "demo")
    assert "packages of requirements-demo.txt" in answer.stderr
    assert installed(checkout, "markupsafe")
    assert installed(checkout, "telegram_simulator")
    assert run(checkout, "bot").stderr == "Starting …\n"
    assert installed(checkout, "telegram_simulator")
    assert run(checkout, "simulator", "--port", "9").stdout == "simulates --port 9\n"


@pytest.mark.parametrize(
    ("variables", "line", "chosen"),
    [
        ({}, "# BOT_TOKEN=12345:AbC", "demo"),
        ({}, 'BOT_TOKEN=""', "demo"),
        ({}, "BOT_TOKEN=12345:AbC", "bot"),
        ({}, " export bot_token = '12345:AbC'", "bot"),
        ({"BOT_TOKEN_FILE": "token"}, "", "bot"),
    ],
)
def test_without_a_verb_the_token_decides_what_is_set_up(
    checkout: Path, run: Run, variables: dict[str, str], line: str, chosen: str
) -> None:
    write(checkout / ".env", f"HTTP_PORT=8080\n{line}\n")
    answer = run(checkout, **variables)
    assert answer.stdout == f"runs in {checkout}\n"
    assert installed(checkout, "telegram_simulator") is (chosen == "demo")


def test_a_set_up_that_was_cut_off_heals(checkout: Path, run: Run) -> None:
    run(checkout)
    package = next((checkout / ".venv").glob("lib/*/site-packages/babel/core.py"))
    package.unlink()
    (checkout / ".venv/.unfinished").touch()
    (checkout / "locales/es/LC_MESSAGES/briefing.mo").unlink()
    answer = run(checkout)
    assert answer.returncode == 0
    assert package.exists()
    assert (checkout / "locales/es/LC_MESSAGES/briefing.mo").exists()


def test_a_moved_checkout_gets_an_environment_of_its_own(checkout: Path, run: Run) -> None:
    run(checkout)
    moved = checkout.with_name("moved away")
    shutil.move(checkout, moved)
    answer = run(moved)
    assert "virtual environment .venv" in answer.stderr
    assert answer.stdout == f"runs in {moved}\n"
    pointer = next((moved / ".venv").glob("lib/*/site-packages/*briefing*.pth"))
    assert str(moved) in pointer.read_text(encoding="utf-8")


def test_two_set_ups_at_once_take_turns(checkout: Path, run: Run) -> None:
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(lambda _: run(checkout), range(2)))
    assert [answer.returncode for answer in answers] == [0, 0]
    steps = "".join(answer.stderr for answer in answers)
    assert steps.count("virtual environment .venv … ") == 1
    assert subprocess.run([checkout / ".venv/bin/python", "-c", "import babel"], check=False).returncode == 0  # noqa: S603  # ours


def test_the_whole_suite_runs_in_five_processes_and_a_part_of_it_in_one(checkout: Path, run: Run) -> None:
    write(checkout / "pytest.py", 'import os, sys\nprint(os.environ.get("BRIEFING_TESTS"), *sys.argv[1:])\n')
    assert run(checkout, "test").stdout.startswith("None -rs -n 5 ")
    assert run(checkout, "test", "--all").stdout.startswith("all -rs -n 5 ")
    assert run(checkout, "test", "tests/domain", "-k", "wall").stdout == "None -rs tests/domain -k wall\n"
    assert run(checkout, "test", "--all", "tests/domain").stdout == "all -rs tests/domain\n"
