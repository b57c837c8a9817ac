"""/subscribe and /account where there are prices: what one has, what comes then, what one can do."""

from dataclasses import replace

import pytest

from bot.domain.readers.grants import Source
from bot.domain.subscriptions.star_subscription import State
from telegram_simulator import Bubble
from tests.subscribers import (
    CANCELLERS,
    PRICES,
    PROMOTION,
    SPECIAL,
    TAKE,
    give,
    promotion_for,
    publish,
    put,
    subscribe,
)
from tests.world import World, data, labels

LANGUAGES = pytest.mark.parametrize("code", ["en", "es"])
CANCEL, RENEW, SUBSCRIBE = "do:stars:cancel", "do:stars:renew", "do:run:subscribe"
MONTHLY, YEARLY = "do:pay:30r-250", "do:pay:365-2400"
FREE_PART = {"en": "You read the free part of every issue.", "es": "Lees la parte gratuita de cada edición."}
AFTERWARDS = {
    "en": "After that you keep reading the free part of every issue, which costs nothing.",
    "es": "Después sigues leyendo la parte gratuita de cada edición, sin costo.",
}


def does(bubble: Bubble) -> list[str]:
    """Return what its buttons do, in order."""
    return list(data(bubble).values())


def paid(bubble: Bubble) -> list[str]:
    return [code for code in does(bubble) if code.startswith("do:pay:")]


@LANGUAGES
async def test_it_says_what_is_locked_the_trial_and_the_prices(world: World, code: str) -> None:
    await publish(world, PRICES)
    answer = await world.ask(world.person(language=code), "/subscribe")
    assert (
        answer.text
        == {
            "en": (
                "The free part of every issue costs nothing. Sections marked 🔒 are for subscribers. "
                "Locked in this issue: Politics and Economy.\n\n"
                "Read everything free for 7 days, archive included.\n\n"
                "To read everything, pay with Telegram Stars:\n"
                "• Monthly, renews every 30 days: 250\u00a0⭐\n"
                "• 365 days, paid once: 2,400\u00a0⭐\n"
                "No Stars yet? Telegram sells them to you when you pay."
            ),
            "es": (
                "La parte gratuita de cada edición no cuesta nada. Las secciones con 🔒 son para "
                "suscriptores. En esta edición llevan 🔒: Política y Economía.\n\n"
                "Lee todo gratis durante 7 días, también el archivo.\n\n"
                "Para leer todo, paga con Estrellas de Telegram:\n"
                "• Mensual, se renueva cada 30 días: 250\u00a0⭐\n"
                "• 365 días, en un solo pago: 2.400\u00a0⭐\n"
                "¿No tienes Estrellas? Telegram te las vende al pagar."
            ),
        }[code]
    )
    assert does(answer) == ["do:trial:7", MONTHLY, YEARLY]
    assert (
        labels(answer)[1:]
        == {
            "en": ["250\u00a0⭐ · Monthly, renews every 30 days", "2,400\u00a0⭐ · 365 days, paid once"],
            "es": [
                "250\u00a0⭐ · Mensual, se renueva cada 30 días",
                "2.400\u00a0⭐ · 365 días, en un solo pago",
            ],
        }[code]
    )


@pytest.mark.parametrize(
    "words", ["subscribe", "I want to subscribe", "price", "suscribirme", "¿Cuánto cuesta?", "precios"]
)
async def test_its_words_ask_like_the_command(world: World, words: str) -> None:
    await publish(world, PRICES)
    assert paid(await world.ask(world.person(), words)) == [MONTHLY, YEARLY]


@pytest.mark.parametrize("words", ["account", "my subscription", "mi cuenta", "¿Mi suscripción?"])
async def test_words_for_the_account_ask_like_the_command(world: World, words: str) -> None:
    assert (await world.ask(world.person(), words)).text.startswith(FREE_PART["en"])


@LANGUAGES
async def test_the_promotion_stands_before_the_prices(world: World, code: str) -> None:
    await publish(world, PRICES, PROMOTION)
    answer = await world.ask(world.person(language=code), "/subscribe")
    assert does(answer) == [TAKE, MONTHLY, YEARLY]
    assert answer.text.index(SPECIAL[code]) < answer.text.index("⭐")


