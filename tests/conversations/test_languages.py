"""An issue that is not in the reader's language is served in the publication's first one, and says so."""

import pytest

from tests.world import ENGLISH, SPANISH, World, labels


async def test_a_spanish_reader_gets_the_english_issue_with_a_line_saying_so(world: World) -> None:
    page = await world.ask(world.person(language="es"), "/start i_2025-12-08")
    assert "Title of 2025-12-08" in page.text
    assert "Esta edición solo está en inglés." in page.text
    assert "lunes 8 de diciembre de 2025" in page.text
    assert "🔒 Politics: Senate sits" in labels(page)
    assert "Compartir" in labels(page)


async def test_an_english_reader_gets_a_spanish_issue_where_there_is_no_other(world: World) -> None:
    world.write("2025-12-22", SPANISH.format(date="2025-12-22"), "es")
    (world.content / "2025-12-22" / "en.md").unlink()
    await world.reload()
    page = await world.ask(world.person(), "/latest")
    assert "Título del 2025-12-22" in page.text
    assert "This issue is only in Spanish." in page.text


async def test_the_line_is_gone_when_the_edition_comes(world: World) -> None:
    beto = world.person(language="es")
    assert "solo está en inglés" in (await world.ask(beto, "/start i_2025-12-08")).text
    world.write("2025-12-08", SPANISH.format(date="2025-12-08"), "es")
    await world.reload()
    page = await world.ask(beto, "/start i_2025-12-08")
    assert "Título del 2025-12-08" in page.text
    assert "solo está" not in page.text


async def test_a_page_turns_in_the_language_the_reader_has_now(world: World) -> None:
    ana = world.person()
    front = await world.ask(ana, "/latest")
    await world.ask(ana, "/language")
    await world.tap(ana, "Español")
    page = await world.tap(ana, "Top story", on=front)
    standing = next(bubble for bubble in ana.sees if bubble.message_id == front.message_id)
    assert "El río creció de noche." in standing.text
    assert page


@pytest.mark.parametrize("way", ["/language", "Español"])
async def test_after_a_language_is_chosen_the_way_back_is_the_page_she_came_from(
    world: World, way: str
) -> None:
    ana = world.person()
    await world.ask(ana, "/latest")
    await world.tap(ana, "🔒 Politics")
    chosen = await world.ask(ana, way)
    if way == "/language":
        chosen = await world.tap(ana, "Español")
    assert labels(chosen)[0] == "◀ Volver a lo que leías"
    page = await world.tap(ana, "◀ Volver a lo que leías")
    assert page.message_id > chosen.message_id
    assert "El Senado sesionó el lunes." in page.text


async def test_who_has_no_page_open_is_led_back_to_none(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/language")
    assert "◀ Volver a lo que leías" not in labels(await world.tap(ana, "Español"))


async def test_a_section_that_only_one_language_has_is_locked_in_it(world: World) -> None:
    """The smaller free part holds for both; a section that the other language lacks is paid."""
    text = ENGLISH.format(date="2025-12-22").replace(
        "# Politics:", "# Extra: More {#extra}\n\nMore.\n\n# Politics:"
    )
    world.write("2025-12-22", text)
    await world.reload()
    assert "🔒 Extra: More" in labels(await world.ask(world.person(), "/latest"))
