"""The house rules that no linter knows: words, first lines, docstrings, sizes."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.plugins import order, turns

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "simulator/telegram_simulator", "tools")
SIMULATOR = ROOT / "simulator" / "telegram_simulator"
VERSIONS = ROOT / "bot" / "db" / "migrations" / "versions"

MOST_LINES = 300
MOST_FILES = 16
MOST_WORDS = 12

EMPTY_NAMES = frozenset({"one", "found", "kept", "it"})
"""Variables of these names say nothing of what they hold."""

RETIRED = {
    "Lanes": "RateLimiter",
    "lanes": "rate_limiter",
    "Talk": "Conversation",
    "talk": "conversation",
    "Desk": "the services that a handler needs",
    "Visitor": "User",
    "visitor": "user",
    "Guest": "Viewer",
    "guest": "viewer",
    "Speech": "Translator",
    "voice": "translator",
    "noted": "N_",
    "halt": "cooldown",
    "halts": "cooldowns",
    "Halts": "Cooldowns",
    "on_trial": "half_open",
    "Standing": "TappedMessage, DatabaseSnapshot, Progress …",
    "Showing": "PageSender",
    "Envelope": "PageRequests",
    "seal": "build",
    "Parcel": "PreparedMessage",
    "parcel": "prepared",
    "Packing": "PreparedMessages",
    "packing": "prepared_messages",
    "Carrier": "CampaignTransport",
    "Courier": "CampaignConnection",
    "carrier": "campaign_transport",
    "courier": "campaign_connection",
    "Recording": "OutcomeWriter",
    "recording": "outcome_writer",
    "resuming": "recovery",
    "Soundness": "FailureThreshold",
    "soundness": "failure_threshold",
    "Stages": "CrashPoints",
    "steering": "campaign_actions",
    "Act": "Action",
    "Effect": "Verdict",
    "Intake": "UpdateInbox",
    "InHand": "UserQueues",
    "in_hand": "user_queues",
    "talking": "ownership",
    "let_go": "release",
    "orphans": "unowned",
    "Presence": "Heartbeat",
    "bury": "expire",
    "living": "alive",
    "telling": "content_log",
    "sleeper": "idle_in_transaction",
    "end_sleepers": "terminate_idle",
    "marks": "timestamps",
    "may_pass": "is_transient",
    "is_hopeless": "is_permanent",
    "Boards": "StatusMessages",
    "boards": "status_messages",
    "Many": "PreparedStatement",
    "Batch": "Coalescer",
    "Housekeeping": "Retention",
    "housekeeping": "retention",
    "tidy": "purge",
    "heal": "mark_received",
    "doubt_all": "pause_all_for_review",
    "Breaker": "CircuitBreaker",
    "composing": "page_layout",
    "measuring": "page_room",
    "turning": "page_buttons",
    "Disputes": "ConflictPolicy",
    "disputes": "conflicts",
    "Rivals": "UpdateConflicts",
    "rivals": "conflicts",
    "Settling": "StabilityCheck",
    "Gathering": "MessageGrouping",
    "Glance": "UpdateSummary",
    "glance": "summarise",
    "Wire": "ConversationContext",
    "MenuBoard": "Menus",
    "TelegramCarrier": "TelegramCampaignTransport",
    "TelegramCourier": "TelegramCampaignConnection",
    "stranger_voice": "anonymous_translator",
    "strangers_way": "AnonymousWay",
    "restate": "edit",
    "try_to_say": "try_reply",
    "Composer": "PageLayout",
    "Outs": "ReleasedIssues",
    "outs": "released_issues",
    "parcels": "prepared_messages",
    "agreement": "language_consistency",
    "announcing": "broadcasting",
    "proofs": "test_push",
    "beacon": "demo_address",
    "deed_words": "audit_words",
    "slash": "command_text",
    "HaltRow": "CooldownRow",
    "BoardRow": "StatusMessageRow",
    "MarkRow": "TimestampRow",
    "TalkingRow": "UpdateOwnerRow",
}
"""Names that the code once had, and what each is called now. CONTEXT.md has the words of the product."""

DISTINCTIVE = frozenset(
    {
        *("lane", "lanes", "halt", "halts", "halted", "desk", "desks", "beacon", "lit", "rival", "rivals"),
        *("visitor", "visitors", "guest", "guests", "parcel", "parcels", "carrier", "carriers"),
        *("courier", "couriers", "envelope", "envelopes", "intake", "housekeeping", "soundness"),
        *("heir", "heirs", "heirless", "bury", "buried", "sleeper", "sleepers"),
    }
)
"""Retired words without another meaning: in no part of a name, in no docstring of a module or class.

Others are left to RETIRED, which knows whole names: "hold" and "settle" have a meaning that stays.
"""

PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

TELEGRAMS = {"marks", "voice"}
"""Of these, what means something else in the simulator: signs of a format, Telegram's voice messages."""


def modules(*rooms: str) -> list[Path]:
    """Return the modules of these rooms, but for migrations, which are history."""
    paths = (path for room in rooms for path in (ROOT / room).rglob("*.py"))
    return sorted(path for path in paths if not path.is_relative_to(VERSIONS) and ".venv" not in path.parts)


def test_no_retired_name_comes_back() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line} {name} → {RETIRED[name]}"
        for path in modules(*ROOMS)
        for line, name in names(path.read_text(encoding="utf-8"), path.stem)
        if name in RETIRED and not (path.is_relative_to(SIMULATOR) and name in TELEGRAMS)
    ] == []


