"""/revoke: what was given is taken back, once, and access ends at once."""

from pathlib import Path
from typing import Any

from bot.domain.readers.grants import Source
from tests.conversations.test_granting import ANA, SOMEONE, answering, by, reads_all
from tests.subscribers import give
from tests.world import ADMIN, World, data, labels, last, told

OTHER = ADMIN + 1
FREE = f"{ANA} reads the free part of every issue."


async def given(world: World, *days: int) -> None:
    await world.ask(world.person(ANA), "/start")
    for count in days:
        assert (await world.ask(world.admin(), f"/grant {ANA} {count}")).text.startswith("Done")


async def revoke(world: World) -> str:
    return (await world.ask(world.admin(), f"/revoke {ANA}")).text


async def test_access_ends_at_once_by_every_door(world: World) -> None:
    ana = world.person(ANA)
    await given(world, 30)
    page = await world.ask(ana, "/economy")
    assert "canaryeconomy" in page.text
    assert await revoke(world) == f"Taken back: access as a gift (30 days). {FREE} I won’t tell them."
    assert not await reads_all(world)
    assert "You read the free part" in (await world.ask(ana, "/account")).text
    assert (await world.ask(ana, "/search canaryeconomy")).text.startswith("I found nothing")
    turned = await world.tap(ana, data="p:2025-12-22:politics:2", on=page)
    assert "canarypolitics" not in turned.text
    assert "canary" not in (await world.tap(ana, data="do:all:2025-12-22")).text


async def test_the_reader_hears_nothing_of_it(world: World) -> None:
    await given(world, 30)
    before = len(world.person(ANA).sees)
    await revoke(world)
    assert len(world.person(ANA).sees) == before


async def test_what_was_never_given_is_a_sentence(world: World) -> None:
    await world.ask(world.person(ANA), "/start")
    assert await revoke(world) == f"There’s nothing to take back. {FREE}"


async def test_what_has_ended_is_no_more_taken_back(world: World) -> None:
    await given(world, 1)
    world.later(days=2)
    assert await revoke(world) == f"There’s nothing to take back. {FREE}"


async def test_a_forwarded_message_names_the_reader(world: World) -> None:
    await given(world, 30)
    assert (await answering(world, "/revoke", **by(SOMEONE))).startswith("Taken back: access as a gift")


async def test_of_several_grants_the_admin_chooses_and_the_others_stay(world: World) -> None:
    ada = world.admin()
    await world.take_trial(world.person(ANA))
    await given(world, 30, 60)
    asked = await world.ask(ada, f"/revoke {ANA}")
    assert asked.text == (
        f"{ANA} can read everything until Sunday, March 29, 2026, at 09:00.\n\n"
        "1. Access as a gift (60 days), given December 22, 2025, until March 29, 2026\n"
        "2. Access as a gift (30 days), given December 22, 2025, until January 28, 2026\n"
        "3. The free trial (7 days), given December 22, 2025, until December 29, 2025\n\n"
        "Which of these do you want to take back?"
    )
    assert labels(asked) == [
        "1. Take back: access as a gift (60 days)",
        "2. Take back: access as a gift (30 days)",
        "3. Take back: the free trial (7 days)",
        "Take back all 3",
        "Take nothing back",
    ]
    done = await world.tap(ada, "2. Take back: access as a gift (30 days)", on=asked)
    assert (done.message_id, labels(done)) == (asked.message_id, [])
    assert done.text.startswith(
        f"Taken back: access as a gift (30 days). {ANA} can read everything until Friday"
    )
    assert "February 27, 2026" in (await world.ask(world.person(ANA), "/account")).text


async def test_all_are_those_that_were_shown_and_none_changes_nothing(world: World) -> None:
    ada = world.admin()
    await given(world, 30, 60)
    asked = await world.ask(ada, f"/revoke {ANA}")
    sent = data(asked)
    assert (await world.tap(ada, "Take nothing back", on=asked)).text.startswith(f"{ANA} can read everything")
    await given(world, 5)  # meanwhile
    await world.tap(ada, data=sent["Take back all 2"], on=asked)
    done = next(bubble for bubble in ada.sees if bubble.message_id == asked.message_id)
    assert done.text.startswith("Taken back: access as a gift (30 days) and access as a gift (60 days).")
    assert "December 27, 2025" in done.text
    await world.tap(ada, data=sent["Take back all 2"], on=asked)
    again = next(bubble for bubble in ada.sees if bubble.message_id == asked.message_id)
    assert again.text == done.text


async def test_the_same_message_handled_twice_takes_back_once(world: World) -> None:
    await given(world, 30)
    await world.ask(world.admin(), f"/revoke {ANA}")
    await given(world, 60)  # by another admin, before the first message is handled again
    async with world.program.core.database.write() as session:
        await session.exec_driver_sql("UPDATE inbox SET handled_at = NULL WHERE body LIKE '%/revoke%'")
    await world.restart()
    await world.wait_until_idle()
    assert last(world.admin()).text.startswith("Taken back: access as a gift (30 days).")
    assert await reads_all(world)


