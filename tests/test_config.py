"""Settings: read from the environment, refused in sentences that never show a secret."""

from pathlib import Path

import pytest

from bot import config
from bot.config import SettingsError

TOKEN = "7000000001:CANARY-token-that-must-never-be-seen-anywhere"


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An empty environment in an empty folder with content beside it."""
    for name in config.Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(f"{name.upper()}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "content").mkdir()
    return monkeypatch


def test_without_settings_the_defaults_hold(environment: pytest.MonkeyPatch) -> None:
    settings = config.load()
    assert settings.bot_token is None
    assert settings.admin_ids == frozenset()
    assert settings.http_host == "127.0.0.1"
    assert settings.http_port == 8080


def test_settings_come_from_the_environment_and_from_a_file(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("ADMIN_IDS=12, 5000000001\nHTTP_PORT=9000\n", encoding="utf-8")
    environment.setenv("HTTP_PORT", "9001")
    settings = config.load()
    assert settings.admin_ids == {12, 5_000_000_001}
    assert settings.http_port == 9001


def test_a_secret_comes_from_the_file_that_is_named(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN + "\n", encoding="utf-8")
    environment.setenv("BOT_TOKEN_FILE", str(tmp_path / "token"))
    token = config.load().bot_token
    assert token is not None
    assert token.get_secret_value() == TOKEN


def test_every_wrong_setting_is_named_at_once_and_no_value_is_shown(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BOT_TOKEN", "CANARY-but-no-token")
    environment.setenv("ADMIN_IDS", "12,maria")
    environment.setenv("HTTP_PORT", "99999")
    environment.setenv("PUBLIC_URL", "example.com")
    environment.setenv("DATABASE_URL", "mysql://root:CANARY@localhost/db")
    environment.setenv("CONTENT_DIR", "nowhere")
    with pytest.raises(SettingsError) as raised:
        config.load()
    text = str(raised.value)
    for name in ("BOT_TOKEN", "ADMIN_IDS", "HTTP_PORT", "PUBLIC_URL", "DATABASE_URL", "CONTENT_DIR"):
        assert name in text
    assert "CANARY" not in text
    assert "maria" not in text


def test_a_secret_file_that_is_missing_is_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BOT_TOKEN_FILE", "/no/such/file")
    with pytest.raises(SettingsError, match=r"BOT_TOKEN: .* /no/such/file cannot"):
        config.load()


def test_what_prints_settings_shows_no_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("BOT_TOKEN", TOKEN)
    environment.setenv("HASH_KEY", "CANARY-key-of-thirty-two-letters-or-more")
    assert "CANARY" not in repr(config.load())


def test_a_settings_file_that_cannot_be_read_is_named(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_bytes(b"HTTP_PORT=9000\nBOT_TOKEN=caf\xe9\n")
    with pytest.raises(SettingsError, match=r"^\.env: "):
        config.load()


@pytest.mark.parametrize("path", ["", ":memory:", "?mode=memory"])
def test_a_database_that_would_forget_everything_is_refused(
    environment: pytest.MonkeyPatch, path: str
) -> None:
    environment.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    with pytest.raises(SettingsError, match=r"DATABASE_URL: .* file"):
        config.load()


def test_a_key_that_could_be_guessed_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("HASH_KEY", "CANARY")
    with pytest.raises(SettingsError, match="HASH_KEY: expected at least 32 characters") as raised:
        config.load()
    assert "CANARY" not in str(raised.value)
