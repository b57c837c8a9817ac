"""A proxy that the environment names stands before everything that is said to Telegram, and is named once."""

import asyncio
import base64
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
import trustme

from bot.clock import MovableClock
from bot.composition.greeting import log_proxy
from bot.domain.delivery.campaign import State
from bot.domain.readers.reader import Rendering
from bot.telegram.api.errors import NeverSentError
from bot.telegram.api.http.proxies import proxy_for
from bot.telegram.api.http.request import AiohttpRequest
from telegram_simulator import Simulator
from tests.databases import on_sqlite
from tests.delivery.mondays import KEY, Monday
from tests.test_program import environment
from tests.world import TOKEN, World, write_cover

API = "https://api.telegram.org/botX/getMe"
PASSWORD = "CANARYpassword"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


class Proxy:
    """A proxy that wants a password and leads to one place, whatever is asked for."""

    def __init__(self, refuses: bytes = b"") -> None:
        self.port = 0
        self.leads_to: Callable[[], int] = lambda: 0
        self.heads: list[bytes] = []
        self._refuses = refuses
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def address(self) -> str:
        return f"http://user:{PASSWORD}@127.0.0.1:{self.port}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Proxy"]:
        server = await asyncio.start_server(self._begin, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        yield self
        server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._tasks.add(asyncio.create_task(self._serve(reader, writer)))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            self.heads.append(head)
            known = base64.b64encode(f"user:{PASSWORD}".encode())
            if self._refuses or known not in head:
                writer.write(self._refuses or b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")
                writer.close()
                return
            there = await asyncio.open_connection("127.0.0.1", self.leads_to())
            if head.startswith(b"CONNECT "):
                writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            else:
                there[1].write(head)
            await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(65_536):
            writer.write(some)
            await writer.drain()
    except OSError:
        return
    finally:
        writer.close()


def _port(telegram: Simulator) -> int:
    return int(telegram.address.rpartition(":")[2])


@pytest.fixture(autouse=True)
def _no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NAMES, *map(str.lower, NAMES)):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("named", "place"),
    [
        ({}, None),
        ({"HTTPS_PROXY": f"http://user:{PASSWORD}@proxy:3128/"}, "proxy:3128"),
        ({"https_proxy": "proxy:3128"}, "proxy:3128"),
        ({"HTTP_PROXY": "http://proxy:3128"}, None),
        ({"ALL_PROXY": "http://proxy:3128"}, "proxy:3128"),
        ({"ALL_PROXY": "http://other:1", "HTTPS_PROXY": "http://proxy:3128"}, "proxy:3128"),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "localhost, .telegram.org"}, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "*"}, None),
        ({"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": "example.org"}, "proxy:3128"),
    ],
    ids=str,
)
def test_the_usual_names_say_which_proxy(
    monkeypatch: pytest.MonkeyPatch, named: dict[str, str], place: str | None
) -> None:
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    proxy = proxy_for(API)
    assert (proxy.place if proxy else None) == place
    assert PASSWORD not in repr(proxy)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
def test_what_runs_on_this_machine_is_asked_directly(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy:3128")
    assert proxy_for(f"http://{host}:8081/botX/getMe") is None


@on_sqlite
async def test_readers_campaigns_and_covers_all_go_through_it(
    content: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_cover(content, KEY)
    async with Proxy().open() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monday = Monday.of(content, data_folder, telegram_api_url="http://telegram.invalid")
        proxy.leads_to = lambda: _port(monday.world.telegram)
        async with monday:
            people = await monday.enrol(6, rendering=Rendering.RICH)
            await monday.push()
            assert (await monday.ended()).of(State.SENT) == len(people)
            await monday.agrees()
        assert all(head.startswith(b"POST http://telegram.invalid/bot") for head in proxy.heads)
    said = capsys.readouterr().out
    assert said.count("Telegram is asked through a proxy") == 1
    assert f"proxy=127.0.0.1:{proxy.port}" in said
    assert PASSWORD not in said


async def test_https_goes_through_a_tunnel_and_the_password_is_said_nowhere(
    tmp_path: Path, content: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("telegram.invalid").configure_cert(context)
    telegram = Simulator(MovableClock())
    await telegram.start()

    async def unwrap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", _port(telegram))
        await asyncio.gather(_pipe(reader, there[1]), _pipe(there[0], writer))

    front = await asyncio.start_server(unwrap, "127.0.0.1", 0, ssl=context)
    async with Proxy().open() as proxy:
        proxy.leads_to = lambda: int(front.sockets[0].getsockname()[1])
        settings = {
            "BOT_TOKEN": TOKEN,
            "HTTP_PORT": "0",
            "TELEGRAM_API_URL": "https://telegram.invalid",
            "HTTPS_PROXY": proxy.address,
            "SSL_CERT_FILE": str(tmp_path / "ca.pem"),
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "bot"),
            cwd=tmp_path,
            env=environment(**settings),
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr is not None
        said = b""
        async with asyncio.timeout(30):
            while b" ready " not in said:
                said += await process.stderr.readline()
                assert not process.stderr.at_eof(), said
        process.terminate()
        said += (await asyncio.wait_for(process.communicate(), 19.0))[1]
        assert all(head.startswith(b"CONNECT telegram.invalid:443 ") for head in proxy.heads)
        assert f"proxy=127.0.0.1:{proxy.port}".encode() in said
        assert PASSWORD.encode() not in said
    front.close()
    await telegram.stop()


@on_sqlite
async def test_a_proxy_that_cannot_be_used_is_said_at_the_start_and_nothing_goes_half_through_it(
    content: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://user:{PASSWORD}@127.0.0.1:9")
    world = World(content, data_folder, telegram_api_url="http://telegram.invalid")
    await world.telegram.start()
    program = world.new_program()
    log_proxy(program.core.settings.telegram_api_url)
    said = capsys.readouterr().out
    assert "only http:// proxies can be used" in said
    assert "proxy=127.0.0.1:9" in said
    assert PASSWORD not in said
    assert not program.core.wire.connection().is_fresh  # through a proxy it always would be
    await program.stop()
    await world.telegram.stop()


@pytest.mark.parametrize("status", [b"407 Proxy Authentication Required", b"502 Bad Gateway"])
async def test_a_proxy_that_does_not_connect_us_has_certainly_handed_nothing_over(
    monkeypatch: pytest.MonkeyPatch, status: bytes
) -> None:
    async with Proxy(b"HTTP/1.1 %b\r\nContent-Length: 0\r\n\r\n" % status).open() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        request = AiohttpRequest()
        await request.initialize()
        with pytest.raises(NeverSentError) as raised:
            await request.exchange("https://telegram.invalid/botX/sendMessage", b"{}")
        assert PASSWORD not in str(raised.value)
        await request.shutdown()
