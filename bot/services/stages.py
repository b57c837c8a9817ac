"""The stages of a delivery in which a crash may fall, for the proof that none loses or repeats anything."""

from typing import Protocol


class Stages(Protocol):
    async def reached(self, stage: str) -> None:
        """Be told of `freeze`, `claim committed`, `request written`, `answer read`, `outcome committed`."""
        ...


async def reached(stages: Stages | None, stage: str) -> None:
    if stages is not None:
        await stages.reached(stage)
