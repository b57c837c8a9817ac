"""All attacks: whole, as the soak plays them, and small."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tools.soak.attack import (
    cut_off,
    flooding,
    full_disk,
    groups,
    kills,
    leader,
    paying,
    release,
    search,
    stopped,
    webhook,
    wire_faults,
)
from tools.soak.attack.harness.findings import Figures

SQLITE, POSTGRESQL = "sqlite", "postgresql"
Play = Callable[[str, Path], Awaitable[Figures]]


@dataclass(frozen=True, slots=True)
class Attack:
    """Each is called with a database's address and an empty folder; `on`: the kinds that are attacked. One
    that differs from another in its size alone is not played `small`.
    """

    name: str
    whole: Play
    small: Play | None
    on: tuple[str, ...] = (SQLITE,)


ATTACKS = (
    Attack("search", partial(search.play, search.WHOLE), partial(search.play, search.SMALL)),
    Attack("groups", partial(groups.play, groups.WHOLE), partial(groups.play, groups.SMALL)),
    Attack("flooders", partial(flooding.play, flooding.FORTY), partial(flooding.play, flooding.SMALL)),
    Attack("many-flooders", partial(flooding.play, flooding.MANY), None),
    Attack("kills", partial(kills.play, kills.WHOLE), partial(kills.play, kills.SMALL), (SQLITE, POSTGRESQL)),
    Attack(
        "cut-off", partial(cut_off.play, cut_off.WHOLE), partial(cut_off.play, cut_off.SMALL), (POSTGRESQL,)
    ),
    Attack(
        "stopped", partial(stopped.play, stopped.WHOLE), partial(stopped.play, stopped.SMALL), (POSTGRESQL,)
    ),
    Attack("leader", partial(leader.play, leader.WHOLE), partial(leader.play, leader.SMALL), (POSTGRESQL,)),
    Attack("full-disk", partial(full_disk.play, full_disk.WHOLE), partial(full_disk.play, full_disk.SMALL)),
    Attack("release", partial(release.play, release.WHOLE), partial(release.play, release.SMALL)),
    Attack(
        "wire", partial(wire_faults.play, wire_faults.WHOLE), partial(wire_faults.play, wire_faults.SMALL)
    ),
    Attack(
        "paying",
        partial(paying.play, paying.WHOLE),
        partial(paying.play, paying.SMALL),
        (SQLITE, POSTGRESQL),
    ),
    Attack(
        "paying-webhook",
        partial(paying.play, paying.WHOLE_HOOK),
        partial(paying.play, paying.SMALL_HOOK),
    ),
    Attack("webhook", partial(webhook.play, webhook.WHOLE), partial(webhook.play, webhook.SMALL)),
)
