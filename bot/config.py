"""Settings from the environment, a `.env` file, or files named by `NAME_FILE`."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import (
    BeforeValidator,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

CALLED = os.environ.get("BRIEFING_CALLED", "briefing")
"""The command by which the operator starts the program, for what she is told to type. `./run` sets it."""

SIMULATOR = "telegram_simulator"
NO_SIMULATOR = (
    "The demo's local Telegram isn't installed here: ./run demo installs it, or pip install ./simulator in a "
    "checkout."
)

NUMBERS = ("http_port", "send_rate", "send_window", "lease_seconds", "deliveries_keep_days")
SECRETS = ("bot_token", "hash_key", "webhook_secret")
FROM_FILES = (*SECRETS, "database_url")
"""What may also come from a file: secrets, and an address that may hold a password."""

HIGHEST_PORT = 65_535
SHORTEST_KEY = 32
FREE_RATE, PAID_RATE = 30, 1_000
"""Messages a second: Telegram's ceilings without and with paid broadcasts."""

TELEGRAM = "https://api.telegram.org"
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{32,256}")
SQLITE = re.compile(r"sqlite\+aiosqlite:///(?!:memory:)[^?]+.*")
POSTGRESQL = re.compile(
    r"postgresql\+asyncpg://([^\s:@/?#]+(:[^\s@/?#]*)?@)?([^\s:@/?#]*|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?/[^\s/?#]+(\?[^\s#]*)?"
)
SECONDS = re.compile(r"0\.[1-9]\d*|[1-9]\d*(\.\d+)?")
TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,}")
"""The form of a bot's token: settings are checked against it, and logs redact what matches."""

MASKS = frozenset({1087968824, 136817688, 777000})
"""Accounts behind which Telegram hides anonymous admins, channels and itself: many write as one of them."""

HIGHEST_ID = 2**52
"""Telegram's ids stay below."""