async def test_two_admins_who_take_back_at_once_take_back_once(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, admin_ids=frozenset({ADMIN, OTHER})) as world:
        await given(world, 30)
        await world.ask(world.person(OTHER), "/start")
        for sender in (ADMIN, OTHER):
            world.person(sender).writes(f"/revoke {ANA}")
        await world.wait_until_idle()
        said = sorted(last(world.person(sender)).text for sender in (ADMIN, OTHER))
        assert [text.split(".")[0] for text in said] == [
            "Taken back: access as a gift (30 days)",
            "There’s nothing to take back",
        ]
        assert await audited(world) == ["grant", "revoke"]
        assert not await reads_all(world)


async def test_who_presses_second_is_told_that_it_was_taken_back(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder, admin_ids=frozenset({ADMIN, OTHER})) as world:
        await given(world, 30, 60)
        await world.ask(world.person(OTHER), "/start")
        asked = [await world.ask(world.person(sender), f"/revoke {ANA}") for sender in (ADMIN, OTHER)]
        label = "2. Take back: access as a gift (30 days)"
        await world.tap(world.person(ADMIN), label, on=asked[0])
        second = await world.tap(world.person(OTHER), label, on=asked[1])
        assert second.text.startswith("That has already been taken back, or has ended.")
        assert await audited(world) == ["grant", "grant", "revoke"]


async def test_for_anyone_else_it_does_not_exist(world: World) -> None:
    await given(world, 30)
    ana = world.person(ANA)
    unknown = "I don’t know that command. /help shows what you can ask me."
    for command in (f"/revoke {ANA}", "/audit"):
        assert (await world.ask(ana, command)).text.startswith(unknown)
    assert await reads_all(world)


async def test_an_admin_who_was_removed_takes_nothing_back(content: Path, data_folder: Path) -> None:
    async with World(content, data_folder) as world:
        await given(world, 30, 60)
        asked = await world.ask(world.admin(), f"/revoke {ANA}")
        world.set(admin_ids=frozenset({OTHER}))
        await world.restart()
        for sent in data(asked).values():
            await world.tap(world.admin(), data=sent, on=asked)
            assert told(world.admin()).startswith("This button is out of date.")
        assert await reads_all(world)


async def audited(world: World) -> list[Any]:
    async with world.program.core.database.read() as session:
        return list((await session.exec_driver_sql("SELECT act FROM audit ORDER BY id")).scalars())


ASKED = "This was paid for with Stars. A refund gives the Stars back and takes the access back with them."


async def test_what_was_paid_for_is_refunded_first(world: World) -> None:
    ada, ana = world.admin(), world.person(ANA)
    await give(world, ana, Source.STARS, 30)
    asked = await world.ask(ada, f"/revoke {ANA}")
    assert asked.text == (
        f"{ANA} can read everything until Wednesday, January 21, 2026, at 09:00.\n\n"
        "1. The subscription in Stars (30 days), given December 22, 2025, until January 21, 2026\n\n"
        f"{ASKED}"
    )
    refund, *_ = data(asked).values()
    assert labels(asked) == ["Refund the Stars", "Take back without a refund", "Take nothing back"]
    assert refund.startswith("do:refund:ask:")
    assert await reads_all(world)
    nothing = await world.tap(ada, "Take nothing back", on=asked)
    assert nothing.text.startswith(f"{ANA} can read everything")
    assert await reads_all(world)


async def test_in_spanish_it_is_refunded_first_too(world: World) -> None:
    await give(world, world.person(ANA), Source.STARS, 30)
    asked = await world.ask(world.admin("es"), f"/revoke {ANA}")
    assert asked.text.endswith(
        "Esto se pagó con Estrellas. Un reembolso devuelve las Estrellas y también quita el acceso."
    )
    assert labels(asked)[:2] == ["Reembolsar las Estrellas", "Quitar sin reembolso"]


async def test_it_is_taken_back_without_a_refund_by_a_button_that_says_so(world: World) -> None:
    ada = world.admin()
    await give(world, world.person(ANA), Source.STARS, 30)
    await world.ask(ada, f"/revoke {ANA}")
    done = await world.tap(ada, "Take back without a refund")
    assert done.text == f"Taken back: the subscription in Stars (30 days). {FREE} I won’t tell them."
    assert not await reads_all(world)


async def test_among_several_grants_what_was_paid_for_is_asked_about_again(world: World) -> None:
    ada, ana = world.admin(), world.person(ANA)
    await give(world, ana, Source.STARS, 30)
    await given(world, 60)
    listed = await world.ask(ada, f"/revoke {ANA}")
    asked = await world.tap(ada, "2. Take back: the subscription in Stars (30 days)", on=listed)
    assert asked.text.endswith(ASKED)
    assert "Refund the Stars" in labels(asked)
    assert await reads_all(world)


async def test_all_with_something_that_was_paid_for_are_not_taken_back_at_one_tap(world: World) -> None:
    ada, ana = world.admin(), world.person(ANA)
    await give(world, ana, Source.STARS, 30, source_id="first")
    await give(world, ana, Source.STARS, 90, source_id="second")
    await given(world, 60)
    listed = await world.ask(ada, f"/revoke {ANA}")
    asked = await world.tap(ada, "Take back all 3", on=listed)
    assert asked.text.endswith(ASKED)
    assert labels(asked)[:2] == ["1. Refund the Stars", "2. Refund the Stars"]
    assert await reads_all(world)
    done = await world.tap(ada, "Take back without a refund", on=asked)
    assert done.text.startswith("Taken back: ")
    assert not await reads_all(world)
