"""/search: all editions that are out, in the reader's language."""

import pytest

from bot.telegram.keyboard import LABEL
from tests.world import ENGLISH, World, data, labels

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


async def test_search_without_words_says_how(world: World) -> None:
    assert (await world.ask(world.person(), "/search")).text == (
        "What are you looking for? For example: /search river port"
    )


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