Address = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+(/[^\s?#]*)?$")]


def _number(default: int | None, lowest: int, highest: int) -> Any:
    """Return a field for a number in this range; its description is what `load` says of another value."""
    description = f"a number from {lowest} to {highest}"
    return Field(default=default, ge=lowest, le=highest, description=description)


def _address(default: str | None) -> Any:
    return Field(default=default, description="an address that starts with http:// or https://")


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


class SettingsError(Exception):
    """One or more settings are wrong; the text names every one of them and never a value."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        hide_input_in_errors=True,
        validate_default=True,
    )

    bot_token: SecretStr | None = None
    telegram_api_url: Address = _address(TELEGRAM)
    database_url: str = Field(default="sqlite+aiosqlite:///./data/bot.db", repr=False)
    content_dir: Path = Path("content")
    admin_ids: Annotated[frozenset[int], NoDecode] = Field(
        default=frozenset(), description="numbers separated by commas, as in 12345,67890"
    )
    public_url: Address | None = _address(None)
    webhook_secret: SecretStr | None = None
    hash_key: Annotated[SecretStr, Field(min_length=SHORTEST_KEY)] | None = Field(
        default=None, description=f"at least {SHORTEST_KEY} characters that nobody can guess"
    )
    http_host: str = "127.0.0.1"
    http_port: int = _number(8080, 0, HIGHEST_PORT)
    paid_broadcast: bool = Field(default=False, description="true or false")
    send_rate: int = _number(25, 1, PAID_RATE)
    send_window: int | None = _number(None, 1, 10_000)
    lease_seconds: int = _number(30, 5, 40)
    deliveries_keep_days: int = _number(365, 60, 36_500)  # corrections and Resend need the last weeks' rows
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_lower)] = Field(
        default="console", description="console or json"
    )
    log_level: Annotated[Literal["info", "warning", "error"], BeforeValidator(_lower)] = Field(
        default="info", description="info, warning or error"
    )

    @property
    def window(self) -> int:
        """How many deliveries may be claimed and unanswered."""
        return self.send_window or (200 if self.paid_broadcast else 8)

    def secrets(self) -> list[str]:
        """Return all that must never be logged, in every form in which it may occur."""
        own = (self.bot_token, self.hash_key, self.webhook_secret)
        return [secret.get_secret_value() for secret in own if secret] + _passwords(self.database_url)

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, object]) -> dict[str, object]:
        for name in FROM_FILES:
            file = os.environ.get(f"{name.upper()}_FILE")
            if file and not values.get(name):
                values[name] = _read_secret(Path(file))
        return values

    @field_validator(*FROM_FILES, mode="before")
    @classmethod
    def _need_the_file(cls, value: object) -> object:
        if isinstance(value, OSError | UnicodeDecodeError):
            name = getattr(value, "filename", None) or "its file"
            raise ValueError(f"a file that can be read; {name} cannot ({type(value).__name__})")  # noqa: TRY004  # pydantic wants ValueError
        return value

    @field_validator("send_rate")
    @classmethod
    def _pay_for_more(cls, value: int, info: ValidationInfo) -> int:
        if value > FREE_RATE and info.data.get("paid_broadcast") is False:
            raise ValueError(f"at most {FREE_RATE}, which is Telegram's ceiling without PAID_BROADCAST")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _look_like_a_webhook_secret(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is None:
            return None
        if not WEBHOOK_SECRET.fullmatch(value.get_secret_value()):  # Telegram takes no others
            raise ValueError("32 to 256 of the characters A-Z, a-z, 0-9, _ and - that nobody can guess")
        if "public_url" in info.data and info.data["public_url"] is None:
            raise ValueError("PUBLIC_URL beside it, the address at which Telegram finds the webhook")
        plain = str(info.data.get("public_url")).startswith("http://")
        if plain and info.data.get("telegram_api_url") == TELEGRAM:
            raise ValueError("a PUBLIC_URL that starts with https://: Telegram brings updates to no other")
        return value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.removeprefix("-").isdecimal() for part in ids):  # `int` takes 1_000 and 1.0 too
            raise ValueError("numbers separated by commas, as in 12345,67890")
        return ids

    @field_validator(*NUMBERS, mode="before")
    @classmethod
    def _look_like_a_number(cls, value: object) -> object:
        """Leave what `int` reads and nobody means (1_000, +25, 8080.0) to be refused in the field's words."""
        return value if not isinstance(value, str) or value.strip().isdecimal() else ""

    @field_validator("admin_ids")
    @classmethod
    def _look_like_people(cls, ids: frozenset[int]) -> frozenset[int]:
        return _people(ids)

    @field_validator("bot_token")
    @classmethod
    def _look_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("the token that @BotFather gives, as in 12345:AbC…")
        return value

    @field_validator("telegram_api_url", "public_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value and value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _know_the_database(cls, value: str) -> str:
        if not SQLITE.fullmatch(value) and not POSTGRESQL.fullmatch(value):
            raise ValueError(
                "sqlite+aiosqlite:/// and a file, or postgresql+asyncpg://user:password@host/database "
                "(in a password, @ is written %40, : %3A, / %2F, ? %3F, # %23 and % %25)"
            )
        query = parse_qs(urlsplit(value).query, keep_blank_values=True)
        if not all(map(SECONDS.fullmatch, query.get("timeout", []))):
            raise ValueError("a number of seconds, from 0.1 on, behind timeout=")
        return value

    @field_validator("content_dir")
    @classmethod
    def _have_content(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError(
                f"the folder that holds publication.toml and the issues; there is no folder {value}"
            )
        return value


def _people(ids: frozenset[int]) -> frozenset[int]:
    """Return ids that are persons' own; ValueError says why one is not."""
    if min(ids, default=1) < 0:
        raise ValueError("the Telegram IDs of persons; one with a minus is a group's or a channel's")
    if ids & MASKS:
        raise ValueError(
            "the Telegram IDs of persons; 1087968824, 136817688 and 777000 stand for whoever writes as a "
            "group, as a channel or as Telegram"
        )
    if not all(0 < id_ < HIGHEST_ID for id_ in ids):
        raise ValueError(
            "the Telegram IDs of persons, which /account shows to each; one is none of Telegram's"
        )
    return ids


def _read_secret(file: Path) -> str | Exception:
    """Read a secret. An error is returned, not raised, so that it is named beside all other mistakes."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        return error


def _passwords(address: str) -> list[str]:
    """Return the passwords in an address, as written and decoded."""
    parts = urlsplit(address)
    written = [*filter(None, [parts.password]), *parse_qs(parts.query).get("password", [])]
    return sorted({form for password in written for form in (password, unquote(password))})


def load(**overrides: object) -> Settings:
    """Read the settings; SettingsError names every wrong one at once."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks what the caller gives
    except ValidationError as error:
        # A list has a problem for each wrong item: one sentence for the setting is enough.
        lines = dict.fromkeys(map(_sentence, error.errors(include_input=False, include_url=False)))
        raise SettingsError("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError) as error:
        what = (
            "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read ({error.strerror})"
        )
        raise SettingsError(f".env: the file {what}.") from None


def _sentence(problem: ErrorDetails) -> str:
    """Say what was expected: in a validator's words, or else in the field's description."""
    text = problem["msg"].removeprefix("Value error, ")
    if not problem["loc"]:
        return text
    name = str(problem["loc"][0])
    if problem["type"] != "value_error":
        text = Settings.model_fields[name].description or text
    return f"{name.upper()}: expected {text}."
