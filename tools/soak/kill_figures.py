"""What is planned for a kill loop, and what came of it."""

from collections import Counter
from dataclasses import dataclass, field

from tools.soak.crash_points import CRASH_POINTS

AT_RANDOM = "at random"
SLOWLY = 30  # messages a second that a bot may send free of charge


@dataclass(frozen=True, slots=True)
class Plan:
    """`longest_life`: seconds until a random death at the latest; a start takes about one. `politely`: the
    program is told to end instead of being killed. `hasty`: the lease of one who died is over at once.
    `latency`: seconds in which the local Telegram answers. `sending`: random deaths come while it sends.
    """

    database: str
    readers: int = 600
    rate: int = 200
    window: int = 20
    lease: int = 5
    longest_life: float = 4.0
    politely: bool = False
    hasty: bool = False
    latency: float = 0.05
    sending: bool = False

    def most_left(self, under_way: int) -> int:
        """Return how many a death at a random moment may leave unknown: what is under way, and what one
        transaction holds.
        """
        if self.rate <= SLOWLY:
            return min(self.window, int(self.rate * self.latency)) + 1
        return min(self.window, under_way + 30)


@dataclass(frozen=True, slots=True)
class Left:
    """What one death left claimed without an outcome: how many of these `arrived`, and how many messages were
    under way, handed over and not yet answered.
    """

    stage: str
    claimed: int
    arrived: int
    under_way: int


@dataclass(slots=True)
class Figures:
    """What came of all deaths; `left` holds those that came while something was claimed or under way."""

    plan: Plan
    left: list[Left] = field(default_factory=list)
    deaths: Counter[str] = field(default_factory=Counter)
    campaigns: int = 0
    copies: int = 0
    lost: int = 0
    twice: int = 0
    unknown: int = 0
    arrived: int = 0
    slowest_stop: float = 0.0

    @property
    def kills(self) -> int:
        return self.deaths.total()

    @property
    def most_open(self) -> int:
        return max((death.claimed for death in self.left), default=0)

    @property
    def at_random(self) -> list[Left]:
        return [death for death in self.left if death.stage == AT_RANDOM]

    @property
    def too_many(self) -> list[Left]:
        """Return the random deaths that left more than a message under way explains."""
        return [death for death in self.at_random if death.claimed > self.plan.most_left(death.under_way)]

    @property
    def sound(self) -> bool:
        most = 0 if self.plan.politely else self.plan.window
        promises_held = not self.lost and not self.twice and self.most_open <= most
        return promises_held and (not self.plan.sending or self.is_true)

    @property
    def is_true(self) -> bool:
        """Tell whether "unknown" means what it says: few, and nine of ten have arrived."""
        claimed, arrived = (
            sum(getattr(death, name) for death in self.at_random) for name in ("claimed", "arrived")
        )
        return not self.too_many and arrived >= 0.9 * claimed

    def line(self) -> str:
        return (
            f"{self.kills} deaths, {self.campaigns} campaigns, {self.copies} copies: {self.lost} lost, "
            f"{self.twice} twice, {self.unknown} unknown ({self.arrived} of them arrived)"
        )

    def report(self) -> str:
        deaths = ", ".join(f"{count} {stage}" for stage, count in sorted(self.deaths.items()))
        stop = f"; slowest stop {self.slowest_stop:.1f} s" if self.plan.politely else ""
        return (
            f"{self.line()}\nDeaths: {deaths}.\n"
            f"Most left open by one death: {self.most_open} of a window of {self.plan.window}{stop}.\n"
            f"{self._random_ones()}{self._named_ones()}"
        )

    def _random_ones(self) -> str:
        left = self.at_random
        if self.plan.politely or not left:
            return ""
        claimed, arrived = sum(death.claimed for death in left), sum(death.arrived for death in left)
        under_way = sum(death.under_way for death in left)
        most = max(death.claimed for death in left)
        return (
            f"At random: {len(left)} deaths while something was under way left {claimed} unknown (at most "
            f"{most}), {under_way} were under way; {arrived} had arrived ({arrived / max(1, claimed):.0%}); "
            f"{len(self.too_many)} deaths left more than they should{self._too_many_ones()}.\n"
        )

    def _too_many_ones(self) -> str:
        excess = [f"{death.claimed} with {death.under_way} under way" for death in self.too_many]
        return f": {', '.join(excess)}" if excess else ""

    def _named_ones(self) -> str:
        lines = []
        for stage in CRASH_POINTS:
            left = [death for death in self.left if death.stage == stage]
            claimed, arrived = sum(death.claimed for death in left), sum(death.arrived for death in left)
            if left:
                lines.append(f"At “{stage}”: {len(left)} deaths, {claimed} unknown, {arrived} had arrived.\n")
        return "" if self.plan.politely else "".join(lines)
