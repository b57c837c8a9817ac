"""The requirement files hold exact versions with hashes, fit pyproject.toml and name no host."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FILES = ("requirements.txt", "requirements-demo.txt", "requirements-dev.txt", "requirements-uv.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SIMULATOR = tomllib.loads((ROOT / "simulator/pyproject.toml").read_text(encoding="utf-8"))


def entries(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip()]


def locked(name: str) -> dict[str, str]:
    """Return name → version; universal locks may hold one name more than once, for different markers."""
    pairs = (re.match(r"([a-z0-9.-]+)==(\S+)", entry) for entry in entries(name))
    return {pair[1]: pair[2] for pair in pairs if pair}


def wanted(requirements: list[str], lock: str) -> list[str]:
    """Return the requirements that the lock does not meet."""
    versions = locked(lock)
    parsed = [Requirement(text) for text in requirements]
    return [
        str(r)
        for r in parsed
        if not r.specifier.contains(versions.get(_canonical(r.name), ""), prereleases=True)
    ]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", FILES)
def test_every_package_has_one_version_and_its_hashes(name: str) -> None:
    loose = [entry for entry in entries(name) if not re.search(r"==\S+.* --hash=sha256:[0-9a-f]{64}", entry)]
    assert entries(name)
    assert loose == []


@pytest.mark.parametrize("name", FILES)
def test_no_lock_file_names_an_index_or_a_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.findall(r"://|^\s*--(?!hash=)\S+|^-\S+|\s@\s", text, re.MULTILINE) == []


def test_the_locks_meet_what_pyproject_asks_for() -> None:
    groups = PROJECT["dependency-groups"]
    bot, simulator = PROJECT["project"]["dependencies"], SIMULATOR["project"]["dependencies"]
    assert wanted(bot, "requirements.txt") == []
    assert wanted(bot + simulator, "requirements-demo.txt") == []
    assert wanted(bot + simulator + groups["dev"], "requirements-dev.txt") == []
    assert wanted(SIMULATOR["dependency-groups"]["dev"], "requirements-dev.txt") == []
    assert wanted(groups["setup"], "requirements-uv.txt") == []


def test_each_list_holds_the_one_before_in_the_versions_that_were_tested() -> None:
    bot, demo, dev = (set(locked(name).items()) for name in FILES[:3])
    assert bot < demo < dev


def test_the_demo_installs_telegrams_parser_and_the_bot_does_not() -> None:
    assert set(locked("requirements-demo.txt")) - set(locked("requirements.txt")) == {"tdjson"}


def test_the_simulator_needs_three_packages_each_within_bounds() -> None:
    needed = [Requirement(text) for text in SIMULATOR["project"]["dependencies"]]
    assert [requirement.name for requirement in needed] == ["aiohttp", "pillow", "tdjson"]
    assert all({bound.operator for bound in requirement.specifier} == {">=", "<"} for requirement in needed)


def test_the_simulator_and_the_bot_are_built_by_the_same_backend() -> None:
    assert SIMULATOR["build-system"] == PROJECT["build-system"]


def test_the_program_is_built_by_the_uv_that_sets_up() -> None:
    """Any other backend would be downloaded, and without a hash."""
    backend = Requirement(PROJECT["build-system"]["requires"][0])
    assert backend.name == "uv_build"
    assert backend.specifier.contains(locked("requirements-uv.txt")["uv"])
