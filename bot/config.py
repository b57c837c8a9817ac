"""Settings from the environment or a `.env` file; every secret also from a file named in `NAME_FILE`."""

import os
import re
from pathlib import Path
from typing import Annotated

from pydantic import SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS = ("bot_token", "hash_key")
HIGHEST_PORT = 65_535
SHORTEST_KEY = 32
TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,}")


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
    telegram_api_url: str = "https://api.telegram.org"
    database_url: str = "sqlite+aiosqlite:///./data/bot.db"
    content_dir: Path = Path("content")
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    public_url: str | None = None
    hash_key: SecretStr | None = None
    http_host: str = "127.0.0.1"
    http_port: int = 8080

    @model_validator(mode="before")
    @classmethod
    def _read_secret_files(cls, values: dict[str, object]) -> dict[str, object]:
        for name in SECRETS:
            file = os.environ.get(f"{name.upper()}_FILE")
            if file and not values.get(name):
                values[name] = _read_secret(Path(file))
        return values

    @field_validator(*SECRETS, mode="before")
    @classmethod
    def _need_the_file(cls, value: object) -> object:
        if isinstance(value, OSError | UnicodeDecodeError):
            name = getattr(value, "filename", None) or "its file"
            raise ValueError(f"a file that can be read; {name} cannot ({type(value).__name__})")  # noqa: TRY004  # pydantic wants ValueError
        return value

    @field_validator("http_port", mode="before")
    @classmethod
    def _look_like_a_port(cls, value: object) -> int:
        if not str(value).isdecimal() or int(str(value)) > HIGHEST_PORT:
            raise ValueError(f"a number from 0 to {HIGHEST_PORT}")
        return int(str(value))

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        parts = [part.strip() for part in value.split(",") if part.strip()]
        if not all(part.isdecimal() for part in parts):
            raise ValueError("numbers separated by commas, as in 12345,67890")
        return frozenset(int(part) for part in parts)

    @field_validator("bot_token")
    @classmethod
    def _look_like_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("the token that @BotFather gives, as in 12345:AbC…")
        return value

    @field_validator("hash_key")
    @classmethod
    def _look_like_a_key(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"at least {SHORTEST_KEY} characters that nobody can guess")
        return value

    @field_validator("telegram_api_url", "public_url")
    @classmethod
    def _look_like_an_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
            raise ValueError("an address that starts with http:// or https://")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _know_the_database(cls, value: str) -> str:
        if not re.match(r"sqlite\+aiosqlite:///(?!:memory:)[^?]", value):
            raise ValueError("an address that starts with sqlite+aiosqlite:/// and names a file")
        return value

    @field_validator("content_dir")
    @classmethod
    def _have_content(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError(
                f"the folder that holds publication.toml and the issues; there is no folder {value}"
            )
        return value


def _read_secret(file: Path) -> str | Exception:
    """Read a secret; what went wrong is returned, so that it is named beside all other mistakes."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        return error


def load(**overrides: object) -> Settings:
    """Read the settings; SettingsError names every wrong one at once."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks what the caller gives
    except ValidationError as error:
        lines = [_sentence(problem["loc"], problem["msg"]) for problem in error.errors()]
        raise SettingsError("\n".join(lines)) from None
    except (OSError, UnicodeDecodeError) as error:
        what = (
            "is not UTF-8" if isinstance(error, UnicodeDecodeError) else f"cannot be read ({error.strerror})"
        )
        raise SettingsError(f".env: the file {what}.") from None


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    text = message.removeprefix("Value error, ")
    return f"{str(place[0]).upper()}: expected {text}." if place else text
