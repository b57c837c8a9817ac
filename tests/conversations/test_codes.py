"""Codes: understood however they are typed, redeemed by a tap, wrong ones answered in words."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.db.readers import grants
from bot.domain.readers.grants import Grant, Source
from bot.services.subscriptions.access import update_access
from telegram_simulator import Bubble
from tests.offers import ALL, folded, new_codes, offers
from tests.world import World, data, labels, last, since, told

LANGUAGES = pytest.mark.parametrize("code", ["en", "es"])
TERMS = {
    "en": (
        "Lantern Night: 30 days free\nOnce for each reader & only in December.\n\n"
        "If you take it now, you can read everything until Wednesday, January 21, 2026, at 09:00."
    ),
    "es": (
        "Noche de los Candiles: 30 días gratis\nUna vez por lector & solo en diciembre.\n\n"
        "Si aprovechas esta oferta ahora, puedes leer todo hasta el miércoles 21 de enero de 2026 a las "
        "09:00."
    ),
}
REDEEM = {"en": "Redeem it: 30 days", "es": "Canjear: 30 días"}
GIVEN = {
    "en": (
        "Lantern Night: 30 days free: every section and the whole archive for 30 days. You can read "
        "everything until Wednesday, January 21, 2026, at 09:00. No card, nothing to cancel."
    ),
    "es": (
        "Noche de los Candiles: 30 días gratis: todas las secciones y el archivo completo durante 30 días. "
        "Puedes leer todo hasta el miércoles 21 de enero de 2026 a las 09:00. Sin tarjeta y sin nada que "
        "cancelar."
    ),
}
UNKNOWN = {
    "en": (
        "I can’t redeem that code: it may be mistyped, used already or not valid now. Compare it with what "
        "you were given; capitals, spaces and dashes make no difference."
    ),
    "es": (
        "No puedo canjear ese código: quizás tiene un error, ya se usó o no es válido ahora. Compáralo con "
        "el que te dieron; las mayúsculas, los espacios y los guiones dan igual."
    ),
}
QUESTION = {
    "en": "What’s the code? Answer this message with it.",
    "es": "¿Cuál es el código? Escríbelo en respuesta a este mensaje.",
}


@pytest.fixture
async def shop(content: Path, data_folder: Path) -> AsyncIterator[World]:
    offers(content, ALL)
    async with World(content, data_folder) as running:
        yield running


def redeem_label(asked: Bubble) -> str:
    (label,) = labels(asked)
    return label


@LANGUAGES
@pytest.mark.parametrize(
    "typed", ["/redeem LANTERN", "LANTERN", "lantern", "«L-antern»!", "/start c_LANTERN", "code lantern"]
)
async def test_a_code_says_what_it_gives_and_a_tap_redeems_it(shop: World, code: str, typed: str) -> None:
    ana = shop.person(language=code)
    asked = await shop.ask(ana, typed)
    assert (asked.text, labels(asked)) == (TERMS[code], [REDEEM[code]])
    assert (await shop.reader(ana)).full_until is None
    done = await shop.tap(ana, REDEEM[code])
    assert done.text == GIVEN[code]
    assert "canaryeconom" in (await shop.ask(ana, "/economy")).text


@LANGUAGES
async def test_the_command_alone_asks_for_the_code_and_takes_the_answer(shop: World, code: str) -> None:
    ana = shop.person(language=code)
    question = await shop.ask(ana, "/redeem")
    assert question.text == QUESTION[code]
    ana.writes("Lan tern", reply_to=question.message_id)
    await shop.wait_until_idle()
    assert last(ana).text == TERMS[code]


@pytest.mark.parametrize("word", ["code", "Promo", "código", "canjear", "tengo un código", "/codigo"])
async def test_a_word_asks_for_the_code_as_the_command_does(shop: World, word: str) -> None:
    assert (await shop.ask(shop.person(), word)).text == QUESTION["en"]


@LANGUAGES
async def test_reading_goes_on_behind_the_lock_that_she_met(shop: World, code: str) -> None:
    ana = shop.person(language=code)
    await shop.ask(ana, "/economy")
    await shop.ask(ana, "/redeem LANTERN")
    page = await shop.tap(ana, REDEEM[code])
    assert "canaryeconom" in page.text
    assert GIVEN[code] == ana.sees[-2].text


@LANGUAGES
async def test_who_deleted_her_data_is_told_that_she_had_it_and_how_to_go_on(shop: World, code: str) -> None:
    ana = shop.person(language=code)
    await shop.ask(ana, "LANTERN")
    await shop.tap(ana, REDEEM[code])
    asked = await shop.ask(ana, "/deleteme")
    await shop.tap(ana, labels(asked)[0])
    had = await shop.ask(ana, "LANTERN")
    assert had.text.startswith({"en": "You already redeemed this code", "es": "Ya canjeaste"}[code])
    assert list(data(had).values()) == ["do:onward", "do:latest"]
    onward = await shop.tap(ana, labels(had)[0])
    assert onward.text != had.text


async def test_the_link_of_a_code_greets_a_new_reader_first(shop: World) -> None:
    greeting, asked = await shop.answers(shop.person(), "/start c_LANTERN")
    assert greeting.text.startswith("The Test Post: a briefing for tests.")
    assert asked.text == TERMS["en"]
    (alone,) = await shop.answers(shop.person(), "/start c_LANTERN")
    assert alone.text == TERMS["en"]


async def test_a_second_tap_redeems_nothing_more_and_says_when_it_was(shop: World) -> None:
    ana = shop.person()
    asked, other = await shop.ask(ana, "LANTERN"), await shop.ask(ana, "LANTERN")
    await shop.tap(ana, REDEEM["en"], on=asked)
    assert told(ana) == "Redeemed."
    until = (await shop.reader(ana)).full_until
    await shop.tap(ana, data="do:code:LANTERN:30", on=asked)
    assert GIVEN["en"] in [bubble.text for bubble in ana.sees]
    again = await shop.tap(ana, data="do:code:LANTERN:30", on=other)
    assert again.text == (
        "You already redeemed this code on December 22, 2025. You can read everything until Wednesday, "
        "January 21, 2026, at 09:00."
    )
    assert (await shop.reader(ana)).full_until == until


@LANGUAGES
async def test_a_used_code_is_answered_like_a_wrong_one_to_anybody_else(shop: World, code: str) -> None:
    ana, ben = shop.person(language=code), shop.person(5_000_000_002, code, "Ben")
    (made,) = await new_codes(shop)
    asked = await shop.ask(ana, made.lower())
    await shop.tap(ana, redeem_label(asked))
    assert (await shop.ask(ben, made)).text == UNKNOWN[code]
    assert (await shop.ask(ben, "CCCC-DDDD-FFF")).text == UNKNOWN[code]
    hers = await shop.ask(ana, made)
    said = {"en": "You already redeemed this code on ", "es": "Ya canjeaste este código el "}
    assert hers.text.startswith(said[code])


async def test_an_old_code_is_answered_like_a_wrong_one(shop: World) -> None:
    ana = shop.person()
    asked = await shop.ask(ana, "LANTERN")
    shop.later(days=20)
    assert (await shop.ask(ana, "LANTERN")).text == UNKNOWN["en"]
    assert (await shop.tap(ana, REDEEM["en"], on=asked)).text == UNKNOWN["en"]
    assert (await shop.reader(ana)).full_until is None


@LANGUAGES
async def test_after_five_wrong_codes_one_sentence_says_when_to_try_again(shop: World, code: str) -> None:
    ana = shop.person(language=code)
    for number in range(5):
        assert (await shop.ask(ana, f"/redeem WRONG{number}")).text == UNKNOWN[code]
    waits = {
        "en": (
            "You’ve tried 5 codes that don’t work, so I’m not taking any from you now. "
            "You can try again in 10 minutes."
        ),
        "es": (
            "Probaste 5 códigos que no sirven, así que por ahora no te acepto ninguno. "
            "Puedes probar de nuevo en 10 minutos."
        ),
    }
    assert (await shop.ask(ana, "LANTERN")).text == waits[code]
    shop.later(minutes=10)
    assert (await shop.ask(ana, "LANTERN")).text.startswith(TERMS[code][:20])


@pytest.mark.parametrize("typed", ["hello there", "what does it cost", "12345", "thanks!", "BANKRUPTCYS"])
async def test_what_is_no_code_and_typed_alone_counts_as_no_try(shop: World, typed: str) -> None:
    ana = shop.person()
    for _ in range(6):
        assert "code" not in (await shop.ask(ana, typed)).text
    assert (await shop.ask(ana, "LANTERN")).text.startswith("Lantern Night")


@LANGUAGES
@pytest.mark.parametrize(
    "typed", ["'; DROP TABLE codes; --", "💡💡", "where do I get a code", "%", "<b>x</b>"]
)
async def test_what_has_no_code_s_form_is_answered_in_words(shop: World, code: str, typed: str) -> None:
    ana = shop.person(language=code)
    for _ in range(6):
        answer = await shop.ask(ana, f"/redeem {typed}")
        assert answer.text.startswith({"en": "That doesn’t look like a code.", "es": "Eso no parece"}[code])


@pytest.mark.parametrize("answers", [False, True])
async def test_a_code_that_somebody_else_wrote_is_not_taken(shop: World, *, answers: bool) -> None:
    ana = shop.person()
    question = await shop.ask(ana, "/redeem")
    by_ben = {
        "type": "user",
        "date": 1,
        "sender_user": {"id": 5_000_000_002, "is_bot": False, "first_name": "B"},
    }
    ana.writes("LANTERN", extra={"forward_origin": by_ben}, reply_to=question.message_id if answers else None)
    await shop.wait_until_idle()
    assert last(ana).text.startswith("I don’t know what to do with that message.")


@LANGUAGES
async def test_in_a_group_a_code_is_redeemed_in_private_only(shop: World, code: str) -> None:
    ana, group = shop.person(language=code), shop.group()
    await shop.ask(ana, "/start")
    bot = shop.program.parts.username
    for words, start in (
        ("/redeem LANTERN", "?start=c_LANTERN"),
        ("/redeem «Lan tern»!", "?start=c_Lan-tern"),
        ("/redeem where do I get codes", ""),
        ("/redeem niño", ""),
        (f"/start@{bot} c_LANTERN", "?start=c_LANTERN"),
    ):
        asked = ana.writes(words, group=group)
        await shop.wait_until_idle()
        (answer,) = since(group, asked.message_id)
        assert answer.text.startswith({"en": "I only answer that in private", "es": "Eso"}[code]), answer.text
        assert answer.buttons[0][0]["url"] == f"https://t.me/{bot}{start}"
    ana.writes("LANTERN", group=group)
    await shop.wait_until_idle()
    assert last(group) == answer
    assert (await shop.reader(ana)).full_until is None


async def test_days_are_added_to_other_access(shop: World) -> None:
    ana = shop.person()
    await shop.take_trial(ana)
    asked = await shop.ask(ana, "LANTERN")
    assert asked.text.endswith(
        "It adds 30 days to the access you already have: you could then read everything until Wednesday, "
        "January 28, 2026, at 09:00."
    )
    done = await shop.tap(ana, REDEEM["en"])
    assert done.text == (
        "Lantern Night: 30 days free is added to the access you already have: you can read everything "
        "until Wednesday, January 28, 2026, at 09:00."
    )


async def test_a_button_that_says_another_length_than_the_offer_has_by_now_asks_again(
    shop: World, content: Path
) -> None:
    ana = shop.person()
    await shop.ask(ana, "LANTERN")
    offers(content, ALL.replace("days = 30", "days = 3"))
    await shop.reload()
    again = await shop.tap(ana, REDEEM["en"])
    assert labels(again) == ["Redeem it: 3 days"]
    assert (await shop.reader(ana)).full_until is None
    assert "Thursday, December 25, 2025" in (await shop.tap(ana, "Redeem it: 3 days")).text


@pytest.mark.parametrize("forged", ["do:code:LANTERN:x", f"do:code:{'A' * 50}:1", "do:code:LANTERN"])
async def test_a_forged_button_is_out_of_date(shop: World, forged: str) -> None:
    ana = shop.person()
    await shop.ask(ana, "LANTERN")
    await shop.tap(ana, data=forged)
    assert "out of date" in told(ana)
    assert (await shop.reader(ana)).full_until is None


async def test_codes_forged_behind_one_button_are_counted(shop: World) -> None:
    ana = shop.person()
    asked = await shop.ask(ana, "LANTERN")
    for number in range(6):
        await shop.tap(ana, data=f"do:code:CCCCDDDDFF{number + 2}:30", on=asked)
    assert last(ana).text.startswith("You’ve tried 5 codes")


async def test_a_reader_with_access_for_ever_needs_no_code(shop: World) -> None:
    ana = shop.person()
    await shop.ask(ana, "/start")
    async with shop.program.core.database.write() as session:
        await grants.add(session, ana.id, Grant(Source.COMPLIMENTARY, "for ever", shop.clock.now()))
        await update_access(session, ana.id, shop.clock.now())
    (made,) = await new_codes(shop)
    answer = await shop.ask(ana, made)
    assert answer.text == (
        "You can read everything, with no end date. You don’t need this offer, so nothing was used up."
    )
    ben = shop.person(5_000_000_002, name="Ben")
    assert "printed card" in (await shop.ask(ben, made)).text


async def test_a_code_for_one_use_stands_on_its_button_as_it_is_read(shop: World) -> None:
    (made,) = await new_codes(shop)
    asked = await shop.ask(shop.person(), f"/redeem {made.replace('-', ' ').lower()}")
    assert data(asked) == {"Redeem it: 10 days": f"do:code:{folded(made)}:10"}


async def test_without_offers_menus_name_no_codes_and_the_command_says_so(world: World) -> None:
    ana = world.person()
    assert "/redeem" not in (await world.ask(ana, "/help")).text
    assert (await world.ask(ana, "/redeem")).text.startswith("There are no codes to redeem at the moment.")
    assert (await world.ask(ana, "/redeem HOLIDAY")).text == UNKNOWN["en"]


@LANGUAGES
async def test_with_codes_help_names_the_command(shop: World, code: str) -> None:
    line = {"en": "/redeem: redeem a code", "es": "/redeem: canjear un código"}
    assert line[code] in (await shop.ask(shop.person(language=code), "/help")).text.splitlines()
