"""The Stars that people have, whatever bot they pay."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telegram_simulator.payments.settings import PaymentSettings


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """Stars that a person paid (`amount` below 0) or got back."""

    date: datetime
    amount: int
    title: str
    bot_name: str
    charge_id: str

    def as_json(self) -> dict[str, Any]:
        return {
            "date": int(self.date.timestamp()),
            "amount": self.amount,
            "title": self.title,
            "bot_name": self.bot_name,
            "charge_id": self.charge_id,
        }


class Balances:
    """`told(user_id, stars)` is called for every change."""

    def __init__(self, settings: PaymentSettings, told: Callable[[int, int], None]) -> None:
        self._settings = settings
        self._told = told
        self._stars: dict[int, int] = {}
        self._changes: dict[int, list[BalanceChange]] = {}

    def of(self, user_id: int) -> int:
        return self._stars.get(user_id, self._settings.starting_balance)

    def set(self, user_id: int, stars: int) -> None:
        """Give somebody so many Stars; ValueError for fewer than none."""
        if stars < 0:
            raise ValueError("A person has 0 Stars or more.")
        self._stars[user_id] = stars
        self._told(user_id, stars)

    def change(self, user_id: int, change: BalanceChange) -> None:
        self._stars[user_id] = self.of(user_id) + change.amount
        self._changes.setdefault(user_id, []).append(change)
        self._told(user_id, self._stars[user_id])

    def changes(self, user_id: int) -> list[BalanceChange]:
        """Return what somebody paid and got back, oldest first."""
        return list(self._changes.get(user_id, ()))
