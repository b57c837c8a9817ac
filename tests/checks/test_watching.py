"""The dashboard and the alerts that operators import ask for numbers that the program tells, and whoever is
sent to the log finds the line there.
"""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from babel.messages.pofile import read_po

from bot.metrics import DROPPED, DatabaseSnapshot, Metrics

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
CATALOG = ROOT / "locales" / "es" / "LC_MESSAGES" / "briefing.po"
REFUSED = "delivery refused: the first with this reason"
LINES = {
    "the log has the database’s own message": "the database fails: all that writes to it waits",
    "Telegram has not accepted PUBLIC_URL": "webhook not set",
    "The log has the first refusals": REFUSED,
    "the log and /campaigns say why Telegram refused it": REFUSED,
    "the log and briefing check name": "content problem",
    "reader_id tells who writes that much": "reader muted: she writes faster than she can be answered",
}
"""What sends somebody to the log, and the line that she finds."""

LEVELS = {"info", "warning", "error", "exception", "write"}
NAME = re.compile(r"\bbriefing_\w+")
SAMPLE = re.compile(r"^(briefing_\w+)", re.MULTILINE)
WATCHED = {
    "not ready",
    "ten minutes",
    "after its hour",
    "paused",
    "more. No restart",
    "due",
    "fifth of its rate",
    "minutes for their answers",
    "database",
    "getUpdates",
    "clock",
}


def told() -> set[str]:
    """Return the name of every number that a process tells."""
    metrics = Metrics()
    for follow in (metrics.rate, metrics.leader, metrics.last_poll, metrics.webhook, metrics.clock_skew):
        follow(lambda: 0)
    metrics.window(8, lambda: 0)
    metrics.waits(lambda: 0, lambda: 0)
    metrics.of_commands(["latest"])
    metrics.database(
        DatabaseSnapshot({("en", "full"): 1}, {"open": 1}, 0, 0, 0.0, 0, 0.0, 0.0, push_missing=False)
    )
    return set(SAMPLE.findall(metrics.text().decode()))


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DOCS / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    status_message = json.loads((DOCS / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return list(status_message["panels"])


def test_every_number_that_is_asked_for_is_told() -> None:
    asked = " ".join(rule["expr"] for rule in rules())
    asked += " ".join(target["expr"] for panel in panels() for target in panel.get("targets", []))
    assert len(set(NAME.findall(asked))) > 15
    assert set(NAME.findall(asked)) - told() == set()


def test_every_number_is_on_the_dashboard() -> None:
    shown = " ".join(target["expr"] for panel in panels() for target in panel.get("targets", []))
    missing = {name for name in told() if not name.endswith(("_created", "_count", "_sum"))}
    assert missing - set(NAME.findall(shown)) == set()


def test_an_alert_says_in_a_sentence_what_is_wrong() -> None:
    summaries = [rule["annotations"]["summary"] for rule in rules()]
    assert all(summary.endswith(".") for summary in summaries)
    assert [word for word in WATCHED if not any(word in summary for summary in summaries)] == []


def test_the_dashboard_has_its_rows_and_no_panel_twice() -> None:
    assert [panel["title"] for panel in panels() if panel["type"] == "row"] == [
        "Delivery",
        "Replies",
        "Health",
    ]
    numbers = [panel["id"] for panel in panels()]
    assert len(numbers) == len(set(numbers))
    assert all(panel["targets"] for panel in panels() if panel["type"] != "row")


def sentences() -> Iterator[str]:
    """Return all that the bot says and the alerts tell."""
    with CATALOG.open("rb") as file:
        for message in read_po(file):
            yield message.id if isinstance(message.id, str) else message.id[0]
    yield from (rule["annotations"]["summary"] for rule in rules())


def nodes() -> Iterator[ast.AST]:
    for file in sorted((ROOT / "bot").rglob("*.py")):
        yield from ast.walk(ast.parse(file.read_text(encoding="utf-8")))


def logged() -> set[str]:
    """Return the lines that the program logs, also by a `write` that is `log.warning` or `log.error`."""
    calls = (node for node in nodes() if isinstance(node, ast.Call) and node.args)
    firsts = (call.args[0] for call in calls if _name(call.func) in LEVELS)
    return {
        first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)
    }


def _name(function: ast.expr) -> str | None:
    return getattr(function, "attr", None) or getattr(function, "id", None)


def test_whoever_is_sent_to_the_log_finds_a_line_there() -> None:
    sent = [sentence for sentence in sentences() if re.search(r"\blog\b", sentence)]
    assert len(sent) == len(LINES)
    for sentence in sent:
        [line] = [line for words, line in LINES.items() if words in sentence]
        assert line in logged(), sentence


def spans() -> list[str]:
    """Return how each thing begins that operating.md says one may see."""
    table = (
        (DOCS / "operating.md").read_text(encoding="utf-8").partition("| you see |")[2].partition("\n## ")[0]
    )
    cells = [row.split(" | ")[0] for row in table.splitlines()[2:] if row.startswith("| ")]
    names_in_cells = [
        span.removeprefix("… ").partition(" …")[0]
        for cell in cells
        for span in re.findall(r"`([^`]+)`", cell)
    ]
    return [re.sub(r"^[A-Z_]+: expected ", "", span) for span in names_in_cells if not span.startswith("/")]


def said() -> list[str]:
    """Return all strings of the program; of those with something put in, what stands before it."""
    constants = [node.value for node in nodes() if isinstance(node, ast.Constant)]
    return [text for text in constants if isinstance(text, str)]


def test_what_an_operator_is_told_to_look_for_is_what_the_program_says() -> None:
    known = said()
    assert len(spans()) > 15
    unknown = [
        span
        for span in spans()
        if not any(span in text or (len(text) > 10 and span.startswith(text)) for text in known)
    ]
    assert unknown == []


def renamed() -> list[tuple[list[str], list[str]]]:
    """Return what stands between backticks in each row of the changelog's table: before, and now."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").partition("### Renamed for operators")[2]
    rows = [line.strip("|").split(" | ") for line in text.partition("\n## ")[0].splitlines() if "`" in line]
    rows = [row for row in rows if len(row) == 2]
    return [(_spans(before), _spans(now)) for before, now in rows]


def _spans(cell: str) -> list[str]:
    spans = re.findall(r"`([^`]+)`", cell)
    return [span.partition("{")[0] for span in spans if not span.endswith("=")]


def test_what_was_renamed_for_operators_has_its_new_name_and_not_the_old_one() -> None:
    alerts = {rule["alert"] for rule in rules()}
    names = told() | logged() | alerts | set(DROPPED)
    rows = renamed()
    assert len(rows) > 20
    assert [name for _, now in rows for name in now if name not in names] == []
    assert [name for before, now in rows for name in before if name in names and name not in now] == []
