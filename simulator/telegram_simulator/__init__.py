"""A local Telegram: a Bot API server and a chat page."""

from telegram_simulator.api.ledger import LedgerRow
from telegram_simulator.network.faults import (
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
from telegram_simulator.payments.charges import Charge
from telegram_simulator.payments.pay_sheets import PaySheet
from telegram_simulator.payments.refusals import PaymentRefused
from telegram_simulator.payments.settings import PaymentSettings
from telegram_simulator.payments.subscriptions import Subscription
from telegram_simulator.server import Simulator
from telegram_simulator.state.messages import Bubble
from telegram_simulator.state.people import Group, Person
from telegram_simulator.state.seeding import Seed, SeedError, SeedGroup, SeedPerson
from telegram_simulator.state.topics import Topic
from telegram_simulator.state.visible_history import HistoryEntry
from telegram_simulator.text.texts import MissingParserError

__all__ = [
    "Bubble",
    "Charge",
    "CutBody",
    "CutHeaders",
    "Drip",
    "Fault",
    "Flood",
    "Group",
    "HistoryEntry",
    "Latency",
    "LedgerRow",
    "MissingParserError",
    "OkFalse",
    "PaySheet",
    "PaymentRefused",
    "PaymentSettings",
    "Person",
    "ResetAfter",
    "ResetBefore",
    "Rubbish",
    "Says",
    "Seed",
    "SeedError",
    "SeedGroup",
    "SeedPerson",
    "Simulator",
    "Status",
    "Subscription",
    "TooMany",
    "Topic",
]
