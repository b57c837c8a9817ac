"""/refund, refunds that others make, /paysupport and /terms."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.db.operations import audit
from bot.domain.readers.reader import Reader
from telegram_simulator import Person
from telegram_simulator.network.faults import ResetAfter, Status
from tests.conversations.stars import MONTHLY, ONCE, link, offered, pays, rich, sell
from tests.conversations.test_granting import SOMEONE, answering, by
from tests.world import MONDAY, TOKEN, World, data, labels, last, since, told

FREE = "You read the free part of every issue."


@pytest.fixture
def content(content: Path) -> Path:
    return sell(content)


async def has_access(world: World, person: Person) -> bool:
    reader: Reader = await world.reader(person)
    return reader.full_until is not None and reader.full_until > world.clock.now()


async def asks(world: World, person: Person) -> None:
    """Let the admin choose the newest payment of a person to be refunded."""
    await world.ask(world.admin(), f"/refund {person.id}")
    await world.tap(world.admin(), data=first_button(world))


def first_button(world: World) -> str:
    return next(iter(data(last(world.admin())).values()))


async def refunds(world: World, person: Person, label: str = "Refund 400 ⭐") -> str:
    """Let the admin refund the newest payment of a person; return what she is told."""
    await asks(world, person)
    return (await world.tap(world.admin(), label)).text


async def audited(world: World) -> list[tuple[int | None, str, str]]:
    async with world.program.core.database.read() as session:
        return [(row.admin_id, row.act, row.about) for row in await audit.last(session, 10)]


async def test_an_admin_refunds_a_payment_once_and_the_reader_is_told(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    listed = await world.ask(world.admin(), f"/refund {ana.id}")
    assert "1. 400 ⭐ on December 22, 2025 for 90 days" in listed.text
    asked = await world.tap(world.admin(), "1. Refund 400 ⭐")
    assert asked.text == (
        f"Refund 400 ⭐ to {ana.id}, paid on December 22, 2025 for 90 days? What’s left of them ends at once."
    )
    done = await world.tap(world.admin(), "Refund 400 ⭐")
    assert done.text == (f"Refunded: 400 ⭐. {ana.id} reads the free part of every issue. I’ve told them.")
    assert last(ana).text == (
        "Your payment of 400 ⭐, made on December 22, 2025, was refunded. Telegram gives you the Stars "
        f"back.\n{FREE}"
    )
    assert ana.stars.balance == 10_000
    assert not await has_access(world, ana)
    assert await audited(world) == [(world.admin().id, "refund", f"400 Stars to {ana.id}")]


async def test_our_own_refund_that_comes_back_twice_has_one_effect(world: World) -> None:
    ana = rich(world)
    thanks = await pays(world, ana, ONCE)
    world.telegram.disruptions(TOKEN).duplicate("refunded_payment")
    await refunds(world, ana)
    await world.wait_until_idle()
    assert len([bubble for bubble in since(ana, thanks.message_id) if bubble.text]) == 1
    assert len(await audited(world)) == 1


async def test_a_refund_says_it_in_spanish(world: World) -> None:
    eva = rich(world, "es")
    await pays(world, eva, ONCE)
    await refunds(world, eva)
    assert last(eva).text.startswith("Se te reembolsó tu pago de 400 ⭐ del 22 de diciembre de 2025.")


async def test_a_question_is_answered_once(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    await asks(world, ana)
    question = last(world.admin())
    yes = data(question)["Refund 400 ⭐"]
    await world.tap(world.admin(), "No, refund nothing", on=question)
    assert last(world.admin()).text == "Nothing was refunded."
    await world.tap(world.admin(), data=yes, on=question)
    assert told(world.admin()) == ("You’ve answered that, or I’ve asked again since. Write /refund again.")
    assert await has_access(world, ana)


async def test_only_the_newest_question_can_be_answered(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    await asks(world, ana)
    older = last(world.admin())
    await asks(world, ana)
    await world.tap(world.admin(), "Refund 400 ⭐", on=older)
    assert "I’ve asked again since" in told(world.admin())
    assert await has_access(world, ana)


async def test_no_reader_can_refund(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    await asks(world, ana)
    yes = data(last(world.admin()))["Refund 400 ⭐"]
    await world.tap(ana, data=yes)
    assert await has_access(world, ana)
    assert "don’t know that command" in (await world.ask(ana, f"/refund {ana.id}")).text


async def test_the_last_payment_of_a_subscription_asks_whether_it_ends_too(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    await asks(world, ana)
    question = last(world.admin())
    assert "the last payment of a subscription that renews on January 21, 2026" in question.text
    done = await world.tap(world.admin(), "Refund 250 ⭐ and cancel")
    assert done.text.startswith("The subscription is cancelled: it won’t renew.\nRefunded: 250 ⭐.")
    assert ana.stars.subscriptions[0].bot_canceled
    assert last(ana).text.endswith("Your subscription won’t renew: you won’t be charged again.")
    world.later(days=31)
    await world.wait_until_idle()
    assert ana.stars.balance == 10_000


async def test_a_refund_may_leave_the_subscription_as_it_is(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, MONTHLY)
    await refunds(world, ana, "Refund only: it goes on renewing")
    assert ana.stars.subscriptions[0].renews
    assert last(ana).text.endswith("Your subscription still renews; /account is where you cancel it.")
    assert not await has_access(world, ana)


async def test_only_the_refunded_payment_ends(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    world.later(minutes=1)
    await pays(world, ana, MONTHLY)
    text = await refunds(world, ana, "Refund 250 ⭐ and cancel")
    assert "can read everything until Sunday, March 22, 2026" in text


async def test_what_was_refunded_elsewhere_is_marked(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    await asks(world, ana)
    world.telegram.disruptions(TOKEN).lose("refunded_payment")
    charge = world.telegram.stars(TOKEN).charges[0]
    world.telegram.stars(TOKEN).refunds(charge.charge_id)
    done = await world.tap(world.admin(), "Refund 400 ⭐")
    assert done.text.startswith("Telegram had already refunded these 400 ⭐, and I’ve noted it.")
    assert not await has_access(world, ana)
    assert "was refunded" in last(ana).text


async def test_a_lost_answer_is_tried_again_and_refunds_once(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    world.telegram.faults.add(method="refundStarPayment", times=1, kind=ResetAfter())
    world.telegram.disruptions(TOKEN).lose("refunded_payment")
    assert "400 ⭐" in await refunds(world, ana)
    assert not await has_access(world, ana)
    assert ana.stars.balance == 10_000


async def test_of_an_answer_that_stays_lost_the_repair_will_know(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    world.telegram.faults.add(method="refundStarPayment", times=None, kind=Status(502))
    text = await refunds(world, ana)
    stars = world.telegram.stars(TOKEN)
    stars.refunds(stars.charges[0].charge_id, told=False)
    assert text.startswith("Telegram’s answer was lost, so I can’t say yet")
    assert await has_access(world, ana)
    assert await audited(world) == [(world.admin().id, "refund unknown", f"400 Stars to {ana.id}")]
    world.later(minutes=6)
    await world.program.parts.star_repair.look()
    assert not await has_access(world, ana)
    assert "was refunded" in last(ana).text


async def test_what_never_reached_telegram_refunds_nothing(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    world.telegram.faults.add(method="refundStarPayment", times=None, kind=Status(429, "Too Many Requests"))
    assert "nothing was refunded" in await refunds(world, ana)
    assert await has_access(world, ana)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("USER_ID_INVALID", "no longer knows this payer"),
        ("CHARGE_ID_INVALID", "knows no payment of this reader"),
        ("BOT_IS_TIRED", "BOT_IS_TIRED"),
    ],
)
async def test_a_refusal_is_said_in_words(world: World, code: str, sentence: str) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    refusal = Status(400, f"Bad Request: {code}")
    world.telegram.faults.add(method="refundStarPayment", times=1, kind=refusal)
    text = await refunds(world, ana)
    assert text.startswith("Telegram refused: nothing was refunded.")
    assert sentence in text
    assert await has_access(world, ana)


async def test_a_refund_by_telegram_ends_exactly_that_payment(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    await pays(world, ana, MONTHLY)
    once, _ = world.telegram.stars(TOKEN).charges
    world.telegram.stars(TOKEN).refunds(once.charge_id)
    await world.wait_until_idle()
    assert "Your payment of 400 ⭐" in last(ana).text
    reader = await world.reader(ana)
    assert reader.full_until is not None
    assert reader.full_until.date() == (MONDAY + timedelta(days=30 + 2)).date()  # with the renewal's grace


async def test_a_refund_that_comes_before_its_payment_opens_nothing(world: World) -> None:
    ana = rich(world)
    offer = await offered(world, ana, ONCE)
    disruptions = world.telegram.disruptions(TOKEN)
    disruptions.hold("successful_payment")
    charge = await ana.pays(link(offer))
    world.telegram.stars(TOKEN).refunds(charge.charge_id)
    await world.wait_until_idle()
    world.telegram.release(TOKEN)
    await world.wait_until_idle()
    assert "was refunded already: it opens nothing" in last(ana).text
    assert not await has_access(world, ana)


async def test_a_refund_of_a_charge_never_seen_says_nothing_and_is_no_message(world: World) -> None:
    ana = rich(world)
    await world.ask(ana, "/start")
    before = len(ana.sees)
    chat = {"id": ana.id, "type": "private", "first_name": "Ana"}
    refund = {
        "currency": "XTR",
        "total_amount": 5,
        "invoice_payload": "of another",
        "telegram_payment_charge_id": "never seen",
        "provider_payment_charge_id": "",
    }
    message = {"message_id": 900, "date": 1_766_400_000, "chat": chat, "refunded_payment": refund}
    await world.push(message=message | {"from": {"id": 7_000_000_001, "is_bot": True, "first_name": "B"}})
    assert len(ana.sees) == before


async def test_revoking_what_was_paid_leads_to_its_refund(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    await world.ask(world.admin(), f"/revoke {ana.id}")
    asked = await world.tap(world.admin(), data=first_button(world))
    assert asked.text.startswith(f"Refund 400 ⭐ to {ana.id}")
    done = await world.tap(world.admin(), "Refund 400 ⭐")
    assert done.text.startswith("Refunded: 400 ⭐.")


async def test_in_answer_to_a_forwarded_message_its_author_is_meant(world: World) -> None:
    ana = rich(world)
    await pays(world, ana, ONCE)
    assert "1. 400 ⭐" in await answering(world, "/refund", **by(SOMEONE))


async def test_whom_nobody_paid_has_nothing_to_refund(world: World) -> None:
    assert (await world.ask(world.admin(), "/refund 77")).text == "77 hasn’t paid anything in Stars."
    assert "/refund 123456789" in (await world.ask(world.admin(), "/refund a b")).text


async def test_a_reader_asks_the_newsroom_for_a_refund_once(lively: World) -> None:
    ana = rich(lively)
    await lively.ask(lively.admin(), "/start")
    await pays(lively, ana, ONCE)
    support = await lively.ask(ana, "/paysupport")
    assert "• 400 ⭐ on December 22, 2025 for 90 days" in support.text
    assert "Ask for a refund: 400 ⭐, December 22, 2025" in labels(support)
    for _ in range(2):
        await lively.tap(ana, "Ask for a refund: 400 ⭐, December 22, 2025", on=support)
        assert told(ana) == "The newsroom has your request. If they answer, you’ll see it here."
    admin = lively.admin()
    await lively.telegram.until(lambda: any("Asks for a refund" in bubble.text for bubble in admin.sees))
    thread = next(bubble for bubble in admin.sees if "Asks for a refund" in bubble.text)
    assert (
        f"Asks for a refund of 400 ⭐, paid on December 22, 2025 for 90 days. To refund: /refund {ana.id}"
        in (thread.text)
    )
    assert thread.text.count("Asks for a refund") == 1


async def test_nobody_asks_for_the_refund_of_anothers_payment(world: World) -> None:
    ana, ben = rich(world), rich(world, number=5_000_000_002)
    await pays(world, ana, ONCE)
    support = await world.ask(ana, "/paysupport")
    (action,) = (action for label, action in data(support).items() if label.startswith("Ask for"))
    await world.ask(ben, "/start")
    await world.tap(ben, data=action)
    assert "out of date" in told(ben)


async def test_paysupport_in_spanish_lists_what_was_paid(world: World) -> None:
    eva = rich(world, "es")
    await pays(world, eva, ONCE)
    assert "• 400 ⭐ el 22 de diciembre de 2025 por 90 días" in (await world.ask(eva, "/paysupport")).text


async def test_terms_say_what_is_sold_without_a_link_too(world: World) -> None:
    ana = rich(world)
    shown = await world.ask(ana, "/terms")
    assert "• Monthly: 250 ⭐ every 30 days, until you cancel" in shown.text
    assert "• 90 days & more: 400 ⭐ once, for 90 days" in shown.text
    assert "/paysupport" in shown.text
    assert "Terms" not in labels(shown)


async def test_terms_have_the_link_of_the_publication(world: World) -> None:
    file = world.content / "publication.toml"
    file.write_text(
        'terms = "https://example.org/terms"\n' + file.read_text(encoding="utf-8"), encoding="utf-8"
    )
    await world.reload()
    eva = rich(world, "es")
    shown = await world.ask(eva, "/terms")
    assert shown.buttons[0][0]["url"] == "https://example.org/terms"
    assert "• Mensual: 250 ⭐ cada 30 días, hasta que canceles" in shown.text
