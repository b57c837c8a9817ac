"""Other people's clients work on the simulator: python-telegram-bot as it comes, and aiogram."""

from typing import Any

import pytest
from telegram import InlineKeyboardButton as Button
from telegram import InlineKeyboardMarkup as Markup
from telegram import InputMediaPhoto, LinkPreviewOptions, ReplyParameters, Update
from telegram.error import BadRequest, Forbidden
from telegram.ext import Application, CallbackQueryHandler, CommandHandler, ContextTypes

from caller import ANA, TOKEN
from telegram_simulator import Person, Simulator
from test_files import picture


async def _greet(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    await update.message.reply_html("<b>Hola</b>", reply_markup=Markup([[Button("More", callback_data="m")]]))


async def _more(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Here", show_alert=True)
    await update.callback_query.edit_message_text("More of it")


async def test_python_telegram_bot_polls_answers_and_edits(stranger: Person, simulator: Simulator) -> None:
    application = (
        Application.builder().token(TOKEN).base_url(f"{simulator.address}/bot").job_queue(None).build()
    )
    application.add_handler(CommandHandler("start", _greet))
    application.add_handler(CallbackQueryHandler(_more))
    async with application:
        assert application.updater is not None
        await application.start()
        await application.updater.start_polling(timeout=5, poll_interval=0)
        stranger.writes("/start")
        greeting = await stranger.hears()
        stranger.taps(greeting.message_id, "More")
        await stranger.hears(2)
        await application.updater.stop()
        await application.stop()
    assert (stranger.sees[-1].text, stranger.alerts[0]["text"]) == ("More of it", "Here")


async def test_python_telegram_bot_sends_all_it_documents(ana: Person, simulator: Simulator) -> None:
    application = Application.builder().token(TOKEN).base_url(f"{simulator.address}/bot").build()
    bot = application.bot
    async with bot:
        preview = LinkPreviewOptions(url="http://127.0.0.1:1/a", prefer_large_media=True)
        sent = await bot.send_message(
            ANA,
            "x",
            protect_content=True,
            link_preview_options=preview,
            reply_parameters=ReplyParameters(1),
            message_thread_id=None,
        )
        photo = await bot.send_photo(ANA, picture(), caption="c")
        again = await bot.send_photo(ANA, photo.photo[-1].file_id)
        album = await bot.send_media_group(ANA, [InputMediaPhoto(picture()), InputMediaPhoto(picture())])
        await bot.edit_message_media(InputMediaPhoto(picture(), caption="d"), ANA, again.message_id)
        await bot.set_my_commands([("start", "Begin")], language_code="es")
        assert (await bot.get_my_commands(language_code="es"))[0].command == "start"
        assert await bot.set_my_name("The Weekly")
        await bot.delete_messages(ANA, [message.message_id for message in album])
        rich = {"html": "<h1>x</h1>", "skip_entity_detection": True}
        await bot.do_api_request("sendRichMessage", {"chat_id": ANA, "rich_message": rich})
        await _refusals(ana, application)
    assert sent.has_protected_content
    assert [bubble.text for bubble in ana.sees] == ["/start", "x", "c", "d", "x"]


async def _refusals(ana: Person, application: "Application[Any, Any, Any, Any, Any, Any]") -> None:
    with pytest.raises(BadRequest, match="can't be edited"):
        await application.bot.edit_message_text("x", ANA, 1)
    ana.blocks()
    with pytest.raises(Forbidden, match="blocked by the user"):
        await application.bot.send_message(ANA, "x")
    ana.returns()


async def test_aiogram_polls_answers_and_edits(stranger: Person, simulator: Simulator) -> None:
    from aiogram_bot import TelegramBadRequest, running  # noqa: PLC0415  # every collection would load it

    async with running(simulator.address, TOKEN) as bot:
        stranger.writes("/start")
        greeting = await stranger.hears()
        stranger.taps(greeting.message_id, "More")
        changed = await stranger.hears(2)
        with pytest.raises(TelegramBadRequest, match="find end tag"):
            await bot.send_message(ANA, "<i>x", parse_mode="HTML")
    assert (changed.html, changed.edited is not None) == ("<b>More</b> of it.", True)
