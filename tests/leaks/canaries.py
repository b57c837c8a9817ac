"""Issues whose paid blocks hold canaries: words to look for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from tests.offers import LANTERN, PROMOTION
from tests.world import PUBLICATION, write_cover

CURRENT, FALLBACK, DIFFERING, EMBARGOED = "2025-12-22", "2025-12-15", "2025-12-08", "2026-01-05"
SECTIONS = ("topstory", "politics", "economy", "nosuch")
OFFERS = f"{LANTERN}{PROMOTION}".replace("days = 30", "days = 7").replace("2025-12-31", "2026-12-31")
CANARY = re.compile(r"canary\d+x|hush\d+x")
ECHO = re.compile(r"“[^”]*”|«[^»]*»")
"""What a reader typed, as the bot repeats it."""


@dataclass(slots=True)
class Nest:
    """Makes canaries and remembers where each lives: issue, language."""

    homes: dict[str, tuple[str, str]] = field(default_factory=dict)
    _number: Iterator[int] = field(default_factory=lambda: count(100))

    def lay(self, day: str, language: str) -> str:
        """Return two words: readers look for the first, and are never to see the second."""
        number = next(self._number)
        self.homes[f"hush{number}x"] = (day, language)
        return f"canary{number}x hush{number}x"

    def words(self) -> list[str]:
        """Return the words to look for."""
        return [word.replace("hush", "canary") for word in self.homes]

    def alive(self, *homes: tuple[str, str]) -> set[str]:
        return {word for word, home in self.homes.items() if home in homes}


def found(shown: str) -> set[str]:
    """Return the canaries in what was shown, what the reader typed herself left out."""
    return set(CANARY.findall(ECHO.sub("", shown)))


def paid_blocks(nest: Nest, day: str, language: str, note: int) -> str:
    """A block of every kind, at every depth, with canaries in every place that holds words."""
    a = iter(lambda: nest.lay(day, language), None)
    return f"""\
A paragraph {next(a)}, **bold {next(a)}**, *italic {next(a)}*, ~~struck {next(a)}~~, `code {next(a)}`.
[A link {next(a)}](https://example.org/x) and a footnote.[^{note}]

- An item {next(a)}
  - A deeper one {next(a)}
    - The deepest {next(a)}

1. A number {next(a)}
2. Another {next(a)}

> A quotation {next(a)}
>
> - with an item {next(a)}

| Head {next(a)} | Other |
| --- | ---: |
| Cell {next(a)} | {next(a)} |

![Alt {next(a)}](https://example.org/p.jpg "Caption {next(a)}")

> [!story] Story {next(a)} · Author {next(a)} · {next(a)}

### A small heading {next(a)}

```
code --{next(a)}
```

---

After the rule {next(a)}

## Box {next(a)}

In the box {next(a)}

- An item in the box {next(a)}

[^{note}]: The footnote {next(a)}
"""


def current(nest: Nest, language: str) -> str:
    """The paywall stands inside a list, two levels deep; the third section is wholly paid."""

    def lay() -> str:
        return nest.lay(CURRENT, language)

    return f"""\
---
title: Current
author: Ann
also: [A teaser]
---

# Top: Free story {{#topstory}}

All of this is free.

# Politics: Half of it {{#politics}}

- Free item
  - Free below

    <!-- paywall -->

    More below {lay()}
  - Paid below {lay()}
- Paid item {lay()}

{paid_blocks(nest, CURRENT, language, 1)}

# Economy: None of it {{#economy}}

{paid_blocks(nest, CURRENT, language, 2)}

{f"Long {lay()} text. " * 400}
"""


def fallback(nest: Nest) -> str:
    """In one language only, and paid from its first line."""
    return f"""\
---
title: Fallback
---

<!-- paywall -->

# Top: Paid story {{#topstory}}

{paid_blocks(nest, FALLBACK, "en", 1)}

# Politics: Paid, too {{#politics}}

{paid_blocks(nest, FALLBACK, "en", 2)}
"""


def differing(nest: Nest, language: str) -> str:
    """The English paywall stands a section lower than the Spanish one: the smaller free part holds."""
    wall = "<!-- paywall -->\n"
    return f"""\
---
title: Differing
---

# Top: Free story {{#topstory}}

This is free in both.

{wall if language == "es" else ""}
{paid_blocks(nest, DIFFERING, language, 1)}

# Politics: Free in English only {{#politics}}

{paid_blocks(nest, DIFFERING, language, 2)}

{wall if language == "en" else ""}

# Economy: Paid in both {{#economy}}

{paid_blocks(nest, DIFFERING, language, 3)}
"""


def embargoed(nest: Nest) -> str:
    """Free for everyone, but not out: nobody is to see a word of it."""
    return f"""\
---
title: {nest.lay(EMBARGOED, "en")}
also: ["{nest.lay(EMBARGOED, "en")}"]
audience: everyone
---

# {nest.lay(EMBARGOED, "en")}: {nest.lay(EMBARGOED, "en")} {{#topstory}}

{paid_blocks(nest, EMBARGOED, "en", 1)}
"""


def write_all(folder: Path) -> Nest:
    """Write the content folder and return the canaries that live in it."""
    nest = Nest()
    folder.mkdir()
    (folder / "publication.toml").write_text(f"{PUBLICATION}{OFFERS}", encoding="utf-8")
    editions = {
        (CURRENT, "en"): current(nest, "en"),
        (CURRENT, "es"): current(nest, "es"),
        (FALLBACK, "en"): fallback(nest),
        (DIFFERING, "en"): differing(nest, "en"),
        (DIFFERING, "es"): differing(nest, "es"),
        (EMBARGOED, "en"): embargoed(nest),
    }
    for (day, language), text in editions.items():
        (folder / day).mkdir(exist_ok=True)
        (folder / day / f"{language}.md").write_text(text, encoding="utf-8")
    for day in (CURRENT, EMBARGOED):
        write_cover(folder, day)
    return nest


def days() -> list[date]:
    return [date.fromisoformat(day) for day in (CURRENT, FALLBACK, DIFFERING, EMBARGOED)]
