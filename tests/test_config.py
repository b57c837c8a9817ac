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


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+asyncpg://briefing@db.example/briefing",
        "postgresql+asyncpg://briefing:p%40ss%3Aword@db.example:5432/briefing?ssl=require",
        "postgresql+asyncpg://briefing:secret@[::1]/briefing",
        "postgresql+asyncpg:///briefing?host=/var/run/postgresql",
        "sqlite+aiosqlite:////var/lib/briefing/bot.db",
        "sqlite+aiosqlite:////var/lib/briefing/bot.db?timeout=0.5",
        "postgresql+asyncpg://briefing@db.example/briefing?ssl=require&timeout=20",
    ],
)
def test_both_databases_are_accepted(environment: pytest.MonkeyPatch, address: str) -> None:
    environment.setenv("DATABASE_URL", address)
    assert config.load().database_url == address


@pytest.mark.parametrize("seconds", ["", "0", "0.0", "-1", "1e9", "soon", "nan"])
def test_a_patience_that_is_no_number_of_seconds_is_refused(
    environment: pytest.MonkeyPatch, seconds: str
) -> None:
    environment.setenv("DATABASE_URL", f"sqlite+aiosqlite:///bot.db?timeout={seconds}")
    with pytest.raises(SettingsError, match="DATABASE_URL: expected a number of seconds"):
        config.load()


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://briefing:CANARY@db.example/briefing",
        "postgresql+asyncpg://briefing:CANARY@db.example",
        "postgresql+asyncpg://briefing:CANARY@db.example/",
        "postgresql+asyncpg://briefing:CANARY@x/y@db.example/briefing",
        "postgresql+asyncpg://briefing:secret@db.example:CANARY/briefing",
    ],
)
def test_an_address_that_would_be_misread_is_refused_and_both_forms_are_named(
    environment: pytest.MonkeyPatch, address: str
) -> None:
    environment.setenv("DATABASE_URL", address)
    with pytest.raises(SettingsError) as raised:
        config.load()
    assert "sqlite+aiosqlite:///" in str(raised.value)
    assert "postgresql+asyncpg://" in str(raised.value)
    assert "CANARY" not in str(raised.value)


