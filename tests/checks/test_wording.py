"""What the bot says is well written; Spanish also in the sample issues and in publication.toml."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.catalog import Message

from bot.i18n import CATALOGS
from tests.checks.test_catalogs import catalog_of, translations
from tests.checks.wording import differences, english_faults, faults

CONTENT = CATALOGS.parent / "content"

SAID_OTHERWISE = {
    "English or Spanish": "The menu begins small, and only English writes languages with a capital."
}
"""Sentences whose Spanish is built in another way, and why."""


def messages() -> list[Message]:
    return [message for message in catalog_of("es") if message.id]


def sources(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, list | tuple) else (message.id,)


def test_no_translation_has_a_fault() -> None:
    faults_by_text = {
        text: list(faults(text, of_bot=True)) for message in messages() for text in translations(message)
    }
    assert {text: wrong for text, wrong in faults_by_text.items() if wrong} == {}


def test_no_english_sentence_has_a_fault() -> None:
    faults_by_text = {text: list(english_faults(text)) for message in messages() for text in sources(message)}
    assert faults_by_text, "no sentence was found"
    assert {text: wrong for text, wrong in faults_by_text.items() if wrong} == {}


def test_a_translation_is_built_as_its_sentence() -> None:
    faults_by_text = {
        text: list(differences(source, text))
        for message in messages()
        if sources(message)[0] not in SAID_OTHERWISE
        for source, text in zip(sources(message), translations(message), strict=True)
    }
    assert {text: wrong for text, wrong in faults_by_text.items() if wrong} == {}


def test_what_is_said_otherwise_is_still_said() -> None:
    assert SAID_OTHERWISE.keys() - {sources(message)[0] for message in messages()} == set()


def test_no_sample_issue_has_a_fault() -> None:
    lines = [line for file in CONTENT.glob("*/es.md") for line in prose(file.read_text(encoding="utf-8"))]
    assert lines, "no Spanish sample was found"
    faults_by_text = {line: list(faults(line)) for line in lines}
    assert {line: wrong for line, wrong in faults_by_text.items() if wrong} == {}


def prose(text: str) -> Iterator[str]:
    """Leave out what indents a list, and the quotes that YAML wants around a value."""
    for line in text.splitlines():
        yield line.strip().removeprefix('- "').removesuffix('"')


def test_no_spanish_value_of_the_publication_has_a_fault() -> None:
    with (CONTENT / "publication.toml").open("rb") as file:
        values = list(spanish(tomllib.load(file)))
    assert values, "publication.toml says nothing in Spanish"
    assert [wrong for value in values for wrong in faults(value)] == []


def spanish(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (text for name, text in value.items() if name == "es" and isinstance(text, str))
        yield from (text for inner in value.values() for text in spanish(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in spanish(inner))


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("Tu número de Telegram", "ID for Telegram’s number"),
        ("Dejar de recibir los números", "edición for an issue"),
        ("Si usted quiere", "say tú"),
        ("Sale a las {hour}", "write {hour:at}"),
        ("Sale el lunes a las <b>{hour}</b>", "write {hour:at}"),
        ("Salió a las 1:39", "write a la 01:39"),
        ("Salió a las 01:39", "write a la 01:39"),
        ("Salió a la 13:00", "write a las 13:00"),
        ("Bajó al 3,2 %", "no-break space"),
        ("Bajó al 3,2%", "no-break space"),
        ("Pesa 5 MB", "no-break space"),
        ('Dijo "basta"', "quote with «"),
        ("Dijo “basta”", "quote with «"),
        ("Dijo 'basta'", "quote with «"),
        ("Dos  espacios", "one space"),
        ("Un espacio .", "no space before a mark"),
        ("Cómo va?", "open with ¿"),
        ("<b>Cómo va?</b>", "open with ¿"),
        ("Dijo «cómo»?", "open with ¿"),
        ("De nada!", "open with ¡"),
    ],
)
def test_a_fault_is_named_with_its_cure(text: str, cure: str) -> None:
    assert any(cure in wrong for wrong in faults(text, of_bot=True))


@pytest.mark.parametrize(
    ("text", "cure"),
    [
        ("It does not go out.", "don’t"),
        ("I cannot send albums.", "can’t"),
        ("There is nothing to cancel.", "there’s"),
        ("It is being sent.", "it’s"),
        ("I wait for no text any more.", "no longer"),
        ("Those of whom nothing is known", "those who"),
        ("Its hour: {moment}.", "it’s due"),
        ("Write the reader’s number.", "ID"),
        ("It isn't over.", "write ’"),
    ],
)
def test_a_fault_of_an_english_sentence_is_named_with_its_cure(text: str, cure: str) -> None:
    assert any(cure in wrong for wrong in english_faults(text))


def test_a_well_written_english_sentence_has_no_fault() -> None:
    for text in ("It isn’t over yet.", "If it stays as it is, it goes out then.", "I’ve logged it."):
        assert list(english_faults(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Bajó al 3,2\u00a0%, y pesa 5\u00a0MB.",
        "Sale {hour:at}, a la 01:39 o a las 13:00.",
        "¿Cómo va? «Bien», dijo. ¡De nada!",
        "? {name} respondió: «{text}»",
        "La anunciada para las 21:00, y la de las 15:10.",
        "{number}. {title}",
    ],
)
def test_what_is_well_written_has_no_fault(text: str) -> None:
    assert list(faults(text, of_bot=True)) == []


@pytest.mark.parametrize(
    ("source", "translation", "what"),
    [
        ("by {author}", "por {autor}", "values"),
        ("<b>Paused</b>", "En pausa", "tags"),
        ("See /help.", "Mira /settings.", "commands"),
        ("✕ Cancel", "Cancelar", "sign"),
        ("⚠ Broken", "✓ Roto", "sign"),
        ("Confirm", "confirmar", "capital"),
        ("the top story", "El tema de portada", "capital"),
        ("Who gets it?", "Quiénes lo reciben", "end"),
        ("Not yet.", "Todavía no", "end"),
        ("Ends here ", "Termina aquí", "spaces"),
        ("One\ntwo", "Uno dos", "lines"),
    ],
)
def test_a_difference_is_named(source: str, translation: str, what: str) -> None:
    assert any(wrong.startswith(f"another {what}") for wrong in differences(source, translation))


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Comes every {day} at {hour}.", "Sale cada {day} {hour:at}."),
        ("<b>How goes it?</b>", "<b>¿Cómo va?</b>"),
        ("You’re welcome.", "¡De nada!"),
        ("“{title}”", "«{title}»"),
        ("Search for “{words}”", "Buscar «{words}»"),
        ("Send <code>/grant 30</code>.", "Envía <code>/grant 30</code>."),
    ],
)
def test_what_is_built_alike_shows_no_difference(source: str, translation: str) -> None:
    assert list(differences(source, translation)) == []
