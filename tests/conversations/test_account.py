"""/account: why one has access, until when, and what one can do now; where to write; what it costs."""

import pytest

from bot.db.readers import grants
from bot.domain.readers.grants import Grant
from bot.services.subscriptions.access import update_access
from telegram_simulator import Bubble
from tests.world import MONDAY, PUBLICATION, World, data, labels, last

LANGUAGES = pytest.mark.parametrize("code", ["en", "es"])
OFFER = {
    "en": "Read everything free for 7 days, archive included.",
    "es": "Lee todo gratis durante 7 días, también el archivo.",
}
START = {"en": "Read free for 7 days", "es": "Leer gratis 7 días"}
ADD = {"en": "Add 7 free days", "es": "Sumar 7 días gratis"}
FREE = {"en": "You read the free part of every issue.", "es": "Lees la parte gratuita de cada edición."}
THEN = {
    "en": "After that you keep reading the free part of every issue, which costs nothing.",
    "es": "Después sigues leyendo la parte gratuita de cada edición, sin costo.",
}
ENDED = {
    "en": "Your free trial ended on December 29, 2025.",
    "es": "Tu prueba gratis terminó el 29 de diciembre de 2025.",
}


async def declare(world: World, *lines: str) -> None:
    """Let publication.toml say these lines too."""
    text = PUBLICATION + "\n".join(lines) + "\n"
    (world.content / "publication.toml").write_text(text, encoding="utf-8")
    await world.reload()


def addresses(bubble: Bubble) -> dict[str, str]:
    buttons = [button for row in bubble.buttons for button in row]
    return {button["text"]: button["url"] for button in buttons if "url" in button}


@LANGUAGES
async def test_someone_new_reads_what_is_free_and_may_start_the_trial(world: World, code: str) -> None:
    ana = world.person(language=code)
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(f"{FREE[code]}\n\n{OFFER[code]}\n\n")
    assert labels(answer)[0] == START[code]
    await world.tap(ana, START[code])
    assert "canary" in (await world.ask(ana, "/economy")).text


