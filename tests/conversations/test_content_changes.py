"""The content folder changes while the bot runs."""

import pytest

from tests.world import ENGLISH, SPANISH, World, labels, last

NEW = "2025-12-01"


async def test_a_new_issue_is_served_once_it_was_quiet_for_a_second(world: World) -> None:
    ana = world.person()
    world.write(NEW, ENGLISH.format(date=NEW))
    await world.program.core.archive.scan()
    assert len(labels(await world.ask(ana, "/archive"))) == 3
    await world.reload()
    assert f"Dec 1 · Title of {NEW}" in labels(await world.ask(ana, "/archive"))
    assert f"Title of {NEW}" in (await world.ask(ana, f"/start i_{NEW}")).text


async def test_a_folder_that_keeps_changing_is_not_read(world: World) -> None:
    ana = world.person()
    for number in range(4):
        world.write("2025-12-22", ENGLISH.format(date="2025-12-22") + "\nMore." * number)
        await world.program.core.archive.scan()
        world.passes(0.9)
    assert "Title of 2025-12-22" in (await world.ask(ana, "/latest")).text
    world.write("2025-12-22", ENGLISH.format(date="2025-12-22").replace("Title of", "New title of"))
    await world.program.core.archive.scan()
    world.passes(0.9)
    await world.program.core.archive.scan()
    assert "New title" not in (await world.ask(ana, "/latest")).text
    world.passes(0.2)
    await world.program.core.archive.scan()
    assert "New title" in (await world.ask(ana, "/latest")).text


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "no heading",
        "---\n- a list\n---\n\n# A: B {#a}\n\nText.\n",
        "---\ntitle: No paywall\n---\n\n# A: B {#a}\n\nText.\n",
        "---\ntitle: Two ids\naudience: everyone\n---\n\n# A {#a}\n\nText.\n\n# B {#a}\n\nText.\n",
        "---\ntitle: A comment\naudience: everyone\n---\n\n# A {#a}\n\n<!-- comment -->\n",
        "---\ntitle: Lost\naudience: everyone\n---\n\n# A {#a}\n\nText.\n\n#Economy: Two {#two}\n\nText.\n",
        "---\ntitle: A note\naudience: everyone\n---\n\n# A {#a}\n\nText. %% check the name %%\n",
    ],
    ids=[
        "empty",
        "no heading",
        "YAML that is a list",
        "no paywall",
        "two equal ids",
        "a comment",
        "a section that would be lost",
        "a private note",
    ],
)
async def test_a_broken_edition_keeps_the_last_good_one_in_service(world: World, broken: str) -> None:
    ana = world.person()
    before = await world.ask(ana, "/latest")
    world.write("2025-12-22", broken)
    await world.reload()
    assert (await world.ask(ana, "/latest")).text == before.text
    (page,) = await world.answers(ana, "/politics")
    assert "The senate met on Monday." in page.text
    assert {problem.path for problem in world.program.core.archive.problems if not problem.warning} == {
        "2025-12-22/en.md"
    }


async def test_a_broken_edition_that_was_mended_is_served(world: World) -> None:
    ana = world.person()
    world.write("2025-12-22", "broken")
    await world.reload()
    world.write("2025-12-22", ENGLISH.format(date="2025-12-22").replace("Title of", "Mended title of"))
    await world.reload()
    assert "Mended title of 2025-12-22" in (await world.ask(ana, "/latest")).text
    assert not [problem for problem in world.program.core.archive.problems if not problem.warning]


async def test_a_file_that_is_not_utf_8_changes_nothing(world: World) -> None:
    (world.content / "2025-12-22" / "en.md").write_bytes(b"# \xff\xfe {#topstory}")
    await world.reload()
    assert "Title of 2025-12-22" in (await world.ask(world.person(), "/latest")).text


async def test_one_language_broken_leaves_the_other_as_it_is(world: World) -> None:
    world.write("2025-12-22", "broken")
    world.write(
        "2025-12-22", SPANISH.format(date="2025-12-22").replace("Título del", "Otro título del"), "es"
    )
    await world.reload()
    assert "Title of" in (await world.ask(world.person(), "/latest")).text
    assert "Otro título" in (await world.ask(world.person(5_000_000_002, "es"), "/latest")).text


async def test_an_open_page_is_turned_to_what_the_issue_is_now(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/latest")
    world.write("2025-12-22", ENGLISH.format(date="2025-12-22").replace("rose in the night", "fell by day"))
    await world.reload()
    assert "The river fell by day." in (await world.tap(ana, "Top story")).text


async def test_an_issue_that_is_taken_away_is_gone(world: World) -> None:
    ana = world.person()
    front = await world.ask(ana, "/latest")
    for file in (world.content / "2025-12-22").iterdir():
        file.unlink()
    (world.content / "2025-12-22").rmdir()
    await world.reload()
    await world.tap(ana, "Top story", on=front)
    assert ana.alerts[-1] == {
        "text": "This page is gone. /latest opens the current issue.",
        "show_alert": True,
    }
    assert "Title of 2025-12-15" in (await world.ask(ana, "/latest")).text
    assert "2025-12-22" not in (await world.ask(ana, "/search river")).text


async def test_a_broken_publication_file_keeps_the_last_good_one(world: World) -> None:
    (world.content / "publication.toml").write_text('name = "Broken', encoding="utf-8")
    await world.reload()
    assert "The Test Post" in (await world.answers(world.person(), "/start"))[0].text


async def test_a_paywall_moved_up_holds_for_pages_that_stand_open(world: World) -> None:
    ana = world.person()
    page = await world.ask(ana, "/topstory")
    assert "It will rise again." in page.text
    text = ENGLISH.format(date="2025-12-22").replace("<!-- paywall -->\n\n", "")
    world.write("2025-12-22", text.replace("## Our take", "<!-- paywall -->\n\n## Our take"))
    await world.reload()
    await world.tap(ana, "☰ Contents")
    turned = await world.tap(ana, "🔒 Top story")
    assert "The river rose in the night." in turned.text
    assert "It will rise again." not in turned.text
    assert "🔒" in last(ana).text


async def test_pasted_bullets_a_countdown_and_line_separators_reach_readers_as_they_were_meant(
    world: World,
) -> None:
    ana = world.person()
    text = "Prices:\n\u2022 milk\n\u2022 bread\n\n2. Roads\n1. Rain\n\nA poem\u2028of two lines, 3,2\u00a0%."
    world.write(NEW, f"---\ntitle: T\naudience: everyone\n---\n\n# Five: Of them {{#five}}\n\n{text}\n")
    await world.reload()
    page = await world.ask(ana, f"/start i_{NEW}_five")
    assert "Prices:\n\n• milk\n• bread\n\n2. Roads\n1. Rain\n\nA poem\nof two lines, 3,2\u00a0%." in page.text


async def test_what_stays_as_it_was_typed_is_a_warning_and_is_served_all_the_same(world: World) -> None:
    ana = world.person()
    world.write(NEW, ENGLISH.format(date=NEW).replace("Bread", "**Bread **bread"))
    await world.reload()
    assert f"Title of {NEW}" in (await world.ask(ana, f"/start i_{NEW}")).text
    (problem,) = [
        problem for problem in world.program.core.archive.problems if problem.path == f"{NEW}/en.md"
    ]
    assert (problem.warning, "“**Bread **” stays" in problem.what) == (True, True)
