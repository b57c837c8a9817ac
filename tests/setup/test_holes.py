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


def test_its_end_says_whether_there_are_holes_none_or_nobody_knows(checkout: Path, run: Run) -> None:
    with a_list("babel") as (address, asked):
        some = run(checkout, "holes", "--service-url", address)
    with a_list("nothing") as (address, _):
        none = run(checkout, "holes", "--service-url", address)
    nobody = run(checkout, "holes", "--service-url", address)  # it is gone by now
    assert asked == {"babel", "markupsafe", "pyyaml", "uv"}
    assert (some.returncode, none.returncode, nobody.returncode) == (1, 0, 2)
    assert "TEST-1: A hole" in some.stdout
    assert "no known vulnerabilities" in none.stdout
    assert nobody.stdout == ""
    assert nobody.stderr.startswith(
        "Whether the locked packages have known holes could not be found out: a list of known holes"
    )
