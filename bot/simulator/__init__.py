"""A local Telegram: a Bot API server and a chat page."""

from bot.simulator.faults import (
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
from bot.simulator.ledger import LedgerRow
from bot.simulator.messages import Bubble
from bot.simulator.people import Group, Person
from bot.simulator.seeding import Seed, SeedError, SeedGroup, SeedPerson
from bot.simulator.server import Simulator
from bot.simulator.sights import Sight
from bot.simulator.topics import Topic

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
