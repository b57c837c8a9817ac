"""Names that are long, foreign or bare handles: shown well, and nothing of them is lost."""

import pytest

from tests.world import World, labels, words, write_cover

HEBREW = "שבועון הנהר"
ARABIC = "أحمد الكاتب"
TITLE = "The river, the bridge, the minister and the ferry " * 6
ISSUE = """\
---
title: {title}
series: {series}
author: {author}
credit: "@SecRubio"
audience: everyone
---

# {kicker}: River rises {{#topstory}}

The river rose in the night.
"""


def isolated(name: str) -> str:
    return f"\u2068{name}\u2069"


async def reissue(world: World, **values: str) -> None:
    given = {"title": "A title", "series": "The Weekly", "author": "Ann Author", "kicker": "Top story"}
    world.write("2025-12-22", ISSUE.format(**given | values))
    (world.content / "2025-12-22" / "es.md").unlink()
    write_cover(world.content, "2025-12-22")
    await world.reload()


@pytest.mark.parametrize("rendering", ["classic", "rich"])
async def test_a_title_of_300_letters_is_shown_whole_and_once(world: World, rendering: str) -> None:
    await reissue(world, title=TITLE)
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, data=f"do:set:rendering:{rendering}")
    front = await world.ask(ana, "/latest")
    assert len(TITLE) == 300
    assert front.text.startswith(TITLE.strip())
    assert front.text.count("The river, the bridge") == 6
    assert "…" not in front.text


@pytest.mark.parametrize("rendering", ["classic", "rich"])
async def test_names_from_right_to_left_leave_the_words_around_them_in_order(
    world: World, rendering: str
) -> None:
    await reissue(world, series=HEBREW, author=ARABIC, kicker=HEBREW)
    ana = world.person()
    await world.ask(ana, "/settings")
    await world.tap(ana, data=f"do:set:rendering:{rendering}")
    front = await world.ask(ana, "/latest")
    assert f"{isolated(HEBREW)}\xa0· Monday, December 22, 2025" in front.text
    assert f"by {isolated(ARABIC)}\xa0· Free" in front.text
    assert f"You’re reading {isolated(HEBREW)}, a briefing for tests." in front.text
    page = await world.tap(ana, data="p:2025-12-22:topstory:1")
    assert isolated(HEBREW) in page.text


async def test_what_somebody_searches_from_right_to_left_is_quoted_in_order(world: World) -> None:
    ana = world.person()
    asked = await world.ask(ana, ARABIC)
    assert f"Search for “{isolated(ARABIC)}”" in labels(asked)
    assert isolated(ARABIC) in words(await world.ask(ana, f"/search {ARABIC}"))


async def test_a_credit_that_is_only_a_handle_is_no_mention_and_stands_last(world: World) -> None:
    await reissue(world)
    ana = world.person()
    await world.ask(ana, "/start")
    front = await world.ask(ana, "/latest")
    assert front.text.split("\n")[-1] == "📷 @\u2060SecRubio"
    assert not any(entity["type"] == "mention" for entity in front.entities)
