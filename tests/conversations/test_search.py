"""/search: all editions that are out, in the reader's language."""

import pytest

from bot.telegram.api.keyboard import LABEL
from telegram_simulator import Bubble, Person
from tests.world import ENGLISH, SPANISH, World, data, labels, last

NOTHING = (
    "I found nothing for “{words}” in what you can read. With the free trial (7 days) I search "
    "paid texts too: /trial."
)


async def test_a_hit_shows_its_snippet_and_opens_its_page_in_a_new_message(world: World) -> None:
    ana = world.person()
    answer = await world.ask(ana, "/search boats")
    assert answer.text.startswith("3 results for “boats”")
    assert "People moved their boats." in answer.text
    assert not answer.protected
    page = await world.tap(ana, labels(answer)[0])
    assert page.message_id > answer.message_id
    assert "The river rose in the night." in page.text
    assert answer in ana.sees


async def test_one_hit_is_counted_in_the_singular(world: World) -> None:
    world.write("2025-12-22", ENGLISH.format(date="2025-12-22").replace("moved their", "sank with their"))
    await world.reload()
    assert (await world.ask(world.person(), "/search sank")).text.startswith("1 result for “sank”")


async def test_each_language_finds_its_own_editions_and_what_is_served_instead(world: World) -> None:
    beto = world.person(language="es")
    spanish = await world.ask(beto, "/search río")
    assert spanish.text.startswith("2 resultados para «río»")
    english = await world.ask(beto, "/search river")
    assert english.text.startswith("1 resultado para «river»")
    assert labels(english) == ["1. River rises · 8 dic."]


@pytest.mark.parametrize("words", ["rio", "RÍO", "ri\u0301o", "rïo"])
async def test_accents_and_case_do_not_matter(world: World, words: str) -> None:
    answer = await world.ask(world.person(language="es"), f"/search {words}")
    assert labels(answer)[0] == "1. Crece el río · 22 dic."


async def test_a_word_in_a_heading_counts_for_more_than_one_in_the_text(world: World) -> None:
    text = ENGLISH.format(date="2025-12-22").replace("The river rose", "The senate and the river rose")
    world.write("2025-12-22", text)
    await world.reload()
    answer = await world.ask(world.person(), "/search senate")
    assert "Senate sits" in labels(answer)[0]
    assert "River rises" in labels(answer)[-1]


@pytest.mark.parametrize("words", ["canaryeconomy", "canaryecon", "bread cheaper", "prices bread"])
async def test_a_paid_word_is_found_as_little_as_one_that_stands_nowhere(world: World, words: str) -> None:
    (answer,) = await world.answers(world.person(), f"/search {words}")
    assert answer.text == NOTHING.format(words=words)
    assert data(answer) == {}


async def test_what_is_said_of_nothing_found_does_not_depend_on_the_words_but_on_the_access(
    world: World,
) -> None:
    ana, group = world.person(), world.group()
    for words in ("canaryeconomy", "zzzz"):
        assert (await world.ask(ana, f"/search {words}")).text == NOTHING.format(words=words)
        (answer,) = await world.answers(ana, f"/search@sim7000000001_bot {words}", group)
        assert answer.text == (
            f"I found nothing for “{words}” in what everyone can read. In private I also search "
            "everything you can read."
        )
    await world.subscribe(ana)
    assert (await world.ask(ana, "/search canaryeconomy")).text.startswith("3 results")
    answer = await world.ask(ana, "/search zzzz")
    assert answer.text == "I found nothing for “zzzz”. Try fewer words, or others."


async def test_who_had_access_is_told_how_to_keep_reading_where_nothing_is_found(world: World) -> None:
    ana = world.person(language="es")
    await world.ask(ana, "/economy")
    await world.tap(ana, data="do:trial")
    world.later(days=8)
    for words in ("canaryeconomía", "zzzz"):
        assert (await world.ask(ana, f"/search {words}")).text == (
            f"No encontré nada con «{words}» en lo que puedes leer. "
            "Con acceso busco también en los textos de pago; en /account verás cómo seguir leyendo."
        )


