"""`briefing healthy`: asks the running program whether it is alive."""

from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from bot.cli.terminal import fail
from bot.config import Settings

TIMEOUT_SECONDS = 3
ALIVE = b'{"alive": true}'
"""What `/healthz` answers."""

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # compared, not listened on


def ask(settings: Settings) -> str:
    """Return the address at which the bot says that it is alive; else end the program with a sentence."""
    host = "127.0.0.1" if settings.http_host in EVERYWHERE else settings.http_host
    address = f"http://{f'[{host}]' if ':' in host else host}:{settings.http_port}/healthz"
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=TIMEOUT_SECONDS) as answer:
            alive = answer.read(100) == ALIVE
    except HTTPError as error:
        fail(f"What answers at {address} is not the bot ({error.code} {error.reason}).")
    except HTTPException as error:
        fail(f"What answers at {address} is not the bot ({type(error).__name__}).")
    except OSError as error:
        reason = error.reason if isinstance(error, URLError) else error
        fail(f"Nothing answers at {address} ({getattr(reason, 'strerror', None) or reason}).")
    if not alive:
        fail(f"What answers at {address} is not the bot.")
    return address
