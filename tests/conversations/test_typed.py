"""Words without a slash, in both languages."""

import pytest

from bot.db.readers import feedback as kept
from tests.conversations.test_broadcast import picture
from tests.world import World, labels, last, since


@pytest.mark.parametrize("word", ["latest", "Issue!", "\u200e  edición", "la edición"])
async def test_a_word_opens_the_current_issue(world: World, word: str) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    assert "Title of 2025-12-22" in (await world.ask(ana, word)).text


@pytest.mark.parametrize("word", ["Politics", "política"])
async def test_a_section_s_name_opens_it(world: World, word: str) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    assert (await world.ask(ana, word)).text == (await world.ask(ana, "/politics")).text


@pytest.mark.parametrize(
    ("code", "word", "said"),
    [
        ("en", "unsubscribe", "Done"),
        ("es", "baja", "Listo"),
        ("es", "Dame de baja", "Listo"),
        ("es", "¡Quiero darme de baja!", "Listo"),
    ],
)
async def test_a_word_stops_what_is_sent(world: World, code: str, word: str, said: str) -> None:
    ana = world.person(language=code)
    await world.ask(ana, "/start")
    assert (await world.ask(ana, word)).text.startswith(said)


@pytest.mark.parametrize(
    ("code", "word", "said"), [("en", "Thanks!", "You’re welcome."), ("es", "¡Gracias!", "¡De nada!")]
)
async def test_thanks_are_answered(world: World, code: str, word: str, said: str) -> None:
    assert (await world.ask(world.person(language=code), word)).text == said


@pytest.mark.parametrize("word", ["👍", "❤️", "👍🏽 👩‍👩‍👧‍👦", "Gracias 🙏", "THANK YOU!"])
async def test_emoji_and_thanks_get_a_friendly_line_without_buttons(world: World, word: str) -> None:
    answer = await world.ask(world.person(), word)
    assert (answer.text, labels(answer)) == ("You’re welcome.", [])


async def test_several_thanks_in_a_row_are_answered_once_and_others_thanks_too(world: World) -> None:
    ana, ben = world.person(), world.person(5_000_000_002, name="Ben")
    for word in ("thanks", "👍", "❤️"):
        await world.ask(ana, word)
    assert [bubble.text for bubble in since(ana, 0)] == ["You’re welcome."]
    assert (await world.ask(ben, "👍")).text == "You’re welcome."
    world.later(minutes=11)
    await world.ask(ana, "👍")
    assert len(since(ana, 0)) == 2


ODD = ["\u200e/latest", "\u00a0 /latest", "\u2067/latest\u2069", "／latest", "\u200f／LATEST", "/LATEST"]
ODD += [
    "/latest\u200e",
    "/latest\u00a0",
    "/latest@sim7000000001_bot",
    "/latest /archive",
    "/latest\n/archive",
]


@pytest.mark.parametrize("text", ODD, ids=ascii)
async def test_a_command_is_known_however_it_is_typed(world: World, text: str) -> None:
    ana = world.person()
    (answer,) = await world.answers(ana, text)
    assert "Title of 2025-12-22" in answer.text


@pytest.mark.parametrize(
    "text", ["/search\u00a0boats", "／search boats", "\u200e/SEARCH\u200e boats"], ids=ascii
)
async def test_what_follows_such_a_command_is_read(world: World, text: str) -> None:
    assert "“boats”" in (await world.ask(world.person(), text)).text


@pytest.mark.parametrize(
    ("caption", "said"),
    [
        ("/latest", "Title of 2025-12-22"),
        ("\u200e／search boats", "“boats”"),
        ("/politics", "The senate met"),
        ("/ayuda", "I bring you"),
        ("/latset", "Did you mean /latest"),
        ("/grant 5000000001 30", "I don’t know that command"),
        ("/polítcs", "Did you mean /politics"),
        ("/latest@other_bot", "Title of 2025-12-22"),
    ],
)
async def test_a_command_in_a_caption_is_one_too(world: World, caption: str, said: str) -> None:
    ana = world.person()
    ana.attaches(picture(), caption, kind="photo")
    await world.wait_until_idle()
    (answer,) = since(ana, 0)
    assert said in answer.text


async def test_in_a_group_a_caption_is_no_command(world: World) -> None:
    ana, group = world.person(), world.group()
    ana.attaches(picture(), "/latest", kind="photo", group=group)
    await world.wait_until_idle()
    assert since(group, 0) == []


@pytest.mark.parametrize(("code", "said"), [("en", "Your Telegram ID"), ("es", "Tu ID de Telegram")])
async def test_account_names_the_id_by_its_name(world: World, code: str, said: str) -> None:
    assert said in (await world.ask(world.person(language=code), "/account")).text


async def test_a_language_s_name_changes_the_language(world: World) -> None:
    ana = world.person(language="en")
    await world.ask(ana, "/start")
    await world.ask(ana, "Español")
    assert "Te traigo" in (await world.ask(ana, "ayuda")).text