async def test_the_headline_of_a_paid_section_is_found_with_its_lock(world: World) -> None:
    answer = await world.ask(world.person(), "/search prices fall")
    assert "Bread is cheaper" not in answer.text
    assert labels(answer)[0] == "1. 🔒 Prices fall · Dec 22"


@pytest.mark.parametrize(
    ("language", "words", "line"),
    [("en", "prices", "1. 🔒 Prices fall"), ("es", "precios", "1. 🔒 Bajan los precios")],
)
async def test_a_locked_hit_stands_in_the_list_with_its_headline(
    world: World, language: str, words: str, line: str
) -> None:
    answer = await world.ask(world.person(language=language), f"/search {words}")
    assert line in answer.text.splitlines()
    assert "canary" not in answer.text


@pytest.mark.parametrize(("language", "words"), [("en", "rises"), ("es", "crece"), ("en", "river")])
async def test_every_line_holds_a_word_that_was_sought(world: World, language: str, words: str) -> None:
    answer = await world.ask(world.person(language=language), f"/search {words}")
    lines = [line for line in answer.text.splitlines()[1:] if line]
    assert lines
    assert all(words.split(maxsplit=1)[0] in line.lower() for line in lines)


@pytest.mark.parametrize(
    ("language", "teaser", "line"),
    [
        ("en", "First teaser", "People moved their boats."),
        ("es", "Primer avance", "La gente movió sus botes."),
    ],
)
async def test_a_teaser_comes_after_the_section_that_it_tells_of(
    world: World, language: str, teaser: str, line: str
) -> None:
    text = (ENGLISH if language == "en" else SPANISH).format(date="2025-12-22")
    word = line.rsplit(maxsplit=1)[-1].strip(".")
    world.write("2025-12-22", text.replace(teaser, word), language)
    await world.reload()
    answer = await world.ask(world.person(language=language), f"/search {word}")
    hits = labels(answer)
    assert "22" in hits[-1]
    assert (" of 2025" in hits[-1]) or (" del 2025" in hits[-1])