@LANGUAGES
@pytest.mark.parametrize("lock", ["/latest", "/politics", "/economy"])
async def test_a_lock_leads_there_once_the_trial_is_over(world: World, code: str, lock: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await world.take_trial(ana)
    world.later(days=8)
    await world.ask(ana, lock)
    answer = await world.tap(ana, data="do:onward")
    assert does(answer) == [MONTHLY, YEARLY]
    assert "🔒" in answer.text


async def test_prices_alone_give_a_lock_a_button_to_who_has_no_other_way(world: World) -> None:
    await publish(world, PRICES, trial_days=0)
    ana = world.person()
    page = await world.ask(ana, "/economy")
    assert "How to keep reading" in labels(page)
    assert paid(await world.tap(ana, "How to keep reading")) == [MONTHLY, YEARLY]


@LANGUAGES
async def test_who_subscribed_elsewhere_is_told_whom_to_ask(world: World, code: str) -> None:
    await publish(world, 'contact = "@post_desk"', PRICES)
    ana = world.person(language=code)
    answer = await world.ask(ana, "/subscribe")
    assert answer.text.endswith(
        {
            "en": f"Already a subscriber? Write to @post_desk and give your Telegram ID: {ana.id}",
            "es": f"¿Ya tienes una suscripción? Escríbenos a @post_desk e indica tu ID de Telegram: {ana.id}",
        }[code]
    )


@LANGUAGES
async def test_who_may_read_for_ever_is_told_so_and_sold_nothing(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await give(world, ana, Source.COMPLIMENTARY)
    has = {
        "en": "You were given access: you can read everything, with no end date.",
        "es": "Tienes acceso de regalo: puedes leer todo, sin fecha de vencimiento.",
    }[code]
    for command in ("/subscribe", "/account"):
        answer = await world.ask(ana, command)
        assert answer.text.startswith(has)
        assert not {SUBSCRIBE, MONTHLY, YEARLY, "do:trial:7"} & set(does(answer))
        assert AFTERWARDS[code] not in answer.text


ENDS = {"en": "Wednesday, January 21, 2026, at 09:00", "es": "miércoles 21 de enero de 2026 a las 09:00"}
REASONS = {
    Source.OFFER: {
        "en": f"You took an offer: you can read everything until {ENDS['en']}.",
        "es": f"Aprovechaste una oferta: puedes leer todo hasta el {ENDS['es']}.",
    },
    Source.STARS: {
        "en": f"You paid with Telegram Stars: you can read everything until {ENDS['en']}.",
        "es": f"Pagaste con Estrellas de Telegram: puedes leer todo hasta el {ENDS['es']}.",
    },
    Source.GIFT: {
        "en": f"You were given a gift: you can read everything until {ENDS['en']}.",
        "es": f"Te hicieron un regalo: puedes leer todo hasta el {ENDS['es']}.",
    },
    Source.IMPORTED: {
        "en": f"You subscribe on our site: you can read everything until {ENDS['en']}.",
        "es": f"Te suscribiste en nuestro sitio: puedes leer todo hasta el {ENDS['es']}.",
    },
}
OVER = {
    Source.OFFER: {
        "en": "Your days from an offer ended on January 21, 2026.",
        "es": "Los días de tu oferta terminaron el 21 de enero de 2026.",
    },
    Source.STARS: {
        "en": "The access you paid for ended on January 21, 2026.",
        "es": "El acceso que pagaste terminó el 21 de enero de 2026.",
    },
    Source.GIFT: {
        "en": "Your gift ended on January 21, 2026.",
        "es": "Tu regalo terminó el 21 de enero de 2026.",
    },
    Source.IMPORTED: {
        "en": "Your subscription on our site ended on January 21, 2026.",
        "es": "Tu suscripción en nuestro sitio terminó el 21 de enero de 2026.",
    },
}


@LANGUAGES
@pytest.mark.parametrize("source", REASONS)
async def test_each_source_has_its_words_while_it_gives_access_and_afterwards(
    world: World, code: str, source: Source
) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await give(world, ana, source, 30)
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(f"{REASONS[source][code]} {AFTERWARDS[code]}")
    assert SUBSCRIBE in does(answer)
    world.later(days=31)
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(f"{OVER[source][code]} {FREE_PART[code]}")
    assert SUBSCRIBE in does(answer)


@LANGUAGES
async def test_a_subscription_says_when_it_renews_and_at_her_own_price(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await subscribe(world, ana, stars=199)  # the price was another when she subscribed
    renews = {
        "en": "Your subscription renews by itself on January 21, 2026, for 199\u00a0⭐.",
        "es": "Tu suscripción se renueva sola el 21 de enero de 2026, por 199\u00a0⭐.",
    }[code]
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(f"{REASONS[Source.STARS][code]} {renews}\n\n")
    assert CANCEL in does(answer)
    assert not {SUBSCRIBE, RENEW} & set(does(answer))


@LANGUAGES
async def test_who_subscribes_is_sold_no_second_subscription(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await subscribe(world, ana)
    answer = await world.ask(ana, "/subscribe")
    assert does(answer) == ["do:trial:7:after", YEARLY, CANCEL]
    assert "250" in answer.text.split("\n\n")[0]
    assert {"en": "More days add to what you have", "es": "se suman a los que tienes"}[code] in answer.text


@LANGUAGES
async def test_who_has_access_is_told_that_the_trial_comes_after_it(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await subscribe(world, ana)
    answer = await world.ask(ana, "/subscribe")
    still = {
        "en": "You can still use your free trial of 7 days: /trial",
        "es": "Todavía puedes usar tu prueba gratis de 7 días: /trial",
    }[code]
    assert answer.text.split("\n\n")[1] == still
    assert labels(answer)[0] == {"en": "Add 7 free days", "es": "Sumar 7 días gratis"}[code]


@LANGUAGES
async def test_what_comes_then_stands_below_the_list_of_what_she_has(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await world.take_trial(ana)
    await give(world, ana, Source.OFFER, 30)
    answer = await world.ask(ana, "/subscribe")
    assert answer.text.split("\n\n")[0].split("\n")[-1] == AFTERWARDS[code]


@LANGUAGES
@pytest.mark.parametrize("canceller", CANCELLERS)
async def test_one_that_is_cancelled_says_so_and_offers_to_renew_again(
    world: World, code: str, canceller: str
) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    running = await subscribe(world, ana)
    await put(world, replace(running, state=State.CANCELLED, cancelled_by=CANCELLERS[canceller]))
    cancelled = {
        "en": "Your subscription is cancelled: it won’t renew on January 21, 2026, and you’ll pay "
        "nothing more.",
        "es": "Tu suscripción está cancelada: no se renovará el 21 de enero de 2026 y no pagarás nada más.",
    }[code]
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(f"{REASONS[Source.STARS][code]} {cancelled} {AFTERWARDS[code]}")
    assert RENEW in does(answer)
    assert not {SUBSCRIBE, CANCEL} & set(does(answer))
    assert paid(await world.ask(ana, "/subscribe")) == [YEARLY]
    world.later(days=31)
    over = await world.ask(ana, "/account")
    assert over.text.startswith(OVER[Source.STARS][code])
    assert RENEW not in does(over)
    assert paid(await world.ask(ana, "/subscribe")) == [MONTHLY, YEARLY]


@LANGUAGES
async def test_while_a_renewal_is_awaited_it_says_what_it_waits_for(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await subscribe(world, ana)
    world.later(days=30, hours=1)
    answer = await world.ask(ana, "/account")
    assert answer.text.startswith(
        {
            "en": "Your subscription was due to renew on January 21, 2026, and I’m waiting for Telegram to "
            "confirm it. Meanwhile you can read everything, until Friday, January 23, 2026, at 09:00.\n\n",
            "es": "Tu suscripción debía renovarse el 21 de enero de 2026 y espero que Telegram lo confirme. "
            "Mientras tanto puedes leer todo, hasta el viernes 23 de enero de 2026 a las 09:00.\n\n",
        }[code]
    )
    assert CANCEL in does(answer)
    assert "canary" in (await world.ask(ana, "/economy")).text
    world.later(days=2)
    over = await world.ask(ana, "/account")
    assert over.text.startswith(OVER[Source.STARS][code])
    assert CANCEL not in does(over)


@LANGUAGES
async def test_one_that_could_not_be_renewed_says_why_and_sells_again(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    running = await subscribe(world, ana)
    world.later(days=30, minutes=1)
    await put(world, replace(running, state=State.FAILED))
    why = {
        "en": "Telegram couldn’t renew your subscription: there may not have been enough Stars. You can "
        "subscribe again whenever you like.",
        "es": "Telegram no pudo renovar tu suscripción: quizá no alcanzaron las Estrellas. Puedes "
        "suscribirte de nuevo cuando quieras.",
    }[code]
    answer = await world.ask(ana, "/account")
    assert why in answer.text
    assert SUBSCRIBE in does(answer)
    answer = await world.ask(ana, "/subscribe")
    assert why in answer.text
    assert paid(answer) == [MONTHLY, YEARLY]


@LANGUAGES
async def test_several_periods_stand_in_order_with_what_comes_then(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await world.take_trial(ana)
    world.later(hours=1)
    await subscribe(world, ana)
    lines = (await world.ask(ana, "/account")).text.split("\n\n")[0].split("\n")
    assert [line[0] for line in lines[1:3]] == ["•", "•"]
    assert lines[3].startswith(
        {"en": "Your subscription renews by itself on", "es": "Tu suscripción se renueva sola el"}[code]
    )


@LANGUAGES
async def test_who_cancels_is_told_when_it_renews_and_given_the_button(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await subscribe(world, ana)
    asked = await world.ask(ana, "cancel")
    answer = await world.tap(ana, labels(asked)[1])
    assert "250\u00a0⭐" in answer.text
    assert does(answer) == [CANCEL]


@LANGUAGES
async def test_stopping_says_to_who_subscribes_that_it_renews_all_the_same(world: World, code: str) -> None:
    await publish(world, PRICES)
    ana = world.person(language=code)
    await subscribe(world, ana)
    answer = await world.ask(ana, "/stop")
    assert answer.text.endswith(
        {
            "en": "Your subscription renews by itself on January 21, 2026, for 250\u00a0⭐. /stop doesn’t "
            "end it; the button below does.",
            "es": "Tu suscripción se renueva sola el 21 de enero de 2026, por 250\u00a0⭐. Con /stop no "
            "termina; con el botón de abajo, sí.",
        }[code]
    )
    assert does(answer) == ["do:resume", CANCEL]


@LANGUAGES
@pytest.mark.parametrize("is_cancelled", [True, False])
async def test_stopping_says_to_who_has_paid_until_when(
    world: World, code: str, *, is_cancelled: bool
) -> None:
    ana = world.person(language=code)
    if is_cancelled:
        running = await subscribe(world, ana)
        await put(world, replace(running, state=State.CANCELLED, cancelled_by=CANCELLERS["reader"]))
    else:
        await give(world, ana, Source.STARS, 30)
    answer = await world.ask(ana, "/stop")
    assert answer.text.endswith(
        {
            "en": f"What you paid for stays yours until {ENDS['en']}; nothing renews.",
            "es": f"Lo que pagaste sigue siendo tuyo hasta el {ENDS['es']}; nada se renueva.",
        }[code]
    )
    assert does(answer) == ["do:resume"]


async def test_stopping_says_nothing_of_money_to_who_pays_nothing(world: World) -> None:
    ana = world.person()
    await give(world, ana, Source.COMPLIMENTARY, 30)
    answer = await world.ask(ana, "/stop")
    assert "paid" not in answer.text
    assert does(answer) == ["do:resume"]


async def test_the_trial_taken_from_the_prices_goes_on_at_the_lock_that_was_met_last(world: World) -> None:
    await publish(world, PRICES)
    ana = world.person()
    await world.ask(ana, "/politics")
    await world.ask(ana, "/topstory")  # no lock
    await world.ask(ana, "/subscribe")
    page = await world.tap(ana, data="do:trial:7")
    assert "canarypolitics" in page.text
    assert page.protected


async def test_without_a_lock_in_the_last_day_a_button_opens_the_current_issue(world: World) -> None:
    await publish(world, PRICES)
    ana = world.person()
    await world.ask(ana, "/politics")
    world.later(days=1, hours=1)
    await world.ask(ana, "/subscribe")
    said = await world.tap(ana, data="do:trial:7")
    assert said.text.startswith("Your free trial has started")
    assert labels(said) == ["Read the current issue"]


async def test_a_menu_names_it_where_there_is_something_to_say(world: World) -> None:
    ana = world.person()
    assert "Subscribe" not in labels(await world.ask(ana, "/help"))
    await publish(world, PRICES)
    assert "Subscribe" in labels(await world.ask(ana, "/help"))
    assert paid(await world.tap(ana, "Subscribe")) == [MONTHLY, YEARLY]
    await publish(world, 'contact = "@post_desk"')
    assert "Subscribe" in labels(await world.ask(ana, "/help"))


async def test_a_promotion_for_the_lapsed_stands_where_access_has_ended(world: World) -> None:
    await publish(world, PRICES, promotion_for("lapsed"))
    ana = world.person()
    await give(world, ana, Source.GIFT, 1)
    assert TAKE not in does(await world.ask(ana, "/subscribe"))
    world.later(days=2)
    assert does(await world.ask(ana, "/subscribe")) == [TAKE, MONTHLY, YEARLY]


async def test_the_promise_of_a_later_end_is_in_her_own_zone(world: World) -> None:
    ana = world.person()
    await give(world, ana, Source.GIFT, 30)
    await world.ask(ana, "/settings")
    await world.tap(ana, data="do:set:zone:Asia/Tokyo")
    assert "January 21, 2026, at 21:00" in (await world.ask(ana, "/account")).text