@pytest.mark.parametrize(
    ("code", "word", "said"),
    [
        ("en", "settings", "Quiet hours"),
        ("es", "Ajustes", "Horas de silencio"),
        ("en", "archive", "Archive: December 2025"),
        ("es", "archivo", "Archivo: diciembre de 2025"),
        ("en", "search boats", "3 results for “boats”"),
        ("es", "Buscar botes", "2 resultados para «botes»"),
        ("es", "/buscar botes", "2 resultados para «botes»"),
        ("en", "search", "What are you looking for?"),
        ("es", "¡buscar!", "¿Qué buscas?"),
        ("en", "Hello!", "/settings"),
        ("es", "¡Hola!", "/settings"),
        ("en", "unsubscribe me", "Done"),
        ("es", "dame de baja", "Listo"),
    ],
)
async def test_more_words_do_what_they_say(world: World, code: str, word: str, said: str) -> None:
    ana = world.person(language=code)
    await world.ask(ana, "/start")
    assert said in (await world.ask(ana, word)).text


@pytest.mark.parametrize(
    ("code", "both", "single"),
    [
        (
            "en",
            "I don’t know what to do with that message. Should I search for it, or send it to the newsroom?",
            "I don’t know what to do with that message. Should I send it to the newsroom?",
        ),
        (
            "es",
            "No sé qué hacer con ese mensaje. ¿Lo busco o se lo envío a la redacción?",
            "No sé qué hacer con ese mensaje. ¿Se lo envío a la redacción?",
        ),
    ],
)
async def test_what_is_asked_of_other_words_names_what_the_buttons_do(
    world: World, code: str, both: str, single: str
) -> None:
    ana = world.person(language=code)
    words = await world.ask(ana, "Where is my boat?")
    assert (words.text.splitlines()[0], len(labels(words))) == (both, 2)
    ana.attaches(picture(), kind="photo")
    await world.wait_until_idle()
    assert (last(ana).text.splitlines()[0], len(labels(last(ana)))) == (single, 1)


@pytest.mark.parametrize(
    ("before", "word", "said", "back"),
    [
        ("en", "Español", "Desde ahora te escribo en español.", "◀ Volver a lo que leías"),
        ("es", "inglés", "From now on I write to you in English.", "◀ Back to your page"),
    ],
)
async def test_a_language_s_name_is_answered_in_one_line_with_the_way_back(
    world: World, before: str, word: str, said: str, back: str
) -> None:
    ana = world.person(language=before)
    await world.ask(ana, "/politics")
    answer = await world.ask(ana, word)
    assert (answer.text, labels(answer)) == (said, [back])
    page = await world.tap(ana, back)
    assert ("El Senado sesionó" if before == "en" else "The senate met") in page.text


@pytest.mark.parametrize(("code", "word"), [("en", "subscription"), ("es", "suscripción")])
async def test_a_subscription_is_asked_for_like_its_price(world: World, code: str, word: str) -> None:
    ana = world.person(language=code)
    assert (await world.ask(ana, word)).text == (await world.ask(ana, "price")).text


async def test_whose_access_has_ended_finds_the_current_issue_below_the_price(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    world.later(days=8)
    await world.ask(ana, "price")
    assert "Title of 2025-12-22" in (await world.tap(ana, "Read the current issue")).text


async def test_a_section_s_name_within_a_sentence_gets_the_helpful_line(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    assert (await world.ask(ana, "more politics please")).text.startswith(
        "I don’t know what to do with that message"
    )


@pytest.mark.parametrize(
    ("typed", "button", "said"),
    [
        ("/serch boats", "/search", "“boats”"),
        ("/seccion politics", "/section", "The senate met"),
        ("/feedbck the water is rising", "/feedback", "Sent to the newsroom"),
    ],
)
async def test_what_followed_a_mistyped_command_is_not_lost(
    world: World, typed: str, button: str, said: str
) -> None:
    ana = world.person()
    await world.ask(ana, typed)
    assert said in (await world.tap(ana, button)).text


async def test_the_newsroom_gets_what_followed_the_mistyped_command_and_no_more(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/feedbck the water is rising")
    await world.tap(ana, "/feedback")
    async with world.program.core.database.read() as session:
        assert [message.text for message in await kept.newest(session, ana.id, 9)] == ["the water is rising"]


@pytest.mark.parametrize("words", ["stop", "hello", "gracias", "politics"])
async def test_what_somebody_else_wrote_is_no_wish_of_whoever_forwards_it(world: World, words: str) -> None:
    ana = world.person()
    await world.ask(ana, "/start")
    origin = {"type": "hidden_user", "sender_user_name": "Eva", "date": 1_700_000_000}
    ana.writes(words, extra={"forward_origin": origin})
    await world.wait_until_idle()
    assert last(ana).text.startswith("I don’t know what to do with that message.")
    assert (await world.reader(ana)).stopped_at is None