async def test_a_locked_hit_opens_the_locked_page(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/search prices")
    page = await world.tap(ana, "1. 🔒 Prices fall · Dec 22")
    assert "🔒 This section is for subscribers." in page.text
    assert not page.protected


async def test_with_access_paid_snippets_stand_in_a_protected_message(world: World) -> None:
    ana = world.person()
    await world.take_trial(ana)
    answer = await world.ask(ana, "/search bread")
    assert "Bread is cheaper, says canaryeconomy." in answer.text
    assert answer.protected
    assert "🔒" not in "".join([answer.text, *labels(answer)])
    assert not (await world.ask(ana, "/search boats")).protected


@pytest.mark.parametrize(
    "words",
    ["zzzz", "👍🏽", "…", '"', "river NEAR(", "* OR *", "heading:river xyz", "'; DROP TABLE texts; --"],
)
async def test_what_is_found_nowhere_is_said_plainly(world: World, words: str) -> None:
    (answer,) = await world.answers(world.person(), f"/search {words}")
    assert answer.text == NOTHING.format(words=words)
    assert data(answer) == {}


@pytest.mark.parametrize(
    ("language", "asked", "words", "heading"),
    [
        ("en", "What are you looking for?", "boats", "3 results for “boats”"),
        ("es", "¿Qué buscas?", "botes", "2 resultados para «botes»"),
    ],
)
async def test_search_without_words_asks_for_them_and_takes_the_answer(
    world: World, language: str, asked: str, words: str, heading: str
) -> None:
    ana = world.person(language=language)
    question = await world.ask(ana, "/search")
    assert question.text.startswith(asked)
    assert question.asks
    assert (await answers(world, ana, question, words)).text.startswith(heading)


async def test_what_answers_the_question_is_sought_even_where_it_is_a_word_of_ours(world: World) -> None:
    ana = world.person()
    question = await world.ask(ana, "/search")
    assert (await answers(world, ana, question, "help")).text == NOTHING.format(words="help")


async def test_a_command_or_an_answer_to_another_message_is_not_sought(world: World) -> None:
    ana = world.person()
    page = await world.ask(ana, "/latest")
    question = await world.ask(ana, "/search")
    assert "River rises" in (await answers(world, ana, question, "/topstory")).text
    assert "River rises" in (await answers(world, ana, question, "/tópstory")).text
    assert "I don’t know what to do" in (await answers(world, ana, page, "boats")).text


async def test_an_own_message_with_the_words_of_the_question_is_no_question(world: World) -> None:
    ana = world.person()
    question = await world.ask(ana, "/search")
    own = ana.writes(question.text)
    await world.wait_until_idle()
    assert "result" not in (await answers(world, ana, own, "boats")).text


async def test_in_a_group_the_answer_to_the_question_is_sought_too(world: World) -> None:
    ana, group = world.person(), world.group()
    (question,) = await world.answers(ana, "/search", group)
    ana.writes("boats", group=group, reply_to=question.message_id)
    await world.wait_until_idle()
    assert last(group).text.startswith("3 results for “boats”")


async def answers(world: World, person: Person, question: Bubble, words: str) -> Bubble:
    person.writes(words, reply_to=question.message_id)
    await world.wait_until_idle()
    return last(person)


async def test_foreign_markup_is_shown_as_it_was_typed(world: World) -> None:
    answer = await world.ask(world.person(), "/search <b>river</b> &amp; {count}")
    assert "“<b>river</b> &amp; {count}”" in answer.text


async def test_a_long_headline_leaves_room_for_the_date_of_its_issue(world: World) -> None:
    world.write("2025-12-22", ENGLISH.format(date="2025-12-22").replace("Senate sits", "Senators " * 12))
    await world.reload()
    label = labels(await world.ask(world.person(), "/search senators"))[0]
    assert label.startswith("1. Senators Senators")
    assert label.endswith("… · Dec 22")
    assert len(label) <= LABEL


@pytest.mark.parametrize("words", ["ofﬁce", "of\u00adfice", "office", "ｏｆｆｉｃｅ", "of\u200bfice"])
@pytest.mark.parametrize("written", ["ofﬁce", "of\u00adfice", "of\ufefffice", "office"])
async def test_what_looks_the_same_is_found(world: World, written: str, words: str) -> None:
    world.write("2025-12-22", ENGLISH.format(date="2025-12-22").replace("their boats", f"their {written}"))
    await world.reload()
    answer = await world.ask(world.person(), f"/search {words}")
    assert "People moved their office." in answer.text


async def test_a_hit_opens_the_page_of_its_section_that_holds_the_words(world: World) -> None:
    filler = "\n\n".join(f"Paragraph {number} says nothing of note. " * 20 for number in range(12))
    text = ENGLISH.format(date="2025-12-22").replace("It will rise again.", f"{filler}\n\nAn ocelot swam by.")
    world.write("2025-12-22", text)
    await world.reload()
    ana = world.person()
    answer = await world.ask(ana, "/search ocelot")
    page = await world.tap(ana, labels(answer)[0])
    assert "An ocelot swam by." in page.text
    assert "TOP STORY · 1/" not in page.text


async def test_a_hit_in_the_heading_of_a_paid_section_shows_its_text_to_those_with_access(
    world: World,
) -> None:
    ana = world.person()
    assert "canary" not in (await world.ask(ana, "/search prices")).text
    await world.subscribe(ana)
    answer = await world.ask(ana, "/search prices")
    assert "Bread is cheaper, says canaryeconomy." in answer.text
    assert answer.protected
