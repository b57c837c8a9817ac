"""A local Telegram: a Bot API server and a chat page."""

from telegram_simulator.faults import (
    CutBody,
    CutHeaders,
    Drip,
    Fault,
    Flood,
    Latency,
    OkFalse,
    ResetAfter,
    ResetBefore,
    Rubbish,
    Says,
    Status,
    TooMany,
)
from telegram_simulator.ledger import LedgerRow
from telegram_simulator.messages import Bubble
from telegram_simulator.people import Group, Person
from telegram_simulator.seeding import Seed, SeedError, SeedGroup, SeedPerson
from telegram_simulator.server import Simulator
from telegram_simulator.sights import Sight
from telegram_simulator.texts import MissingParserError
from telegram_simulator.topics import Topic

__all__ = [
    "Bubble",
    "CutBody",
    "CutHeaders",
    "Drip",
    "Fault",
    "Flood",
    "Group",
    "Latency",
    "LedgerRow",
    "MissingParserError",
    "OkFalse",
    "Person",
    "ResetAfter",
    "ResetBefore",
    "Rubbish",
    "Says",
    "Seed",
    "SeedError",
    "SeedGroup",
    "SeedPerson",
    "Sight",
    "Simulator",
    "Status",
    "TooMany",
    "Topic",
]