def test_an_address_with_a_password_comes_from_a_file_and_is_never_shown(
    environment: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = "postgresql+asyncpg://briefing:CANARY%40word@db.example/briefing"
    (tmp_path / "address").write_text(address + "\n", encoding="utf-8")
    environment.setenv("DATABASE_URL_FILE", str(tmp_path / "address"))
    settings = config.load()
    assert settings.database_url == address
    assert "CANARY" not in repr(settings)
    assert {"CANARY%40word", "CANARY@word"} <= set(settings.secrets())


def test_every_secret_is_known_to_what_strikes_them_out_of_the_log(environment: pytest.MonkeyPatch) -> None:
    given = {name.upper(): f"7000000001:{name}_of_more_than_32_letters" for name in config.SECRETS}
    given["WEBHOOK_SECRET"] = "webhook-secret_of_more_than_32_letters"
    for name, value in given.items():
        environment.setenv(name, value)
    environment.setenv("PUBLIC_URL", "https://post.example")
    environment.setenv("DATABASE_URL", "postgresql+asyncpg:///briefing?host=/run&password=of-a-query")
    assert set(config.load().secrets()) == {*given.values(), "of-a-query"}


@pytest.mark.parametrize("secret", ["CANARY", "CANARY" * 50, "CANARY of more than 32 letters and blanks"])
def test_a_webhook_secret_that_telegram_would_not_take_is_refused(
    environment: pytest.MonkeyPatch, secret: str
) -> None:
    environment.setenv("PUBLIC_URL", "https://post.example")
    environment.setenv("WEBHOOK_SECRET", secret)
    with pytest.raises(SettingsError, match="WEBHOOK_SECRET: expected 32 to 256 of") as raised:
        config.load()
    assert "CANARY" not in str(raised.value)


def test_a_webhook_that_telegram_would_not_call_is_refused(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEBHOOK_SECRET", "webhook-secret_of_more_than_32_letters")
    environment.setenv("PUBLIC_URL", "http://news.example")
    with pytest.raises(SettingsError, match="PUBLIC_URL that starts with https://"):
        config.load()
    environment.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081")  # a local one calls any
    assert config.load().public_url == "http://news.example"


def test_settings_that_need_each_other_are_all_named(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("WEBHOOK_SECRET", "a-secret_of_more_than_32_letters!"[:-1])
    environment.setenv("SEND_RATE", "31")
    environment.setenv("LEASE_SECONDS", "41")
    environment.setenv("HTTP_PORT", "none")
    with pytest.raises(SettingsError) as raised:
        config.load()
    assert str(raised.value).splitlines() == [
        "WEBHOOK_SECRET: expected PUBLIC_URL beside it, the address at which Telegram finds the webhook.",
        "HTTP_PORT: expected a number from 0 to 65535.",
        "SEND_RATE: expected at most 30, which is Telegram's ceiling without PAID_BROADCAST.",
        "LEASE_SECONDS: expected a number from 5 to 40.",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SEND_RATE", "0"),
        ("SEND_RATE", "1001"),
        ("SEND_RATE", "fast"),
        ("SEND_WINDOW", "0"),
        ("SEND_WINDOW", "-1"),
        ("LEASE_SECONDS", "4"),
        ("PAID_BROADCAST", "perhaps"),
    ],
)
def test_a_pace_that_cannot_be_is_refused(environment: pytest.MonkeyPatch, name: str, value: str) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: expected "):
        config.load()


def test_who_pays_may_send_faster_with_more_under_way(environment: pytest.MonkeyPatch) -> None:
    assert (config.load().send_rate, config.load().window) == (25, 8)
    environment.setenv("PAID_BROADCAST", "true")
    environment.setenv("SEND_RATE", "1000")
    assert (config.load().send_rate, config.load().window) == (1000, 200)
    environment.setenv("SEND_WINDOW", "50")
    assert config.load().window == 50


@pytest.mark.parametrize("mask", [1087968824, 136817688, 777000])
def test_an_account_that_hides_someone_is_no_admin(environment: pytest.MonkeyPatch, mask: int) -> None:
    environment.setenv("ADMIN_IDS", f"5000000001,{mask}")
    environment.setenv("HTTP_PORT", "none")
    with pytest.raises(SettingsError) as raised:
        config.load()
    admins, port = str(raised.value).splitlines()
    assert admins.startswith("ADMIN_IDS: expected the Telegram IDs of persons; ")
    assert "whoever writes as a group" in admins
    assert "5000000001" not in admins
    assert port.startswith("HTTP_PORT: ")


@pytest.mark.parametrize(
    ("ids", "reason"),
    [
        ("-1001234567890", "a group's or a channel's"),
        ("12,-5", "a group's or a channel's"),
        ("0", "none of Telegram's"),
        (str(2**52), "none of Telegram's"),
        ("9" * 30, "none of Telegram's"),
        ("@maria", "separated by commas"),
        ("--5", "separated by commas"),
    ],
)
def test_what_is_no_person_is_no_admin(environment: pytest.MonkeyPatch, ids: str, reason: str) -> None:
    environment.setenv("ADMIN_IDS", ids)
    with pytest.raises(SettingsError, match=f"^ADMIN_IDS: expected .*{reason}"):
        config.load()


def test_logs_are_lines_of_text_unless_json_is_asked_for(environment: pytest.MonkeyPatch) -> None:
    assert (config.load().log_format, config.load().log_level) == ("console", "info")
    environment.setenv("LOG_FORMAT", "JSON")
    environment.setenv("LOG_LEVEL", "Warning")
    assert (config.load().log_format, config.load().log_level) == ("json", "warning")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LOG_FORMAT", "xml", "LOG_FORMAT: expected console or json."),
        ("LOG_LEVEL", "debug", "LOG_LEVEL: expected info, warning or error."),
        ("DELIVERIES_KEEP_DAYS", "7", "DELIVERIES_KEEP_DAYS: expected a number from 60 to 36500."),
        ("DELIVERIES_KEEP_DAYS", "a year", "DELIVERIES_KEEP_DAYS: expected a number from 60 to 36500."),
    ],
)
def test_what_logs_and_retention_cannot_do_is_one_sentence(
    environment: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        config.load()
    assert str(raised.value) == sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [("ADMIN_IDS", "123_456"), ("ADMIN_IDS", "12345.0"), ("HTTP_PORT", "8080.0"), ("SEND_RATE", "+25")],
)
def test_what_only_a_programmer_takes_for_a_number_is_refused(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(SettingsError, match=f"{name}: expected (a number|numbers)"):
        config.load()
