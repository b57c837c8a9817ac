"""In which order the open campaigns share the slots."""

from collections.abc import Sequence

from bot.domain.delivery.campaign import Campaign, Kind


def in_turn(running: Sequence[Campaign], number: int) -> tuple[Sequence[Campaign], Sequence[Campaign]]:
    """Return the campaigns that share the slots, and those of reminders, which share what the first leave.

    Tests come first, then the others, each time another of them at the head: of few slots the last would
    never get any.
    """
    tests = [campaign for campaign in running if campaign.kind is Kind.TEST]
    reminders = [campaign for campaign in running if campaign.kind is Kind.REMINDER]
    others = [campaign for campaign in running if campaign.kind not in {Kind.TEST, Kind.REMINDER}]
    return [*tests, *_rotated(others, number)], _rotated(reminders, number)


def _rotated(running: Sequence[Campaign], number: int) -> Sequence[Campaign]:
    first = number % max(1, len(running))
    return [*running[first:], *running[:first]]
