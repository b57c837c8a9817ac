"""Promotions that run by themselves, and what admins see and do of offers."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from telegram_simulator import Bubble, Person
from tests.offers import ALL, LANTERN, PRINTED, PROMOTION, new_codes, offers
from tests.world import ADMIN, World, data, labels, last, told

LANGUAGES = pytest.mark.parametrize("code", ["en", "es"])
TAKE = "do:offer:HOLIDAY"
GIVEN = {
    "en": (
        "Holiday Special: 14 days for $0: every section and the whole archive for 14 days. You can read "
        "everything until Monday, January 5, 2026, at 09:00. No card, nothing to cancel."
    ),
    "es": (
        "Especial de fiestas: 14 días por $0: todas las secciones y el archivo completo durante 14 días. "
        "Puedes leer todo hasta el lunes 5 de enero de 2026 a las 09:00. Sin tarjeta y sin nada que cancelar."
    ),
}
LISTED = {
    "en": (
        "Offers\n\n"
        "1. Lantern Night: 30 days free\n30 days for everyone, by the code LANTERN\n"
        "▶ Open until the end of December 31, 2025\nTaken 0 times\n\n"
        "2. The printed card\n10 days for everyone, by codes that work once each\n"
        "▶ Open, with no end date\nTaken 1 time\n3 codes made, 1 redeemed, 2 left\n\n"
        "3. Holiday Special: 14 days for $0\n14 days for everyone, by a button\n"
        "▶ Open until the end of December 31, 2025\nTaken 0 times"
    ),
    "es": (
        "Ofertas\n\n"
        "1. Noche de los Candiles: 30 días gratis\n30 días para todos, con el código LANTERN\n"
        "▶ Abierta hasta el final del 31 de diciembre de 2025\nUsada 0 veces\n\n"
        "2. La tarjeta impresa\n10 días para todos, con códigos que sirven una vez cada uno\n"
        "▶ Abierta, sin vencimiento\nUsada 1 vez\n3 códigos creados, canjeados: 1, quedan: 2\n\n"
        "3. Especial de fiestas: 14 días por $0\n14 días para todos, con un botón\n"
        "▶ Abierta hasta el final del 31 de diciembre de 2025\nUsada 0 veces"
    ),
}


@pytest.fixture
async def shop(content: Path, data_folder: Path) -> AsyncIterator[World]:
    offers(content, ALL)
    async with World(content, data_folder) as running:
        yield running


async def behind_a_lock(shop: World, ana: Person, button: str = f"{TAKE}:14") -> Bubble:
    """Let her meet a lock and tap the promotion's button there; return the bot's last message."""
    locked = await shop.ask(ana, "/economy")
    assert "canaryeconom" not in locked.text
    return await shop.tap(ana, data=button, on=locked)


@LANGUAGES
@pytest.mark.parametrize("button", [TAKE, f"{TAKE}:14"])
async def test_one_tap_below_a_lock_gives_the_promotion_and_reading_goes_on(
    shop: World, code: str, button: str
) -> None:
    ana = shop.person(language=code)
    page = await behind_a_lock(shop, ana, button)
    assert "canaryeconom" in page.text
    assert GIVEN[code] in [bubble.text for bubble in ana.sees]
    assert (await shop.reader(ana)).promotion == "HOLIDAY"


async def test_a_second_tap_on_the_lock_gives_nothing_more_and_opens_the_page(shop: World) -> None:
    ana = shop.person()
    locked = await shop.ask(ana, "/economy")
    await shop.tap(ana, data=f"{TAKE}:14", on=locked)
    until = (await shop.reader(ana)).full_until
    page = await shop.tap(ana, data=f"{TAKE}:14", on=locked)
    assert "canaryeconomy" in page.text
    assert (await shop.reader(ana)).full_until == until


@LANGUAGES
async def test_an_old_button_that_promised_another_length_asks_first(shop: World, code: str) -> None:
    ana = shop.person(language=code)
    asked = await behind_a_lock(shop, ana, f"{TAKE}:30")
    assert {"en": "It opens everything for 14 days", "es": "Con esto lees todo durante 14 días"}[
        code
    ] in asked.text
    assert (await shop.reader(ana)).full_until is None
    page = await shop.tap(ana, labels(asked)[0])
    assert "canaryeconom" in page.text
    assert GIVEN[code] in [bubble.text for bubble in ana.sees]


async def test_who_has_access_already_is_asked_before_days_are_added(shop: World) -> None:
    ana = shop.person()
    await shop.take_trial(ana)
    asked = await shop.tap(ana, data=f"{TAKE}:14")
    assert data(asked) == {"Holiday Special: 14 days for $0": "do:offer:HOLIDAY:14:after"}
    assert "It adds 14 days to the access you already have" in asked.text
    done = await shop.tap(ana, data="do:offer:HOLIDAY:14:after")
    assert done.text == (
        "Holiday Special: 14 days for $0 is added to the access you already have: you can read everything "
        "until Monday, January 12, 2026, at 09:00."
    )


@LANGUAGES
async def test_who_has_used_it_up_is_told_when(shop: World, code: str) -> None:
    ana = shop.person(language=code)
    await behind_a_lock(shop, ana)
    asked = await shop.ask(ana, "/account")
    shop.later(days=2)
    again = await shop.tap(ana, data="do:offer:HOLIDAY:14:after", on=asked)
    said = {"en": "You’ve already had this offer, on December 22, 2025.", "es": "Ya usaste esta oferta el 22"}
    assert again.text.startswith(said[code])


@LANGUAGES
async def test_a_button_of_an_offer_that_is_over_says_so_and_how_she_goes_on(shop: World, code: str) -> None:
    ana = shop.person(language=code)
    locked = await shop.ask(ana, "/economy")
    shop.later(days=12)
    over = await shop.tap(ana, data=f"{TAKE}:14", on=locked)
    assert over.text.startswith({"en": "This offer is over. Read", "es": "Esta oferta ya terminó. Lee"}[code])
    assert list(data(over).values()) == ["do:trial:7"]
    await shop.tap(ana, data="do:trial:7")
    shop.later(days=8)
    over = await shop.tap(ana, data=f"{TAKE}:14", on=locked)
    assert over.text == {"en": "This offer is over.", "es": "Esta oferta ya terminó."}[code]
    assert list(data(over).values()) == ["do:onward"]


@pytest.mark.parametrize("forged", ["LANTERN", "PRINTED", "NOTHING"])
async def test_a_forged_button_gives_no_other_offer(shop: World, forged: str) -> None:
    ana = shop.person()
    over = await behind_a_lock(shop, ana, f"do:offer:{forged}")
    assert over.text.startswith("This offer is over.")
    assert (await shop.reader(ana)).full_until is None


async def test_a_button_with_a_forged_length_is_out_of_date(shop: World) -> None:
    ana = shop.person()
    await behind_a_lock(shop, ana, f"{TAKE}:many")
    assert "out of date" in told(ana)


@LANGUAGES
async def test_admins_see_what_is_offered_and_what_is_left(shop: World, code: str) -> None:
    ada, ana = shop.admin(code), shop.person()
    made = await new_codes(shop, 3)
    await shop.ask(ana, made[0])
    await shop.tap(ana, "Redeem it: 10 days")
    listed = await shop.ask(ada, "/offers")
    assert listed.text == LISTED[code]
    assert buttons(listed)[:2] == [
        {"text": labels(listed)[0], "copy_text": {"text": "LANTERN"}},
        {
            "text": labels(listed)[1],
            "copy_text": {"text": f"https://t.me/{shop.program.parts.username}?start=c_LANTERN"},
        },
    ]
    assert list(data(listed).values()) == [
        f"do:offers:end:{name}" for name in ("LANTERN", "PRINTED", "HOLIDAY")
    ]


def buttons(bubble: Bubble) -> list[dict[str, Any]]:
    return [button for row in bubble.buttons for button in row]


async def test_the_list_says_what_is_left_what_comes_and_what_is_over(
    content: Path, data_folder: Path
) -> None:
    offers(
        content,
        LANTERN + "cap = 1\n",
        PRINTED + "starts = 2026-01-05\nwho = 'new'\n",
        PROMOTION.replace("2025-12-31", "2026-02-01") + "starts = 2026-01-05\ncap = 3\nwho = 'lapsed'\n",
    )
    async with World(content, data_folder) as shop:
        ana, ada = shop.person(), shop.admin()
        await shop.ask(ana, "LANTERN")
        await shop.tap(ana, "Redeem it: 30 days")
        listed = (await shop.ask(ada, "/offers")).text
        assert "for people who have never had access, by codes" in listed
        assert "◷ From January 5, 2026, with no end date" in listed
        assert "No codes yet: briefing codes --offer PRINTED --count 100" in listed
        assert (
            "for people whose access has ended, by a button\n◷ From January 5, 2026 to February 1, 2026"
            in listed
        )
        assert "Taken 0 times, 3 left" in listed
        assert "■ Used up\nTaken 1 time, 0 left" in listed
        shop.later(days=30)
        assert "■ Over since the end of December 31, 2025" in (await shop.ask(ada, "/offers")).text


async def test_many_offers_are_listed_page_by_page(content: Path, data_folder: Path) -> None:
    offers(content, *(LANTERN.replace("LANTERN", f"WORD{letter}") for letter in "ABCDEFGH"))
    async with World(content, data_folder) as shop:
        ada = shop.admin()
        first = await shop.ask(ada, "/offers")
        assert "by the code WORDF" in first.text
        assert "by the code WORDG" not in first.text
        second = await shop.tap(ada, "▶")
        assert "8. Lantern Night" in second.text
        assert "by the code WORDA" in (await shop.tap(ada, "◀")).text
        assert "by the code WORDA" in (await shop.tap(ada, data="do:offers:list:900")).text


@LANGUAGES
async def test_an_admin_ends_a_promotion_and_its_buttons_stop_at_once(lively_shop: World, code: str) -> None:
    shop = lively_shop
    ana, ada, ben = shop.person(), shop.admin(code), shop.person(ADMIN + 1, code, "Ben")
    locked = await shop.ask(ana, "/economy")
    await shop.ask(ben, "/start")
    listed = await shop.ask(ada, "/offers")
    asked = await shop.tap(ada, data="do:offers:end:HOLIDAY")
    yes = {"en": "Yes, end it", "es": "Sí, terminarla"}[code]
    assert labels(asked)[0] == yes
    await shop.tap(ada, yes)
    done = {"en": "Ended: “Holiday", "es": "Terminada: «Especial"}[code]
    assert any(bubble.text.startswith(done) for bubble in ada.sees)
    assert (await shop.tap(ana, data=f"{TAKE}:14", on=locked)).text.startswith("This offer is over.")
    notice = {
        "en": "You ended “Holiday Special: 14 days for $0”. Nobody can take it now.",
        "es": "Terminaste la oferta «Especial de fiestas: 14 días por $0». Ya nadie puede usarla.",
    }[code]
    to_ben = {
        "en": "Ada ended “Holiday Special: 14 days for $0”. Nobody can take it now.",
        "es": "Ada terminó la oferta «Especial de fiestas: 14 días por $0». Ya nadie puede usarla.",
    }[code]
    await shop.telegram.until(lambda: last(ada).text == notice, 5.0)
    await shop.telegram.until(lambda: last(ben).text == to_ben, 5.0)
    again = await shop.tap(ada, data="do:offers:end:HOLIDAY", on=listed)
    assert again.text == notice
    mine = {"en": "■ You ended it on ", "es": "■ La terminaste el "}[code]
    hers = {"en": "■ Ended by Ada on ", "es": "■ La terminó Ada el "}[code]
    assert mine in (await shop.ask(ada, "/offers")).text
    assert hers in (await shop.ask(ben, "/offers")).text
    said = {"en": "Offer ended: HOLIDAY", "es": "Oferta terminada: HOLIDAY"}[code]
    assert said in (await shop.ask(ada, "/audit")).text


@pytest.fixture
async def lively_shop(content: Path, data_folder: Path) -> AsyncIterator[World]:
    """Its admins, of whom there are two, are told at once what they are to be told."""
    offers(content, ALL)
    async with World(content, data_folder, admin_ids=frozenset({ADMIN, ADMIN + 1})) as running:
        yield running


async def test_an_admin_who_thinks_again_ends_nothing(shop: World) -> None:
    ada = shop.admin()
    await shop.ask(ada, "/offers")
    await shop.tap(ada, data="do:offers:end:LANTERN")
    assert (await shop.tap(ada, "No, leave it")).text == "Nothing was ended."
    assert (await shop.ask(shop.person(), "LANTERN")).text.startswith("Lantern Night")


async def test_an_offer_that_is_gone_from_the_file_cannot_be_ended(shop: World, content: Path) -> None:
    ada = shop.admin()
    asked = await shop.ask(ada, "/offers")
    await shop.tap(ada, data="do:offers:end:LANTERN")
    offers(content, PRINTED)
    await shop.reload()
    gone = "That offer is no longer in publication.toml, so nobody can take it."
    assert (await shop.tap(ada, "Yes, end it")).text == gone
    assert (await shop.tap(ada, data="do:offers:end:LANTERN", on=asked)).text == gone


@pytest.mark.parametrize("forged", ["do:offers:end:LANTERN", "do:offers:yes:LANTERN", "do:offers:list:0"])
async def test_no_reader_ends_an_offer(shop: World, forged: str) -> None:
    ana = shop.person()
    await shop.ask(ana, "/start")
    await shop.tap(ana, data=forged)
    assert "out of date" in told(ana)
    assert "I don’t know that command" in (await shop.ask(ana, "/offers")).text
    assert "▶ Open until" in (await shop.ask(shop.admin(), "/offers")).text


async def test_without_offers_admins_are_told_where_they_are_written(world: World) -> None:
    ada = world.admin()
    assert "/offers" not in (await world.ask(ada, "/help")).text
    said = "There are no offers. They’re written into publication.toml."
    assert (await world.ask(ada, "/offers")).text == said
