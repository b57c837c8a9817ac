"""What the documents point at exists: files, headings, verbs of `./run`."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(```|~~~).*?^\1\s*?$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|<(?:img|a)\b[^>]*?(?:src|href)=\"([^\"]+)\"")
HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
VERB = re.compile(r"\./run ([a-z-]+)")
CODE = re.compile(r"`([^`\n]+)`")
PATH = re.compile(r"[\w.-]+(/[\w.-]+)*/?")
SUFFIXES = {".py", ".md", ".toml", ".yaml", ".json", ".cfg", ".txt", ".yml"}
MADE = ("data/", "locales/briefing.pot")
"""What the program or a verb of `./run` makes."""

ROOMS = (".ci", ".github", "bot", "simulator", "tests", "tools", "docs", "content", "locales")


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


def descriptions() -> list[Path]:
    """The documents that describe the code as it is."""
    return [
        ROOT / name for name in ("ARCHITECTURE.md", "CONTEXT.md", "CONTRIBUTING.md", "docs/performance.md")
    ]


def records() -> list[Path]:
    return sorted((ROOT / "docs" / "adr").glob("*.md"))


def named(document: Path) -> Iterator[str]:
    """Yield what stands between backticks and is a path or one word."""
    for match in CODE.finditer(FENCE.sub("", document.read_text(encoding="utf-8"))):
        if PATH.fullmatch(match[1]):
            yield match[1]


def is_path(name: str) -> bool:
    return "/" in name or Path(name).suffix in SUFFIXES


def tree() -> set[str]:
    """Return every path from every folder on, of modules also without `.py`: `services/content`, say."""
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.is_file()]
    paths = [path.relative_to(ROOT) for path in (*files, *ROOT.iterdir())]
    parts = [path.parts for path in paths]
    parts += [path.with_suffix("").parts for path in paths if path.suffix == ".py"]
    return {
        "/".join(path[start:end])
        for path in parts
        if "__pycache__" not in path
        for start in range(len(path))
        for end in range(start + 1, len(path) + 1)
    }


def words_of_the_code() -> set[str]:
    """Return each word of the sources, and of what stands beside them."""
    sources = [
        path for room in ROOMS for ending in ("py", "toml") for path in (ROOT / room).rglob(f"*.{ending}")
    ]
    sources += [ROOT / name for name in ("run", "pyproject.toml", ".env.example", "compose.yaml")]
    return {word for path in sources for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}


def test_a_path_that_a_document_names_is_there() -> None:
    known = tree()
    assert [
        f"{document.relative_to(ROOT)}: {name}"
        for document in (*descriptions(), *records())
        for name in named(document)
        if is_path(name) and not name.startswith(MADE) and str(Path(name)) not in known
    ] == []


def test_a_name_that_a_document_gives_to_code_is_there() -> None:
    known = words_of_the_code()
    assert [
        f"{document.relative_to(ROOT)}: {name}"
        for document in descriptions()
        for name in named(document)
        if not is_path(name) and not {*re.findall(r"\w+", name)} <= known
    ] == []


def test_every_record_is_listed() -> None:
    listed = {link for link in links(ROOT / "docs" / "adr" / "README.md") if "/" not in link}
    assert listed == {path.name for path in records()} - {"README.md"}


def test_no_document_names_a_verb_that_run_does_not_know() -> None:
    listed = subprocess.run([ROOT / "run", "help"], check=True, capture_output=True, text=True).stdout  # noqa: S603  # ours
    known = set(re.findall(r"^  ([a-z-]+)  ", listed, re.MULTILINE))
    named = {verb for document in documents() for verb in VERB.findall(document.read_text(encoding="utf-8"))}
    assert "demo" in known
    assert named - known == set()


def test_the_image_has_one_name_in_all_documents() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    texts = [path.read_text(encoding="utf-8") for path in (*documents(), ROOT / "compose.yaml")]
    names = {
        name for text in texts for name in re.findall(r"(?:docker build -t |image: )(\S*briefing\S*)", text)
    }
    assert names == {f"briefing-bot:{version}"}