def test_no_part_of_a_name_is_a_retired_word() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in modules(*ROOMS)
        for line, name in names(path.read_text(encoding="utf-8"), path.stem)
        if not DISTINCTIVE.isdisjoint(parts(name))
    ] == []


def test_no_script_of_the_page_holds_a_retired_word() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line} {word}"
        for path in sorted(SIMULATOR.rglob("*.js"))
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word in parts(text)
        if word in DISTINCTIVE
    ] == []


def test_no_docstring_of_a_module_or_class_holds_a_retired_word() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line} {word}"
        for path in modules(*ROOMS)
        for line, text in descriptions(path.read_text(encoding="utf-8"))
        for word in parts(text)
        if word in DISTINCTIVE
    ] == []


def parts(text: str) -> list[str]:
    """Return the words of a text, in small letters; names are split at underscores and capitals."""
    return [part.lower() for part in PARTS.findall(text)]


def descriptions(text: str) -> Iterator[tuple[int, str]]:
    """Yield the docstring of the module and of each class, each with its line."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef):
            yield getattr(node, "lineno", 1), ast.get_docstring(node) or ""


def names(text: str, stem: str) -> Iterator[tuple[int, str]]:
    """Yield the file's own name and every identifier, with its line."""
    yield 1, stem
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME:
            yield token.start[0], token.string


def test_variables_say_what_they_hold() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in modules("bot", "simulator", "tools")
        for line, name in variables(path.read_text(encoding="utf-8"))
        if name in EMPTY_NAMES
    ] == []


def variables(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each variable and each parameter."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg


def test_every_module_says_in_a_dozen_words_what_it_is_for() -> None:
    wrong = []
    for path in modules(*ROOMS):
        text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        first = text.splitlines()[0] if text else ""
        if not first or len(first.split()) > MOST_WORDS:
            wrong.append(f"{path.relative_to(ROOT)}: {first or 'no first line'}")
    assert wrong == []


def test_a_docstring_stands_first_or_right_behind_what_it_describes() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{line}"
        for path in modules(*ROOMS, "tests")
        for line in stray_docstrings(path.read_text(encoding="utf-8"))
    ] == []


def stray_docstrings(text: str) -> Iterator[int]:
    """Yield the lines of texts that stand behind a statement that is no assignment."""
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for before, statement in pairwise(body):
            if is_text(statement) and not isinstance(before, ast.Assign | ast.AnnAssign):
                yield statement.lineno


def is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


def test_no_module_is_longer_than_a_reader_takes_in() -> None:
    sizes = {path: path.read_text(encoding="utf-8").count("\n") for path in modules(*ROOMS)}
    assert [f"{path.relative_to(ROOT)}: {size}" for path, size in sizes.items() if size > MOST_LINES] == []


def test_no_folder_holds_more_than_sixteen_modules() -> None:
    """Tests are exempt, also from the limit of lines: each stands alone, under the name of what it tests.

    Only modules are counted: data, styles and the scripts of the simulator's page are not.
    """
    folders = {path.parent for path in modules(*ROOMS)}
    counts = {folder: len([*folder.glob("*.py")]) for folder in folders}
    assert [f"{folder.relative_to(ROOT)}: {n}" for folder, n in counts.items() if n > MOST_FILES] == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('def f():\n    x = 1\n    """Of x."""\n', []),
        ('def f():\n    g()\n    """Too late."""\n', [3]),
        ('class A:\n    """Of A."""\n    x: int\n    """Of x."""\n', []),
    ],
)
def test_the_check_of_docstrings_sees_which_stand_astray(text: str, lines: list[int]) -> None:
    assert list(stray_docstrings(text)) == lines


def test_the_check_of_names_sees_identifiers_and_no_words_in_texts() -> None:
    identifiers = [name for _, name in names('"""Of lanes."""\nlanes = "talk"\n', "lanes")]
    assert identifiers == ["lanes", "lanes"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("follow_halts", ["follow", "halts"]),
        ("_desk", ["desk"]),
        ("StraightIntake", ["straight", "intake"]),
        ("HTTPCourier2", ["http", "courier"]),
        ("AFTER_HALT", ["after", "halt"]),
        ("moonlit", ["moonlit"]),
    ],
)
def test_a_name_is_split_at_underscores_and_capitals(name: str, words: list[str]) -> None:
    assert parts(name) == words


def test_the_check_of_docstrings_reads_modules_and_classes_alone() -> None:
    text = '"""Of lanes."""\n\n\nclass A:\n    """Of desks."""\n\n    def f(self):\n        """Of halts."""\n'
    assert list(descriptions(text)) == [(1, "Of lanes."), (4, "Of desks.")]


def test_the_check_of_variables_sees_loops_and_parameters() -> None:
    text = "def f(one):\n    for found in one:\n        print(one.kept, found)\n"
    assert list(variables(text)) == [(1, "one"), (2, "found")]


def test_no_test_replaces_code() -> None:
    """Of private names the linter tells (SLF001)."""
    words = ("monkeypatch.set" + "attr", "unittest.mo" + "ck", "patch.obj" + "ect")
    assert [
        f"{path.relative_to(ROOT)}: {word}"
        for path in modules("tests", "tools", "simulator")
        for word in words
        if word in path.read_text(encoding="utf-8")
    ] == []


@pytest.mark.parametrize(
    "pattern", sorted({*(f"tests/{name}" for name in (*turns.SEEN, *turns.ASKS_BOTH)), *order.LONG})
)
def test_what_selects_tests_names_some(pattern: str) -> None:
    assert [*ROOT.glob(pattern)]
