"""Files: uploads, ids that may be used again, downloads."""

import io
import json
from typing import Any

from aiohttp import FormData
from PIL import Image

from caller import ANA, TOKEN, Caller
from telegram_simulator import Person

WRONG = "Bad Request: wrong file_id or the file is temporarily unavailable"
WRONG_IN_SEND = "Bad Request: wrong remote file identifier specified: can't unserialize it. Wrong last symbol"


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(content, "PNG")
    return content.getvalue()


async def upload(bot: Caller, method: str, content: bytes, name: str, **values: str) -> dict[str, Any]:
    form = FormData({"chat_id": str(ANA), **values})
    form.add_field(name, content, filename="a.png", content_type="image/png")
    async with bot.session.post(f"{bot.address}/{method}", data=form) as answer:
        body: dict[str, Any] = await answer.json()
        return body


async def test_a_photo_is_kept_and_its_id_used_again(ana: Person, bot: Caller) -> None:
    sent = (await upload(bot, "sendPhoto", picture(), "photo", caption="<b>a</b>", parse_mode="HTML"))[
        "result"
    ]
    photo = sent["photo"][-1]
    assert (photo["width"], photo["height"], photo["file_size"]) == (40, 20, len(picture()))
    await bot.result("sendPhoto", chat_id=ANA, photo=photo["file_id"])
    assert [bubble.photo for bubble in ana.sees[1:]] == [photo["file_id"]] * 2
    assert (ana.sees[1].text, ana.sees[1].html) == ("a", "<b>a</b>")


async def test_a_file_can_be_downloaded(ana: Person, bot: Caller) -> None:
    sent = (await upload(bot, "sendDocument", b"hello", "document"))["result"]
    file = await bot.result("getFile", file_id=sent["document"]["file_id"])
    address = bot.address.replace(f"/bot{TOKEN}", f"/file/bot{TOKEN}")
    async with bot.session.get(f"{address}/{file['file_path']}") as answer:
        assert (answer.status, await answer.read()) == (200, b"hello")
    async with bot.session.get(f"{address}/documents/none") as answer:
        assert answer.status == 404


async def test_wrong_ids_are_refused(ana: Person, bot: Caller) -> None:
    assert await bot.refusal("sendPhoto", chat_id=ANA, photo="AgACAgIAAx") == WRONG_IN_SEND
    assert await bot.refusal("getFile", file_id="AgACAgIAAx") == WRONG
    sent = (await upload(bot, "sendDocument", b"hello", "document"))["result"]
    refusal = await bot.refusal("sendPhoto", chat_id=ANA, photo=sent["document"]["file_id"])
    assert refusal == "Bad Request: can't use file of type Document as Photo"


async def test_a_photo_has_to_be_a_picture(ana: Person, bot: Caller) -> None:
    body = await upload(bot, "sendPhoto", b"GIF89a nonsense", "photo")
    assert body["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_captions_have_a_limit_and_can_be_edited(ana: Person, bot: Caller) -> None:
    long = await upload(bot, "sendPhoto", picture(), "photo", caption="x" * 1025)
    assert long["description"] == "Bad Request: message caption is too long"
    sent = (await upload(bot, "sendPhoto", picture(), "photo", caption="one"))["result"]
    place = {"chat_id": ANA, "message_id": sent["message_id"]}
    await bot.result("editMessageCaption", **place, caption="two")
    assert ana.sees[-1].text == "two"
    refusal = await bot.refusal("editMessageText", **place, text="x")
    assert refusal == "Bad Request: there is no text in the message to edit"
    classic = await bot.says("text")
    refusal = await bot.refusal("editMessageCaption", chat_id=ANA, message_id=classic, caption="x")
    assert refusal == "Bad Request: there is no caption in the message to edit"


async def test_an_album_is_sent_in_one_call(ana: Person, bot: Caller) -> None:
    first = (await upload(bot, "sendPhoto", picture(), "photo"))["result"]["photo"][0]["file_id"]
    media = [{"type": "photo", "media": first}, {"type": "photo", "media": "attach://two", "caption": "b"}]
    body = await upload(bot, "sendMediaGroup", picture(), "two", media=json.dumps(media))
    assert len({message["media_group_id"] for message in body["result"]}) == 1
    assert [bubble.text for bubble in ana.sees[-2:]] == ["", "b"]


async def test_a_rich_message_takes_its_pictures_by_name_and_gives_ids_back(ana: Person, bot: Caller) -> None:
    html = (
        '<figure><img src="tg://photo?id=cover" alt="x"/>'
        "<figcaption>Caption<cite>Credit</cite></figcaption></figure>"
    )
    media = [{"id": "cover", "media": {"type": "photo", "media": "attach://file"}}]
    rich = json.dumps({"html": html, "media": media})
    block = (await upload(bot, "sendRichMessage", picture(), "file", rich_message=rich))["result"][
        "rich_message"
    ]["blocks"][0]
    file_id = block["photo"][-1]["file_id"]
    assert block["caption"] == {"text": "Caption", "credit": "Credit"}
    assert ana.sees[-1].media == {"cover": file_id}
    again = {"html": html, "media": [{"id": "cover", "media": {"type": "photo", "media": file_id}}]}
    assert await bot.result("sendRichMessage", chat_id=ANA, rich_message=again)
    missing = {"html": html}
    refusal = await bot.refusal("sendRichMessage", chat_id=ANA, rich_message=missing)
    assert refusal.startswith("Bad Request: RICH_MESSAGE_MEDIA_INVALID")
