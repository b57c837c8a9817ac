"""`./run holes` asks a list of known vulnerabilities about every locked package."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

from tests.setup.checkouts import Run

WHEN = "2026-01-01T00:00:00Z"


@contextmanager
def a_list(vulnerable: str) -> Iterator[tuple[str, set[str]]]:
    """Serve a list that knows of one vulnerable package; yields its address and who was asked about."""
    asked: set[str] = set()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            names = [query["package"]["name"] for query in queries]
            asked.update(names)
            hole = {"vulns": [{"id": "TEST-1", "modified": WHEN}]}
            self._say({"results": [hole if name == vulnerable else {} for name in names]})

        def do_GET(self) -> None:
            self._say(
                {"id": "TEST-1", "modified": WHEN, "published": WHEN, "summary": "A hole", "affected": []}
            )

        def _say(self, answer: object) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_known_hole_of_a_locked_package_is_named(checkout: Path, run: Run) -> None:
    with a_list("babel") as (address, asked):
        answer = run(checkout, "holes", "--service-url", address)
    assert asked == {"babel", "uv"}
    assert "TEST-1: A hole" in answer.stdout
    assert answer.returncode == 1


def test_no_known_hole_ends_with_0(checkout: Path, run: Run) -> None:
    with a_list("nothing") as (address, asked):
        answer = run(checkout, "holes", "--service-url", address)
    assert asked == {"babel", "uv"}
    assert "no known vulnerabilities" in answer.stdout
    assert answer.returncode == 0


def test_a_list_that_cannot_be_reached_is_one_sentence_and_no_all_clear(checkout: Path, run: Run) -> None:
    answer = run(checkout, "holes", "--service-url", "http://127.0.0.1:1")
    assert answer.stdout == ""
    assert answer.stderr.splitlines()[-1].startswith(
        "Whether the locked packages have known holes could not be found out: a list of known holes"
    )
    assert answer.returncode == 2
