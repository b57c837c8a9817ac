"""Every sentence of the bot is translated, with the same values in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from bot.i18n import CATALOGS, DOMAIN, LANGUAGES

ROOT = Path(__file__).parents[2]
CALLS = {"say": None, "plain": None, "say_n": (1, 2), "plain_n": (1, 2), "N_": None}
VALUE = re.compile(r"\{(\w*)(?::\w+)?\}")
ANSWERING = {"talk", "self"}
"""Who has a `say` of another kind: it sends an answer that is put together already."""

TRANSLATED = LANGUAGES[1:]


def messages_of(folder: Path) -> set[str | tuple[str, ...]]:
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]  # babel left it so
    extracted = extract_from_dir(folder, methods, options, keywords=CALLS, comment_tags=())
    return {message for _file, _line, message, _comments, _context in extracted}


def catalog_of(language: str) -> Catalog:
    with (CATALOGS / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def translations(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, tuple | list) else (message.string or "",)


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalog_holds_the_sentences_of_the_code_and_no_other(language: str) -> None:
    known = {message.id for message in catalog_of(language) if message.id}
    code = messages_of(ROOT / "bot")
    assert code, "no sentence was found: does babel.cfg still match the code?"
    assert code - known == set(), "run ./run messages update, then translate these"
    assert known - code == set(), "run ./run messages update: nobody says these any more"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated_and_none_is_a_guess(language: str) -> None:
    messages = [message for message in catalog_of(language) if message.id]
    assert [message.id for message in messages if not all(translations(message))] == []
    assert [message.id for message in messages if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_all_forms_of_its_plural(language: str) -> None:
    catalog = catalog_of(language)
    plurals = [message for message in catalog if message.pluralizable]
    assert [message.id for message in plurals if len(translations(message)) != catalog.num_plurals] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_values_as_its_sentence(language: str) -> None:
    wrong = []
    for message in catalog_of(language):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, list | tuple) else (message.id,)
        allowed = {frozenset(VALUE.findall(text)) for text in ids}
        wrong += [text for text in translations(message) if frozenset(VALUE.findall(text)) not in allowed]
    assert wrong == []


def test_what_is_said_is_written_where_it_is_said() -> None:
    """A sentence put together at run time would never be translated."""
    files = (ROOT / "bot").rglob("*.py")
    assert [f"{file.relative_to(ROOT)}:{line}" for file in files for line in made_sentences(file)] == []


def made_sentences(file: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS:
            speaks = getattr(node.func.value, "id", "") not in ANSWERING
            if speaks and any(
                isinstance(argument, ast.JoinedStr | ast.BinOp | ast.Call) for argument in node.args[:1]
            ):
                yield node.lineno


def test_a_sentence_said_inside_another_call_is_found(tmp_path: Path) -> None:
    source = (
        """say(f"{translator.say('first')}", [" ".join([translator.plain("second {n}", n=f(N_("3rd")))])])"""
    )
    (tmp_path / "telling.py").write_text(source, encoding="utf-8")
    assert messages_of(tmp_path) == {"first", "second {n}", "3rd"}


def test_a_sentence_of_a_template_is_found(tmp_path: Path) -> None:
    page = tmp_path / "web/templates/page.html"
    page.parent.mkdir(parents=True)
    page.write_text(
        '{% for x in y %}<b title="{{ voice.plain("fourth") }}">{{ x }}</b>{% endfor %}', encoding="utf-8"
    )
    assert messages_of(tmp_path) == {"fourth"}


def test_the_extractor_of_run_knows_the_same_calls() -> None:
    script = (ROOT / "run").read_text(encoding="utf-8")
    spelled = {name + (":1,2" if indices else "") for name, indices in CALLS.items()}
    assert set(re.findall(r" -k (\S+)", script)) == spelled
