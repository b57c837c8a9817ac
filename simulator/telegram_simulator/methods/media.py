"""Photos, documents and other files, with their captions."""

from collections.abc import Mapping
from typing import Any

from telegram_simulator.api.errors import bad_request
from telegram_simulator.api.parameters import number
from telegram_simulator.api.urls import bad_url
from telegram_simulator.methods.call import Call
from telegram_simulator.methods.sending import put, sent
from telegram_simulator.state.files import DOWNLOAD_LIMIT, WRONG_IN_SEND, File, file_content
from telegram_simulator.state.messages import Content
from telegram_simulator.text.texts import CAPTION_LIMIT

CAPTION_FIELDS = frozenset({"caption", "caption_entities", "show_caption_above_media", "has_media_spoiler"})
KINDS = frozenset({"photo", "document", "animation", "video", "audio", "voice"})
WRONG_ADDRESS = "wrong file identifier/HTTP URL specified"
ALBUM_SIZE = 10
ALBUM = frozenset({"photo", "document", "video", "audio"})


def send_photo(call: Call) -> dict[str, Any]:
    return _send(call, "photo")


def send_document(call: Call) -> dict[str, Any]:
    return _send(call, "document")


def send_animation(call: Call) -> dict[str, Any]:
    return _send(call, "animation")


def send_video(call: Call) -> dict[str, Any]:
    return _send(call, "video")


def send_audio(call: Call) -> dict[str, Any]:
    return _send(call, "audio")


def send_voice(call: Call) -> dict[str, Any]:
    return _send(call, "voice")


def send_media_group(call: Call) -> list[dict[str, Any]]:
    chat = call.open_chat()
    given = call.values.get("media")
    if not isinstance(given, list) or not given:
        raise bad_request("there are no messages to send")
    if len(given) > ALBUM_SIZE:
        raise bad_request("too many messages to send as an album")
    if not all(isinstance(item, dict) and item.get("type") in ALBUM for item in given):
        raise bad_request("can't parse InputMedia: type of media is unsupported in a group")
    kinds = {item["type"] for item in given}
    alone = next((kind for kind in ("document", "audio") if kind in kinds and len(kinds) > 1), None)
    if alone is not None:
        raise bad_request(f"{alone.title()} can't be mixed with other media types")
    contents = [input_media(call, item) for item in given]
    group = str(call.state.ledger.next_seq())
    messages = [put(call, chat, content, {"media_group_id": group}) for content in contents]
    return [chat.message_json(message) for message in messages]


def _send(call: Call, kind: str) -> dict[str, Any]:
    chat = call.open_chat()
    file = named_file(call, kind, kind, call.values.get(kind))
    html, caption = caption_fields(call)
    return sent(call, chat, file_content(file, kind, caption, html, _details(call, call.values)))


def input_media(call: Call, given: Mapping[str, Any]) -> Content:
    """Read an InputMedia object; `attach://NAME` is the upload of that name."""
    kind = given.get("type")
    if kind not in KINDS:
        raise bad_request("can't parse InputMedia: type of the media is wrong")
    file = named_file(call, kind, "", given.get("media"))
    if not isinstance(given.get("parse_mode", ""), str):
        raise bad_request('can\'t parse InputMedia: field "parse_mode" must be a String')
    options = {name: value for name, value in given.items() if name != "media"}
    html, caption = caption_fields(Call(call.state, call.account, call.method, options, {}))
    return file_content(file, kind, caption, html, _details(call, given))


def _details(call: Call, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sender says of a file; a thumbnail is an upload of its own."""
    details = {name: said[name] for name in ("performer", "title") if isinstance(said.get(name), str)}
    for name in ("duration", "width", "height"):
        if name in said:
            details[name] = max(0, number(said[name]))
    named = said.get("thumbnail")
    names = (named.removeprefix("attach://") if isinstance(named, str) else "thumbnail", "thumb")
    thumbnail = next((call.uploads[name] for name in names if name in call.uploads), None)
    if thumbnail is not None:
        details["thumbnail"] = call.state.files.add(call.account.id, "photo", thumbnail).as_json()
    return details


def named_file(call: Call, kind: str, parameter: str, given: Any) -> File:
    """Return the file that a call brings or names: an upload, `attach://NAME`, a file id, an address."""
    if given is None and parameter in call.uploads:
        return call.state.files.add(call.account.id, kind, call.uploads[parameter])
    if not isinstance(given, str) or not given:
        raise bad_request(f"there is no {kind} in the request")
    if given.startswith("attach://"):
        name = given.removeprefix("attach://")
        if name not in call.uploads:
            raise bad_request("file not found in the request")
        return call.state.files.add(call.account.id, kind, call.uploads[name])
    if "://" in given:
        return _from_web(call, kind, given)
    file = call.state.files.find(call.account.id, given, WRONG_IN_SEND)
    if file.kind != kind:
        raise bad_request(f"can't use file of type {file.kind.title()} as {kind.title()}")
    return file


def _from_web(call: Call, kind: str, url: str) -> File:
    """Take an address as Telegram would; nothing is fetched, the file has no content."""
    if bad_url(url) or not url.startswith(("http://", "https://")):
        raise bad_request(WRONG_ADDRESS)
    return call.state.files.linked(call.account.id, kind, url)


def caption_fields(call: Call) -> tuple[str, dict[str, Any]]:
    """Return the caption as sent and as fields of Message; ApiError 400 when it is too long."""
    raw, mode = call.text("caption"), call.values.get("parse_mode")
    text = call.state.parser.parse(raw, mode, call.values.get("caption_entities"))
    if text.length > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    fields: dict[str, Any] = {"caption": text.text} if text.text else {}
    if text.entities:
        fields["caption_entities"] = list(text.entities)
    if call.flag("show_caption_above_media"):
        fields["show_caption_above_media"] = True
    if call.flag("has_spoiler"):
        fields["has_media_spoiler"] = True
    return (raw if str(mode).lower() == "html" else text.html), fields


def get_file(call: Call) -> dict[str, Any]:
    file = call.state.files.find(call.account.id, call.text("file_id"))
    if len(file.content) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.content),
        "file_path": file.path,
    }
