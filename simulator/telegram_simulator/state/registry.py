"""The registry of people, whom every bot knows, and of groups."""

from typing import Any

from telegram_simulator.state.account import Account
from telegram_simulator.state.people import START, Group, Person
from telegram_simulator.state.seeding import Seed
from telegram_simulator.state.state import SUPERGROUPS, State


class Registry:
    def __init__(self, state: State) -> None:
        self._state = state
        self._users: dict[int, dict[str, Any]] = {}
        self._notes: dict[int, str] = {}
        self._people: dict[tuple[str, int], Person] = {}
        self._groups: dict[tuple[str, int], Group] = {}
        self._seed = Seed()
        state.on_new_account = self._join_seeded

    def reset(self) -> None:
        """Forget everyone, and all groups."""
        for registered in (self._users, self._notes, self._people, self._groups):
            registered.clear()
        self._seed = Seed()

    def plant(self, seed: Seed) -> None:
        """Make the people now, and the groups for each bot when it calls for the first time."""
        for person in seed.people:
            self.introduce(person.id, person.first_name, person.language_code, person.note)
            if person.stars is not None:
                self._state.payments.balances.set(person.id, person.stars)
        self._seed = seed

    def _join_seeded(self, account: Account) -> None:
        """Put a new bot into the groups of the start, and let those start it who are to."""
        for planned in self._seed.groups:
            group = self.group(account, planned.id, planned.title, channel=planned.channel)
            if planned.forum:
                group.becomes_forum()
            group.chat.people.update({number: self._users[number] for number in planned.members})
        for person in self._seed.people:
            if person.starts:
                self.person(account, person.id).writes(START)

    def introduce(self, user_id: int, first_name: str, language_code: str | None, note: str = "") -> None:
        """Make a person, or change the one of this id."""
        language = {"language_code": language_code} if language_code else {}
        user = self._users.setdefault(user_id, {})
        user.clear()
        user.update({"id": user_id, "is_bot": False, "first_name": first_name, **language})
        self._notes[user_id] = note or self._notes.get(user_id, "")

    def person(self, account: Account, user_id: int) -> Person:
        """Return someone who has been introduced, in a private chat with this bot."""
        key = (account.token, user_id)
        if key not in self._people:
            user = self._users[user_id]
            chat = account.chat(user_id, {"first_name": user["first_name"], "type": "private"})
            chat.people[user_id] = user
            self._people[key] = Person(self._state, account, chat, user)
        return self._people[key]

    def group(self, account: Account, chat_id: int, title: str, *, channel: bool = False) -> Group:
        """Return the group or the channel, made when new, with this bot in it."""
        key = (account.token, chat_id)
        if key not in self._groups:
            kind = "channel" if channel else "supergroup" if chat_id < SUPERGROUPS else "group"
            chat = account.chat(chat_id, {"title": title, "type": kind})
            chat.started = True
            self._groups[key] = Group(self._state, account, chat)
        return self._groups[key]

    def find(self, account: Account, user_id: int) -> Person | None:
        return self.person(account, user_id) if user_id in self._users else None

    def find_group(self, account: Account, chat_id: int) -> Group | None:
        return self._groups.get((account.token, chat_id))

    def knows(self, user_id: int) -> bool:
        return user_id in self._users

    def search(self, words: str) -> list[int]:
        """Return the ids of those whose name, note or id holds these words, in any case."""
        wanted = words.strip().casefold()
        return [
            user_id
            for user_id, user in self._users.items()
            if wanted in f"{user['first_name']}\n{self.note(user_id)}\n{user_id}".casefold()
        ]

    def note(self, user_id: int) -> str:
        return self._notes.get(user_id, "")
