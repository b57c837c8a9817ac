"""The lease is lost between a claim and its hand-over: nothing is sent under it."""

from bot.composition.delivery_classes import DeliveryClasses
from bot.domain.delivery.campaign import State
from bot.services.delivery.sending.claiming import Claim, Claiming, Ready
from tests.delivery.mondays import Monday


async def test_what_was_claimed_under_a_lost_lease_is_sent_once_and_only_under_the_next(
    monday: Monday,
) -> None:
    sent_before: list[int] = []  # at each claim that found rows

    class LosingClaiming(Claiming):
        async def claim(self, epoch: int, limit: int, ready: Ready | None = None) -> list[Claim]:
            claims = await super().claim(epoch, limit, ready)
            if claims:
                sent_before.append(monday.sends())
            if claims and len(sent_before) == 1:
                await program.core.lease.release()
            return claims

    people = await monday.enrol(10)
    await monday.world.program.stop()
    program = monday.world.new_program(delivery=DeliveryClasses(claiming=LosingClaiming))
    monday.world.program = program
    await program.start()
    await monday.push()
    report = await monday.ended()
    assert sent_before[:2] == [0, 0]
    assert report.counts == {State.SENT: len(people)}
    assert monday.sends() == len(people)
