"""While a cover is uploaded, nothing else of its campaign is claimed."""

from pathlib import Path

from bot.composition.delivery_classes import DeliveryClasses
from bot.domain.readers.reader import Rendering
from bot.services.delivery.sending.claiming import Claim, Claiming, Ready
from telegram_simulator import Latency
from tests.databases import on_sqlite
from tests.delivery.mondays import KEY, Monday
from tests.world import write_cover


@on_sqlite
async def test_who_waits_for_the_file_id_of_a_cover_is_claimed_only_once_it_is_there(
    content: Path, data_folder: Path
) -> None:
    claimed: list[int] = []

    class NotingClaiming(Claiming):
        async def claim(self, epoch: int, limit: int, ready: Ready | None = None) -> list[Claim]:
            claims = await super().claim(epoch, limit, ready)
            claimed.extend(claim.reader_id for claim in claims)
            return claims

    write_cover(content, KEY)
    async with Monday.of(content, data_folder) as monday:
        people = await monday.enrol(10, rendering=Rendering.RICH)
        await monday.world.program.stop()
        program = monday.world.new_program(delivery=DeliveryClasses(claiming=NotingClaiming))
        monday.world.program = program
        await program.start()
        monday.world.telegram.faults.add(method="sendRichMessage", kind=Latency(0.5))  # the upload
        await monday.push()
        await monday.ended()
        assert sorted(claimed) == sorted(person.id for person in people)
