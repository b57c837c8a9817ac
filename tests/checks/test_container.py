"""The container as far as it can be judged without an engine: sources, user, secrets, write protection."""

import fnmatch
import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

from bot.config import FROM_FILES, SECRETS, Settings

ROOT = Path(__file__).parents[2]
SECRET_WORDS = re.compile(r"token|secret|password|passwd|hash_key|api_?key", re.IGNORECASE)


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions as (keyword, rest), continued lines joined, comments left out."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split(None, 1)[0], line.split(None, 1)[1]) for line in lines]


def final_stage() -> list[tuple[str, str]]:
    steps = instructions()
    return steps[max(place for place, (keyword, _) in enumerate(steps) if keyword == "FROM") :]


def sources() -> set[str]:
    """Return what COPY takes from the checkout."""
    copies = [rest.split() for keyword, rest in instructions() if keyword == "COPY" and "--from=" not in rest]
    return {word for words in copies for word in words[:-1] if not word.startswith("--")}


def is_ignored(path: str) -> bool:
    """Apply .dockerignore: the last rule that matches the path or a folder above it decides."""
    ignored = False
    parts = path.split("/")
    above = ["/".join(parts[: end + 1]) for end in range(len(parts))]
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        rule = line.strip()
        if rule and not rule.startswith("#"):
            pattern = rule.removeprefix("!")
            patterns = (pattern, pattern.removeprefix("**/"))
            if any(fnmatch.fnmatchcase(name, each) for name in above for each in patterns):
                ignored = not rule.startswith("!")
    return ignored


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def services() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


def service() -> dict[str, Any]:
    return services()["bot"]


def proxy_lines() -> list[list[str]]:
    text = (ROOT / "docs/haproxy.cfg").read_text(encoding="utf-8")
    return [line.split() for line in text.splitlines() if line.split() and not line.lstrip().startswith("#")]


def serves(path: str) -> bool:
    """Tell whether the proxy hands this on, by its list of what it does."""
    served = [line[2:] for line in proxy_lines() if line[:2] == ["acl", "served"]]
    plain = [paths for kind, *paths in served if kind == "path"]
    shapes = [shape for kind, *many in served if kind == "path_reg" for shape in many]
    return any(path in paths for paths in plain) or any(re.search(shape, path) for shape in shapes)


def test_what_is_copied_exists_and_reaches_the_engine() -> None:
    assert sources() == {"requirements.txt", "bot", "locales", "content"}
    assert [source for source in sources() if not (ROOT / source).exists() or is_ignored(source)] == []


def test_nothing_private_reaches_the_engine() -> None:
    private = [
        ".env",
        ".git",
        ".git/config",
        "data/bot.db",
        "data/bot_token",
        ".venv/pyvenv.cfg",
        "tests/conftest.py",
    ]
    assert [path for path in private if not is_ignored(path)] == []
    assert is_ignored("locales/es/LC_MESSAGES/briefing.mo")
    assert not is_ignored("locales/es/LC_MESSAGES/briefing.po")


def test_no_layer_holds_a_secret() -> None:
    settings_lines = [rest for keyword, rest in instructions() if keyword in {"ENV", "ARG", "LABEL"}]
    assert [rest for rest in settings_lines if SECRET_WORDS.search(rest)] == []
    assert all(SECRET_WORDS.search(name) for name in SECRETS)


def test_every_package_is_installed_by_its_hash() -> None:
    installs = [rest for keyword, rest in instructions() if keyword == "RUN" and "pip install" in rest]
    assert installs
    assert all("--require-hashes -r requirements.txt" in rest for rest in installs)


