"""What a person had before she deleted her data."""

from bot.db.engine.session import Session
from bot.db.readers import readers
from bot.db.subscriptions import redemptions
from bot.domain.subscriptions.person import person_hash


class Remembering:
    def __init__(self, hash_key: bytes) -> None:
        """`hash_key`: the key of the hashes by which redemptions name persons."""
        self._hash_key = hash_key

    async def remind(self, session: Session, reader_id: int) -> None:
        """Write to a new reader's row what she has had: the trial, and the last promotion."""
        person = person_hash(self._hash_key, reader_id)
        had = await redemptions.of(session, person)
        if had:
            offers = [redemption.offer for redemption in had if redemption.offer != redemptions.TRIAL]
            trials = [redemption.at for redemption in had if redemption.offer == redemptions.TRIAL]
            await readers.change(
                session,
                reader_id,
                trial_at=trials[0] if trials else None,
                promotion=offers[-1] if offers else None,
            )
