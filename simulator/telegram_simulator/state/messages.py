"""Messages of a chat, and the bubbles that people see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from telegram_simulator.payments.invoices import Invoice
from telegram_simulator.text.entities import Entity

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says. `kind` is its first field's name (text, photo, rich_message …); `fields` are its
    own fields of the Bot API's Message; `html` the text or caption as sent; `rich` a rich message's own HTML,
    `plain` its text, `media` its pictures: name to file id; `invoice` what its button pays.
    """

    kind: str
    fields: Mapping[str, Any]
    html: str = ""
    rich: str | None = None
    media: Mapping[str, str] = field(default_factory=dict)
    plain: str = ""
    invoice: Invoice | None = None

    @property
    def text(self) -> str:
        return str(self.fields.get("text") or self.fields.get("caption") or self.plain)

    @property
    def digest(self) -> str:
        """A short mark of the text: equal texts have equal ones."""
        return sha256(self.text.encode(errors="replace")).hexdigest()[:16]

    @property
    def preview(self) -> dict[str, Any] | None:
        """The link preview that is shown: its options, with the address it shows."""
        options = dict(self.fields.get("link_preview_options") or {})
        url = options.get("url") or self._first_link()
        if self.kind != "text" or options.get("is_disabled") or not url:
            return None
        return {**options, "url": url}

    def _first_link(self) -> str | None:
        units = self.text.encode("utf-16-le")
        for entity in self.fields.get("entities") or ():
            first, last = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
            if entity["type"] == "url":
                return units[first:last].decode("utf-16-le", "replace")
            if entity["type"] == "text_link" and entity["url"].startswith("http"):
                return str(entity["url"])
        return None


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message as it stood in the chat at one moment. `text` is plain; `html` is as the bot sent it; `rich`
    the raw HTML of a rich message; `preview` the options of the link preview shown; `photo` a file id.
    `asks` tells that it opens a reply to itself.
    """

    message_id: int
    from_bot: bool
    text: str
    html: str
    rich: str | None
    entities: tuple[Entity, ...]
    buttons: list[list[dict[str, Any]]]
    protected: bool
    preview: dict[str, Any] | None
    photo: str | None
    date: datetime
    edited: datetime | None
    reply_to: int | None = None
    media: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    thread: int | None = None
    asks: bool = False

    def as_json(self) -> dict[str, Any]:
        """For the chat page: times in Unix seconds, files by their ids."""
        photos = self.fields.get("photo")
        return {
            "message_id": self.message_id,
            "from_bot": self.from_bot,
            "text": self.fields.get("text", ""),
            "caption": self.fields.get("caption"),
            "entities": list(self.entities),
            "html": self.html,
            "rich": None if self.rich is None else {"html": self.rich, "media": dict(self.media)},
            "buttons": self.buttons,
            "protected": self.protected,
            "preview": self.preview,
            "photo": photos[-1] if photos else None,
            "document": _attachment(self.fields),
            "date": int(self.date.timestamp()),
            "edited": None if self.edited is None else int(self.edited.timestamp()),
            "reply_to": self.reply_to,
            "thread": self.thread,
            "asks": self.asks,
            "invoice": self.fields.get("invoice"),
            "payment": self.fields.get("successful_payment"),
            "refund": self.fields.get("refunded_payment"),
        }


def _attachment(fields: Mapping[str, Any]) -> dict[str, Any] | None:
    for kind in ("document", "animation", "video", "audio", "voice"):
        if kind in fields:
            return dict(fields[kind])
    return None


@dataclass(slots=True)
class Message:
    """A message that stands in a chat; an edit swaps its content."""

    message_id: int
    sender: Mapping[str, Any]
    date: datetime
    content: Content
    markup: Mapping[str, Any] | None = None
    protected: bool = False
    edited: datetime | None = None
    reply_to: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    thread: int | None = None

    @property
    def from_bot(self) -> bool:
        return bool(self.sender["is_bot"])

    def as_json(self) -> dict[str, Any]:
        return self.bubble().as_json()

    def bubble(self) -> Bubble:
        fields = self.content.fields
        photos = fields.get("photo")
        return Bubble(
            message_id=self.message_id,
            from_bot=self.from_bot,
            text=self.content.text,
            html=self.content.html,
            rich=self.content.rich,
            entities=tuple(fields.get("entities") or fields.get("caption_entities") or ()),
            buttons=[
                [dict(button) for button in row] for row in (self.markup or {}).get("inline_keyboard", ())
            ],
            protected=self.protected,
            preview=self.content.preview,
            photo=photos[-1]["file_id"] if photos else None,
            date=self.date,
            edited=self.edited,
            reply_to=self.reply_to,
            media=self.content.media,
            fields=fields,
            thread=self.thread,
            asks=bool((self.markup or {}).get("force_reply")),
        )
