"""Offers for tests of those who redeem them: a code, codes for one use, a promotion."""

from pathlib import Path

from bot.domain.subscriptions.codes import single_use_code
from bot.services.subscriptions.offers.making_codes import CodeMaking
from tests.world import PUBLICATION, World

LANTERN = """
[[offers]]
code = "LANTERN"
label.en = "Lantern Night: 30 days free"
label.es = "Noche de los Candiles: 30 días gratis"
about.en = "Once for each reader & only in December."
about.es = "Una vez por lector & solo en diciembre."
days = 30
starts = 2025-12-01
ends = 2025-12-31
"""
PRINTED = """
[[offers]]
id = "PRINTED"
single_use = true
label.en = "The printed card"
label.es = "La tarjeta impresa"
days = 10
"""
PROMOTION = """
[[offers]]
id = "HOLIDAY"
auto = true
label.en = "Holiday Special: 14 days for $0"
label.es = "Especial de fiestas: 14 días por $0"
days = 14
ends = 2025-12-31
"""
ALL = f"{LANTERN}{PRINTED}{PROMOTION}"


def offers(content: Path, *texts: str) -> None:
    """Write publication.toml with these offers."""
    (content / "publication.toml").write_text(f"{PUBLICATION}{''.join(texts)}", encoding="utf-8")


async def new_codes(world: World, count: int = 1) -> list[str]:
    """Make codes of PRINTED, as `briefing codes` does."""
    core, made = world.program.core, list[str]()
    key = core.settings.hash_key
    assert key is not None
    making = CodeMaking(core.database, world.clock, key.get_secret_value().encode())
    await making.make("PRINTED", count, made.extend)
    return made


def folded(code: str) -> str:
    return single_use_code(code) or code
