"""A step of `./run` that fails shows the tool's last words and says what to do."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.setup.checkouts import Run, write

NO_PIP = f"""#!/bin/sh
case "$*" in
*-m*pip*) echo "$0: No module named pip" >&2; exit 1 ;;
*_base_executable*) "{sys.executable}" "$@" >/dev/null && echo "$0" ;;
*) exec "{sys.executable}" "$@" ;;
esac
"""

HANGING = """#!/bin/sh
case "$*" in
"{step} "*) echo >"{reached}"; exec sleep 60 ;;
*) exec "{real}" "$@" ;;
esac
"""
STOPPED = "Stopped before everything was set up. The next ./run goes on from here."


@pytest.fixture
def bare(checkout: Path) -> Path:
    """The checkout without uv: the set-up begins at its first step."""
    shutil.rmtree(checkout / ".uv", ignore_errors=True)
    return checkout


def script(file: Path, text: str) -> str:
    write(file, text)
    file.chmod(0o755)
    return str(file)


def test_a_wrong_python_is_refused_with_what_to_install(bare: Path, run: Run) -> None:
    answer = run(bare, PYTHON="/bin/false")
    assert answer.returncode == 1
    assert "No Python from 3.11 on was found at /bin/false." in answer.stderr
    assert "apt-get install python3" in answer.stderr


def test_a_python_without_pip_is_told_how_to_get_it(bare: Path, run: Run, tmp_path: Path) -> None:
    answer = run(bare, PYTHON=script(tmp_path / "no pip/python3", NO_PIP))
    assert answer.returncode == 1
    assert "apt-get install python3-pip" in answer.stderr


def test_a_machine_without_network_is_told_so(bare: Path, run: Run) -> None:
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_CONFIG_FILE": os.devnull, "PIP_FIND_LINKS": ""}
    answer = run(bare, **closed, PIP_RETRIES="0")
    assert answer.returncode == 1
    assert "uv, which installs the packages … failed" in answer.stderr
    assert "Check the network" in answer.stderr
    assert not (bare / ".venv").exists()


def test_a_package_that_is_not_the_locked_one_is_refused(bare: Path, run: Run, tmp_path: Path) -> None:
    version = (bare / "requirements-uv.txt").read_text(encoding="utf-8").split()[0].removeprefix("uv==")
    with zipfile.ZipFile(tmp_path / f"uv-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr("uv/__init__.py", "raise SystemExit('not the real one')")
    answer = run(bare, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path), PIP_CONFIG_FILE=os.devnull)
    assert answer.returncode == 1
    assert "is not the one that was locked" in answer.stderr
    assert not (bare / ".uv/site-packages").exists()


def test_a_folder_that_cannot_be_written_is_named(bare: Path, run: Run) -> None:
    write(bare / ".uv", "a file where a folder should be made")
    answer = run(bare)
    assert answer.returncode == 1
    assert f"Nothing can be written in {bare}." in answer.stderr


@pytest.mark.parametrize("step", ["venv", "pip sync", "pip install"])
def test_ctrl_c_in_a_step_ends_in_a_sentence_and_the_next_start_recovers(
    checkout: Path, run: Run, step: str
) -> None:
    run(checkout, "readers")
    shutil.rmtree(checkout / ".venv")
    uv, reached = checkout / ".uv/site-packages/bin/uv", checkout / "reached"
    real = uv.rename(uv.with_name("real"))
    os.mkfifo(reached)
    script(uv, HANGING.format(step=step, real=real, reached=reached))
    with interrupted(checkout) as (_, said):
        reached.read_text(encoding="utf-8")
    assert said[-1] == f"{STOPPED}\n"
    assert "failed" not in "".join(said)
    real.replace(uv)
    answer = run(checkout)
    assert (answer.returncode, answer.stdout) == (0, f"runs in {checkout}\n")


def test_ctrl_c_while_another_set_up_is_waited_for_ends_in_a_sentence(checkout: Path) -> None:
    (checkout / ".uv").mkdir(exist_ok=True)
    with (checkout / ".uv/lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with interrupted(checkout) as (process, said):
            assert "Another ./run is setting up here" in process.readline()
    assert said == ["\n", f"{STOPPED}\n"]


@contextmanager
def interrupted(checkout: Path) -> Iterator[tuple[IO[str], list[str]]]:
    """Start ./run, and press Ctrl+C when the block ends; yields what it says, and a list for the rest."""
    command = ["env", "--default-signal=INT", str(checkout / "run")]  # who started the tests may ignore it
    said: list[str] = []
    with subprocess.Popen(  # noqa: S603  # our own script
        command, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr
        yield process.stderr, said
        os.killpg(process.pid, signal.SIGINT)
        said += process.stderr.readlines()
    assert process.returncode == 130


def test_a_broken_catalog_stops_the_start_until_it_is_repaired(checkout: Path, run: Run) -> None:
    catalog = checkout / "locales/es/LC_MESSAGES/briefing.po"
    good = catalog.read_bytes()
    catalog.write_bytes(good.decode("utf-8").encode("latin-1"))
    answer = run(checkout)
    assert answer.returncode == 1
    assert "translations … failed" in answer.stderr
    assert "A catalog under locales/ could not be compiled." in answer.stderr
    catalog.write_bytes(good)
    assert run(checkout).returncode == 0
