"""What the documents point at exists: files, headings, verbs of `./run`."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(```|~~~).*?^\1\s*?$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|<(?:img|a)\b[^>]*?(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
VERB = re.compile(r"\./run ([a-z]+)")


def documents() -> list[Path]:
    return sorted({*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "simulator").glob("*.md")})


def links(document: Path) -> Iterator[str]:
    for match in LINK.finditer(FENCE.sub("", document.read_text(encoding="utf-8"))):
        yield match[1] or match[2]


def anchors(document: Path) -> set[str]:
    """The ids that a forge makes of headings: lower case, punctuation dropped, spaces as hyphens."""
    headings = HEADING.findall(FENCE.sub("", document.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_broken(document: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return False
    path, _, anchor = unquote(link).partition("#")
    target = (document.parent / path) if path else document
    return not target.exists() or bool(anchor and target.suffix == ".md" and anchor not in anchors(target))


def test_no_link_of_a_document_leads_nowhere() -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {link}"
        for document in documents()
        for link in links(document)
        if is_broken(document, link)
    ]
    assert documents()
    assert broken == []


def test_no_document_names_a_verb_that_run_does_not_know() -> None:
    listed = subprocess.run([ROOT / "run", "help"], check=True, capture_output=True, text=True).stdout  # noqa: S603  # ours
    known = set(re.findall(r"^  ([a-z]+)  ", listed, re.MULTILINE))
    named = {verb for document in documents() for verb in VERB.findall(document.read_text(encoding="utf-8"))}
    assert "demo" in known
    assert named - known == set()