@LANGUAGES
async def test_on_the_trial_it_says_so_until_when_and_offers_none(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.take_trial(ana)
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(
        {
            "en": "Your free trial runs until Monday, December 29, 2025, at 09:00.",
            "es": "Tu prueba gratis está en curso: puedes leer todo hasta el lunes 29 de diciembre de 2025",
        }[code]
    )
    assert OFFER[code] not in answer.text
    assert (
        labels(answer)
        == {
            "en": ["Read the current issue", "Settings", "Your data and privacy"],
            "es": ["Leer la última edición", "Ajustes", "Tus datos y privacidad"],
        }[code]
    )
    assert "Title of" in (await world.tap(ana, labels(answer)[0])).text.replace("Título del", "Title of")


async def test_its_button_leads_to_the_settings(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/account")
    assert "Time zone" in (await world.tap(ana, "Settings")).text


@LANGUAGES
async def test_after_the_trial_it_says_when_it_ended_and_offers_none(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.take_trial(ana)
    world.later(days=8)
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(f"{ENDED[code]} {FREE[code]}\n\n")
    assert START[code] not in labels(answer)


@LANGUAGES
async def test_a_gift_is_called_one_and_the_trial_stays_open(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.subscribe(ana, 30)
    gift, still = {
        "en": (
            "You were given access: you can read everything until Wednesday, January 21, 2026, at 09:00.",
            "You can still use your free trial of 7 days: /trial",
        ),
        "es": (
            "Tienes acceso de regalo: puedes leer todo hasta el miércoles 21 de enero de 2026 a las 09:00.",
            "Todavía puedes usar tu prueba gratis de 7 días: /trial",
        ),
    }[code]
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(f"{gift} {THEN[code]}\n\n{still}\n\n")
    assert data(answer)[ADD[code]] == "do:trial:7:after"
    world.later(days=31)
    over = await world.ask(ana, "/account")
    ended = {
        "en": "The access you were given ended on January 21, 2026.",
        "es": "Tu acceso de regalo terminó el 21 de enero de 2026.",
    }[code]
    assert over.text.startswith(f"{ended} {FREE[code]}\n\n{OFFER[code]}")
    assert labels(over)[0] == START[code]


@LANGUAGES
async def test_trial_and_gift_are_named_in_turn(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.take_trial(ana)
    world.later(days=1)
    for _ in range(2):  # two gifts that follow each other are one to a reader
        await world.subscribe(ana, 15)
    assert (await world.ask(ana, "/account")).text.split("\n\n")[0] == {
        "en": (
            "You can read everything until Wednesday, January 28, 2026, at 09:00.\n"
            "• the free trial, until Monday, December 29, 2025, at 09:00\n"
            "• access as a gift, until Wednesday, January 28, 2026, at 09:00\n" + THEN["en"]
        ),
        "es": (
            "Puedes leer todo hasta el miércoles 28 de enero de 2026 a las 09:00.\n"
            "• la prueba gratis, hasta el lunes 29 de diciembre de 2025 a las 09:00\n"
            "• acceso de regalo, hasta el miércoles 28 de enero de 2026 a las 09:00\n" + THEN["es"]
        ),
    }[code]


async def test_access_for_ever_has_no_end_and_needs_no_trial(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    async with world.program.core.database.write() as session:
        await grants.add(session, ana.id, Grant("complimentary", "the editor", MONDAY))
        await update_access(session, ana.id, MONDAY)
    text = (await world.ask(ana, "/account")).text
    assert text.startswith("You were given access: you can read everything, with no end date.\n\n")
    assert "/trial" not in text


@LANGUAGES
async def test_whose_access_ended_is_told_where_to_write(world: World, code: str) -> None:
    await declare(
        world, 'contact = { en = "@post_desk", es = "@redaccion" }', 'site = "https://post.example"'
    )
    ana = world.person(language=code)
    await world.take_trial(ana)
    world.later(days=8)
    write = {
        "en": f"To read everything, write to @post_desk and give your Telegram ID: {ana.id}",
        "es": f"Para leer todo, escríbenos a @redaccion e indica tu ID de Telegram: {ana.id}",
    }[code]
    ways = {
        "en": {"Visit our site": "https://post.example", "Write to @post_desk": "https://t.me/post_desk"},
        "es": {
            "Visitar nuestro sitio": "https://post.example",
            "Escribir a @redaccion": "https://t.me/redaccion",
        },
    }[code]
    for command in ("/account", "/trial"):
        answer = await world.ask(ana, command)
        assert answer.text.endswith(write)
        assert addresses(answer) == ways


async def test_an_e_mail_address_is_said_and_is_no_button(world: World) -> None:
    await declare(world, 'contact = "desk@post.example"')
    ana = world.person()
    await world.take_trial(ana)
    world.later(days=8)
    answer = await world.ask(ana, "/trial")
    assert answer.text.endswith(f"write to desk@post.example and give your Telegram ID: {ana.id}")
    assert addresses(answer) == {}


async def test_a_contact_on_the_web_is_a_button(world: World) -> None:
    await declare(world, 'contact = "https://post.example/write?a=1&b=2"')
    ana = world.person()
    answer = await world.ask(ana, "/trial")
    assert addresses(answer) == {}  # first she is asked whether she wants the trial
    answer = await world.ask(ana, "/account")
    assert "write to us with the button below" in answer.text
    assert addresses(answer) == {"Write to us": "https://post.example/write?a=1&b=2"}


async def test_a_site_alone_is_where_to_go(world: World) -> None:
    await declare(world, 'site = "https://post.example"')
    ana = world.person()
    await world.take_trial(ana)
    world.later(days=8)
    answer = await world.ask(ana, "/trial")
    assert answer.text.endswith("To read everything, visit our site.")
    assert addresses(answer) == {"Visit our site": "https://post.example"}


async def test_without_contact_and_site_nothing_is_invented(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    world.later(days=8)
    for command in ("/account", "/trial", "price"):
        answer = await world.ask(ana, command)
        assert addresses(answer) == {}
        assert "To read everything" not in answer.text


@LANGUAGES
async def test_privacy_says_whom_to_ask(world: World, code: str) -> None:
    ana = world.person(language=code)
    asked = {"en": "Questions? Write to @post_desk.", "es": "¿Tienes preguntas? Escríbenos a @post_desk."}[
        code
    ]
    assert asked not in (await world.ask(ana, "/privacy")).text
    await declare(world, 'contact = "@post_desk"')
    answer = await world.ask(ana, "/privacy")
    assert answer.text.endswith(asked)
    assert list(addresses(answer).values()) == ["https://t.me/post_desk"]


@LANGUAGES
@pytest.mark.parametrize("word", ["How much?", "price", "¿Cuánto cuesta?", "precio"])
async def test_who_asks_for_the_price_hears_what_is_free(world: World, code: str, word: str) -> None:
    await declare(world, 'contact = "@post_desk"')
    ana = world.person(language=code)
    free = {
        "en": "The free part of every issue costs nothing. Sections marked 🔒 are for subscribers.",
        "es": "La parte gratuita de cada edición no cuesta nada. Las secciones con 🔒 son para suscriptores.",
    }[code]
    answer = await world.ask(ana, word)
    assert answer.text.startswith(f"{free}\n\n{OFFER[code]}\n\n")
    assert answer.text.endswith(f"Telegram: {ana.id}" if code == "es" else f"Telegram ID: {ana.id}")
    assert labels(answer)[0] == START[code]
    assert list(addresses(answer).values()) == ["https://t.me/post_desk"]


@LANGUAGES
async def test_who_asks_for_the_price_in_her_trial_hears_what_comes_after(world: World, code: str) -> None:
    await declare(world, 'contact = "@post_desk"')
    ana = world.person(language=code)
    await world.take_trial(ana)
    answer = await world.ask(ana, "price")
    assert {
        "en": "After that you keep reading the free part of every issue, which costs nothing.\n\n"
        "I don’t know what a subscription costs. To subscribe, or to keep reading everything later, write to "
        f"@post_desk and give your Telegram ID: {ana.id}",
        "es": "Después sigues leyendo la parte gratuita de cada edición, sin costo.\n\n"
        "No sé cuánto cuesta la suscripción. Para suscribirte, o para seguir leyendo todo más adelante, "
        f"escríbenos a @post_desk e indica tu ID de Telegram: {ana.id}",
    }[code] in answer.text
    assert list(addresses(answer).values()) == ["https://t.me/post_desk"]


async def test_who_may_read_for_ever_is_told_of_no_price(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    async with world.program.core.database.write() as session:
        await grants.add(session, ana.id, Grant("complimentary", "the editor", MONDAY))
        await update_access(session, ana.id, MONDAY)
    assert "costs" not in (await world.ask(ana, "price")).text


@LANGUAGES
async def test_who_may_have_the_trial_is_told_where_to_write_later(world: World, code: str) -> None:
    await declare(world, 'contact = "@post_desk"')
    ana = world.person(language=code)
    later = {
        "en": "To subscribe, or to keep reading everything later, write to @post_desk",
        "es": "Para suscribirte, o para seguir leyendo todo más adelante, escríbenos a @post_desk",
    }[code]
    assert later in (await world.ask(ana, "/account")).text
    assert later in (await world.ask(ana, "price")).text


async def test_the_price_answer_offers_no_trial_to_who_had_it(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    running = await world.ask(ana, "price")
    assert running.text.startswith("Your free trial runs until")
    assert START["en"] not in labels(running)
    world.later(days=8)
    over = await world.ask(ana, "price")
    assert OFFER["en"] not in over.text
    assert START["en"] not in labels(over)


@LANGUAGES
@pytest.mark.parametrize("word", ["cancel", "Cancelar", "/cancelar", "/cancel"])
async def test_who_cancels_is_asked_what(world: World, code: str, word: str) -> None:
    ana = world.person(language=code)
    answer = await world.ask(ana, word)
    assert (answer.text, labels(answer)) == {
        "en": (
            "What would you like to cancel?",
            ["Stop sending me issues", "My trial or subscription", "Cancel nothing"],
        ),
        "es": (
            "¿Qué quieres cancelar?",
            ["Dejar de recibir el boletín", "Mi prueba o suscripción", "No cancelar nada"],
        ),
    }[code]
    assert (await world.reader(ana)).stopped_at is None


async def test_one_tap_stops_the_issues_and_the_question_then_offers_them_again(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "cancel")
    assert (await world.tap(ana, "Stop sending me issues")).text.startswith("Done")
    assert (await world.reader(ana)).stopped_at is not None
    await world.ask(ana, "cancel")
    await world.tap(ana, "Send me issues again")
    assert (await world.reader(ana)).stopped_at is None


@LANGUAGES
async def test_a_trial_need_not_be_cancelled(world: World, code: str) -> None:
    ana = world.person(language=code)
    await world.take_trial(ana)
    asked = await world.ask(ana, "cancel")
    answer = await world.tap(ana, labels(asked)[1])
    assert answer.message_id == asked.message_id
    nothing, trial = {
        "en": (
            "There’s nothing to cancel: I don’t have your card details, and nothing renews by itself.",
            "Your free trial runs until",
        ),
        "es": (
            "No hay nada que cancelar: no guardo datos de ninguna tarjeta y nada se renueva solo.",
            "Tu prueba gratis está en curso",
        ),
    }[code]
    assert answer.text.startswith(f"{nothing}\n\n{trial}")
    assert (await world.reader(ana)).full_until is not None


@LANGUAGES
async def test_cancelling_nothing_changes_nothing(world: World, code: str) -> None:
    ana = world.person(language=code)
    asked = await world.ask(ana, "cancelar")
    answer = await world.tap(ana, labels(asked)[2])
    assert (
        answer.text
        == {
            "en": "Nothing was cancelled: everything stays as it is.",
            "es": "No se canceló nada: todo queda como está.",
        }[code]
    )
    assert labels(answer) == []


async def test_an_unknown_answer_to_it_is_out_of_date(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "cancel")
    await world.tap(ana, data="do:cancel:everything")
    assert "out of date" in ana.alerts[-1]["text"]
    assert last(ana).text == "What would you like to cancel?"


async def test_the_command_to_cancel_stays_an_admin_s(world: World) -> None:
    assert (await world.ask(world.admin(), "/cancel")).text == "There’s nothing to cancel."
