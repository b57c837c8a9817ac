"""The dashboard and the alerts that operators import ask for numbers that the program tells."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from bot.metrics import Metrics, Standing

DOCS = Path(__file__).parents[2] / "docs"
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
    metrics.standing(Standing({("en", "full"): 1}, {"open": 1}, 0, 0, 0.0, 0, 0.0, 0.0, push_missing=False))
    return set(SAMPLE.findall(metrics.text().decode()))


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((DOCS / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    board = json.loads((DOCS / "grafana-dashboard.json").read_text(encoding="utf-8"))
    return list(board["panels"])


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