def test_the_program_runs_as_nobody_special() -> None:
    users = [rest for keyword, rest in final_stage() if keyword == "USER"]
    assert users == ["10001:10001"]
    assert service()["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service()["security_opt"]


def test_two_copies_on_one_postgresql_stand_behind_a_proxy() -> None:
    assert set(services()) == {"bot", "second", "proxy", "database"}
    assert services()["second"] == service()
    assert service()["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert [name for name in services() if "ports" in services()[name]] == ["proxy"]
    assert all(port.startswith("127.0.0.1:") for port in services()["proxy"]["ports"])


def test_the_proxy_sends_to_each_copy_that_says_it_is_ready() -> None:
    lines = proxy_lines()
    assert ["http-check", "send", "meth", "GET", "uri", "/readyz"] in lines
    assert ["http-check", "expect", "status", "200"] in lines
    assert [line[1:3] for line in lines if line[0] == "server"] == [
        ["bot", "bot:8080"],
        ["second", "second:8080"],
    ]
    assert all("check" in line for line in lines if line[0] == "default-server")
    mounted = [volume.split(":") for volume in services()["proxy"]["volumes"]]
    assert mounted == [["./docs/haproxy.cfg", "/usr/local/etc/haproxy/haproxy.cfg", "ro"]]


def test_every_container_is_closed() -> None:
    for name, service in services().items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service.get("user", "built here: see the Dockerfile") not in {"root", "0", "0:0"}, name
        assert "user" in service or "build" in service, name
        writable = [volume for volume in service.get("volumes", []) if not volume.endswith(":ro")]
        assert len(writable) <= 1, name


def test_every_image_has_a_version_and_names_no_host() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    images = [service["image"] for service in services().values()]
    images += [rest.split()[0] for keyword, rest in instructions() if keyword == "FROM"]
    assert f"briefing-bot:{project['version']}" in images
    assert [
        image for image in images if not re.fullmatch(r"[a-z-]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?", image)
    ] == []


def test_no_container_takes_all_of_the_machine() -> None:
    for name, service in services().items():
        assert {"mem_limit", "cpus", "pids_limit"} <= set(service), name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_every_secret_of_compose_comes_from_a_file() -> None:
    files = {name: secret["file"] for name, secret in compose()["secrets"].items()}
    assert set(files.values()) == {f"./data/{name}" for name in files}
    for declared in services().values():
        for name, value in declared.get("environment", {}).items():
            if SECRET_WORDS.search(name) or name.startswith("DATABASE_URL"):
                assert value == "" or value.removeprefix("/run/secrets/") in declared["secrets"]
    expected = {f"{name.upper()}_FILE" for name in FROM_FILES}
    assert {name for name in service()["environment"] if name.endswith("_FILE")} == expected


def test_all_that_is_written_lies_on_the_one_volume() -> None:
    steps = dict(final_stage())
    assert steps["VOLUME"] == "/data"
    for setting in (
        "DATABASE_URL=sqlite+aiosqlite:////data/",
        "CONTENT_DIR=/data/",
        "PYTHONDONTWRITEBYTECODE=1",
    ):
        assert setting in steps["ENV"]
    assert service()["read_only"] is True
    assert [volume.split(":")[1] for volume in service()["volumes"]] == ["/data"]


def test_the_program_judges_its_own_health() -> None:
    steps = dict(final_stage())
    assert steps["HEALTHCHECK"].endswith('CMD ["python", "-m", "bot", "healthy"]')
    assert steps["ENTRYPOINT"] == '["python", "-m", "bot"]'
    assert not any("curl" in rest or "wget" in rest for _, rest in instructions())


def test_every_setting_stands_in_the_example() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    named = re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_an_untouched_copy_of_the_example_changes_nothing() -> None:
    plain = Settings(_env_file=None, content_dir=ROOT)
    assert Settings(_env_file=ROOT / ".env.example", content_dir=ROOT) == plain


def test_the_proxy_hands_on_what_readers_and_telegram_ask_for() -> None:
    assert ["http-request", "deny", "deny_status", "404", "unless", "served"] in proxy_lines()
    asked = ["/", "/telegram", "/healthz", "/readyz", "/i/2025-12-22/es", "/covers/2025-12-22"]
    assert [path for path in asked if not serves(path)] == []


def test_the_proxy_keeps_the_numbers_inside_however_they_are_spelt() -> None:
    spelt = ["/metrics", "/%6detrics", "//metrics", "/METRICS", "/metrics/", "/./metrics", "/i/../metrics"]
    assert [path for path in spelt if serves(path)] == []
