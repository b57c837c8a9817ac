"""The command as a process: its flags, and what it says when it cannot start."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

FOLDER = Path(__file__).parents[1]
MISSING = """
import sys
sys.modules["tdjson"] = None
from telegram_simulator.__main__ import main
main(["--port", "0"])
"""


@contextmanager
def running(*words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run until the block ends; yields the process and the address that it names."""
    command = [sys.executable, "-m", "telegram_simulator", *words]
    with subprocess.Popen(command, cwd=FOLDER, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ours
        assert process.stdout is not None
        line = process.stdout.readline()
        named = re.match(r"A local Telegram listens at (http://127\.0\.0\.1:\d+)", line)
        assert named is not None, line
        yield process, named[1]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0


def ended(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # ours
        [sys.executable, *words], cwd=FOLDER, capture_output=True, text=True, timeout=30, check=False
    )


def test_it_starts_with_people_and_may_be_strict() -> None:
    with running("--port", "0", "--seed", "2", "--strict") as (_, address):
        with pytest.raises(HTTPError, match="400"):
            urlopen(f"{address}/bot12345:{'A' * 35}/getMe?wrong=1")  # noqa: S310  # ours
        with urlopen(f"{address}/control/people?bot=12345") as people:  # noqa: S310  # ours
            assert [person["id"] for person in json.load(people)] == [6_000_000_001, 6_000_000_002]


def test_it_starts_with_the_people_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text('{"people": [{"id": 5, "first_name": "Ana"}], "groups": [{"id": -7, "title": "Club"}]}')
    with running("--port", "0", "--people", str(file)) as (_, address):
        with urlopen(f"{address}/bot12345:{'A' * 35}/getChat?chat_id=-7") as chat:  # noqa: S310  # ours
            assert json.load(chat)["result"]["title"] == "Club"
        with urlopen(f"{address}/control/people?bot=12345") as people:  # noqa: S310  # ours
            assert [person["id"] for person in json.load(people)] == [5]


def test_a_file_of_people_that_is_wrong_is_refused_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "people.json"
    file.write_text('{"people": [{"id": 5}]}')
    answer = ended("-m", "telegram_simulator", "--port", "0", "--people", str(file))
    assert answer.returncode == 1
    assert "cannot be read: Each entry has id, first_name" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_port_that_is_taken_is_named() -> None:
    with running("--port", "0") as (_, address):
        port = address.rpartition(":")[2]
        answer = ended("-m", "telegram_simulator", "--port", port)
    assert (answer.returncode, answer.stderr) == (1, f"Port {port} is taken. Give another with --port.\n")


@pytest.mark.parametrize(
    "words", [("--port", "65536"), ("--seed", "-1"), ("--webhook-retry", "61"), ("--port", "x")]
)
def test_a_number_that_cannot_be_is_refused(words: tuple[str, ...]) -> None:
    answer = ended("-m", "telegram_simulator", *words)
    assert answer.returncode == 2
    assert f"argument {words[0]}: " in answer.stderr


def test_help_names_every_flag() -> None:
    answer = ended("-m", "telegram_simulator", "--help")
    assert answer.returncode == 0
    assert set(re.findall(r"--[a-z-]+", answer.stdout)) == {
        "--help", "--port", "--strict", "--seed", "--people", "--webhook-retry",
    }  # fmt: skip


def test_a_machine_that_telegrams_parser_is_not_built_for_is_told_so() -> None:
    answer = ended("-c", MISSING)
    assert answer.returncode == 1
    assert answer.stderr.startswith("The simulator needs tdjson")
    assert answer.stderr.count("\n") == 1
