"""What the question about an issue that waits says, word by word, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.domain.content.publication import Publication
from bot.domain.publishing.release import How, Reason, ReleaseAnswer
from bot.i18n import translator_for
from bot.services.publishing.release_questions import (
    Answered,
    CurrentAnswer,
    EditionToSend,
    Ending,
    Result,
    WaitingIssue,
)
from bot.telegram.admin.campaign_status import Local
from bot.telegram.admin.release.endings import asked_anew, old_words, said, settled
from bot.telegram.admin.release.scene import Scene
from bot.telegram.admin.release.words import question

ADA, BERTA = 6_000_000_001, 6_000_000_002
DAY = date(2025, 12, 22)
ZONE = ZoneInfo("America/Asuncion")
HOUR = datetime(2025, 12, 22, 10, 0, tzinfo=UTC)
PUBLICATION = Publication("The Test Post", "The Weekly Test", ("en", "es"), ZONE, 0, time(7))
WHOLE = {"en": EditionToSend("Title & more", 3), "es": EditionToSend("Título", 3)}
LATE = WaitingIssue(
    day=DAY,
    question=1,
    round=1,
    since=HOUR,
    reasons=(Reason.LATE,),
    due_at=HOUR.replace(minute=11, second=30),
    going=WHOLE,
    has_cover=True,
    readers={"en": 1_200, "es": 1},
)
BROKEN = replace(
    LATE,
    reasons=(Reason.BROKEN,),
    due_at=HOUR.replace(minute=15),
    broken=("es",),
    going={**WHOLE, "es": EditionToSend("Título", 2, old=True)},
)
MISSING = replace(
    BROKEN, going={"en": WHOLE["en"]}, missing=("es",), has_cover=False, readers={"en": 3, "es": 2}
)
DRAFT = replace(MISSING, reasons=(Reason.DRAFT,), due_at=None, broken=(), drafts=("es",))
NOTHING = replace(MISSING, going={}, missing=("en", "es"), broken=("en", "es"), due_at=None)
WEEKDAY = replace(LATE, day=date(2025, 12, 23), reasons=(Reason.WEEKDAY,), due_at=None)


def scene(language: str = "en", now: datetime = HOUR) -> Scene:
    return Scene(Local(translator_for(language), ZONE, now), PUBLICATION, ADA, {BERTA: "Berta <B>"})


def stands(answer: ReleaseAnswer, admin_id: int = BERTA) -> CurrentAnswer:
    return CurrentAnswer(answer, admin_id, HOUR.replace(minute=2, second=13))


def test_a_late_issue_is_asked_about_with_all_that_goes_and_when() -> None:
    text, buttons = question(scene(), LATE, "Title & more")
    assert text == (
        "⚠ <b>Title &amp; more</b> is waiting to go out.\nIssue of Monday, December 22, 2025.\n\n"
        "It turned up after it was due (at 07:00).\n\nWhat would go out now:\n• In English: “Title "
        "&amp; more”, 3 sections, 1,200 readers\n• In Spanish: “Título”, 3 sections, 1 reader\n• "
        "with its cover\n\nIt goes out by itself at 07:11:30.\n\n<b>Send now</b>: it goes out at "
        "once, and you can still pause or cancel it.\n<b>Wait</b>: it stays until somebody presses "
        "a button, and I ask again in an hour.\n<b>Not this one</b>: it isn’t sent to anyone, and "
        "readers find it like any older issue."
    )
    assert [[(button.label, button.action) for button in row] for row in buttons] == [
        [("Send now", "issue:send:2025-12-22:1"), ("Wait", "issue:wait:2025-12-22:1")],
        [("Not this one", "issue:not:2025-12-22:1")],
    ]


def test_the_same_in_spanish() -> None:
    text, buttons = question(scene("es"), LATE, "Título")
    assert text == (
        "⚠ <b>Título</b> espera para salir.\n"
        "Edición del lunes 22 de diciembre de 2025.\n\n"
        "Apareció después de su hora (a las 07:00).\n\n"
        "Lo que saldría ahora:\n"
        "• En inglés: «Title &amp; more», 3 secciones, 1.200 lectores\n"
        "• En español: «Título», 3 secciones, 1 lector\n"
        "• con su imagen de portada\n\n"
        "Sale por sí sola a las 07:11:30.\n\n"
        "<b>Enviar ahora</b>: sale enseguida, y todavía puedes pausar o cancelar el envío.\n"
        "<b>Esperar</b>: se queda hasta que alguien pulse un botón, y vuelvo a preguntar dentro de una "
        "hora.\n"
        "<b>Esta no</b>: no se le envía a nadie, y los lectores la encuentran como cualquier edición "
        "anterior."
    )
    assert [button.label for row in buttons for button in row] == ["Enviar ahora", "Esperar", "Esta no"]


@pytest.mark.parametrize(
    ("waiting", "english", "spanish"),
    [
        (
            replace(LATE, reasons=(Reason.CHANGED,)),
            [
                (
                    "Something in its folder or in publication.toml changed in the minute before "
                    "it was due (at 07:00), or later."
                )
            ],
            [
                (
                    "Algo cambió en su carpeta o en publication.toml en el minuto anterior a su hora "
                    "(a las 07:00), o después."
                )
            ],
        ),
        (
            replace(DRAFT, reasons=(Reason.SKIPPED,), drafts=()),
            [
                (
                    "Its date is in <code>skip</code> in publication.toml, so nothing was meant to "
                    "come out that day."
                ),
                "As it stands, it only goes out when somebody presses a button.",
            ],
            [
                "Su fecha está en <code>skip</code>, en publication.toml: ese día no iba a salir nada.",
                "Tal como está, solo sale si alguien toca un botón.",
            ],
        ),
        (
            BROKEN,
            [
                "The edition in Spanish has an error and doesn’t load.",
                "• In Spanish: “Título”, 2 sections, 1 reader (an older text than the one in the folder)",
                "It goes out by itself at 07:15:00.",
                "If it’s fixed before then, it goes out a minute after the last change.",
            ],
            [
                "La versión en español tiene un error y no se puede cargar.",
                "• En español: «Título», 2 secciones, 1 lector (un texto anterior al de la carpeta)",
                "Sale por sí sola a las 07:15:00.",
                "Si se corrige antes, sale un minuto después del último cambio.",
            ],
        ),
        (
            MISSING,
            ["• In Spanish: missing; its 2 readers get it in English", "• without a cover"],
            ["• En español: falta; sus 2 lectores la reciben en inglés", "• sin imagen de portada"],
        ),
        (
            replace(MISSING, readers={"en": 3}),
            ["• In Spanish: missing\n"],
            ["• En español: falta\n"],
        ),
        (
            DRAFT,
            [
                "The edition in Spanish is a draft.",
                "It goes out by itself a minute after no draft is left.",
            ],
            [
                "La versión en español es un borrador.",
                "Sale por sí sola un minuto después de que ya no quede ningún borrador.",
            ],
        ),
        (
            NOTHING,
            [
                "The editions in English and in Spanish have errors and don’t load.",
                "None of it can go out yet.",
                "It goes out by itself a minute after it’s fixed.",
            ],
            [
                "Las versiones en inglés y en español tienen errores y no se pueden cargar.",
                "Todavía no puede salir nada de esta edición.",
                "Sale por sí sola un minuto después de que se corrija.",
            ],
        ),
        (
            replace(DRAFT, reasons=(Reason.CHANGED, Reason.DRAFT)),
            ["It goes out by itself a minute after no draft is left."],
            ["Sale por sí sola un minuto después de que ya no quede ningún borrador."],
        ),
        (
            replace(DRAFT, reasons=(Reason.BROKEN, Reason.DRAFT), broken=("en",), going={}),
            ["As it stands, it doesn’t go out."],
            ["Tal como está, no sale."],
        ),
        (
            WEEKDAY,
            [
                "Its date is a Tuesday, but the push day is Monday.",
                "As it stands, it only goes out when somebody presses a button.",
            ],
            [
                "Su fecha cae en martes, pero el día de envío es el lunes.",
                "Tal como está, solo sale si alguien toca un botón.",
            ],
        ),
        (
            replace(LATE, due_at=HOUR.replace(day=23)),
            ["more than 12 hours after it was due, so I ask once more before sending it."],
            ["más de 12 horas después de su hora, así que vuelvo a preguntar antes de enviarla."],
        ),
        (
            replace(WEEKDAY, answer=stands(ReleaseAnswer.WAIT)),
            [
                "Berta &lt;B&gt; pressed <b>Wait</b> at 07:02:13.",
                "It only goes out when somebody presses a button. I ask again at 08:02.",
            ],
            [
                "Berta &lt;B&gt; tocó <b>Esperar</b> a las 07:02:13.",
                "Solo sale si alguien toca un botón. Vuelvo a preguntar a las 08:02.",
            ],
        ),
        (
            replace(
                WEEKDAY,
                answer=stands(ReleaseAnswer.WAIT),
                since=HOUR.replace(hour=11, minute=2, second=13),
                question=2,
            ),
            ["pressed <b>Wait</b> at 07:02:13.\nIt only goes out when somebody presses a button.\n"],
            ["Berta &lt;B&gt; tocó <b>Esperar</b> a las 07:02:13.\nSolo sale si alguien toca un botón.\n"],
        ),
        (
            replace(WEEKDAY, answer=stands(ReleaseAnswer.WAIT, ADA)),
            ["You pressed <b>Wait</b> at 07:02:13."],
            ["Pulsaste <b>Esperar</b> a las 07:02:13."],
        ),
    ],
)
def test_why_it_waits_what_is_missing_and_when_it_goes(
    waiting: WaitingIssue, english: list[str], spanish: list[str]
) -> None:
    for language, phrases in (("en", english), ("es", spanish)):
        text, _ = question(scene(language), waiting, "T")
        assert [phrase for phrase in phrases if phrase not in text] == [], text


def test_only_what_can_be_answered_has_a_button() -> None:
    def offered(waiting: WaitingIssue) -> list[str]:
        text, buttons = question(scene(), waiting, "T")
        values = [button.label for row in buttons for button in row]
        assert all((f"<b>{label}</b>" in text.rpartition("\n\n")[2]) for label in values)
        return values

    assert offered(NOTHING) == ["Wait", "Not this one"]
    assert offered(replace(WEEKDAY, answer=stands(ReleaseAnswer.WAIT))) == ["Send now", "Not this one"]


@pytest.mark.parametrize(
    ("ending", "english", "spanish"),
    [
        (
            Ending(How.RULE, HOUR.replace(minute=1)),
            "It went out by itself at 07:01:00.",
            "Salió por sí sola a las 07:01:00.",
        ),
        (
            Ending(How.RULE, HOUR.replace(hour=23)),
            "more than 12 hours after it was due. Before sending it, I ask in another message.",
            "más de 12 horas después de su hora. Antes de enviarla, pregunto en otro mensaje.",
        ),
        (
            Ending(How.RULE, HOUR.replace(minute=15), old=("es",)),
            "In Spanish an older text went out: the one in the folder had an error, or was a draft.",
            "En español salió un texto anterior: el de la carpeta tenía un error o era un borrador.",
        ),
        (
            Ending(How.RULE, HOUR.replace(minute=15), missing=("es",)),
            "In Spanish nothing went out: there never was a text without errors.",
            "En español no salió nada: nunca hubo un texto sin errores.",
        ),
        (
            Ending(None, stands=stands(ReleaseAnswer.SEND_NOW)),
            "Berta &lt;B&gt; pressed <b>Send now</b> at 07:02:13.\nIt goes out in a moment.",
            "Berta &lt;B&gt; tocó <b>Enviar ahora</b> a las 07:02:13.\nSale en un momento.",
        ),
        (
            Ending(How.SENT, HOUR.replace(minute=3), stands(ReleaseAnswer.SEND_NOW, ADA)),
            "You pressed <b>Send now</b> at 07:02:13.\nIt went out at 07:03:00. While it’s being sent,",
            "Pulsaste <b>Enviar ahora</b> a las 07:02:13.\nSalió a las 07:03:00. Mientras se envía,",
        ),
        (
            Ending(How.DECLINED, HOUR.replace(minute=3), stands(ReleaseAnswer.NOT_THIS_ONE)),
            "It isn’t sent to anyone. Readers find it like any older issue.",
            "No se le envía a nadie. Los lectores la encuentran como cualquier edición anterior.",
        ),
        (
            Ending(How.OLDER, HOUR),
            "A newer issue is out. This one isn’t sent to anyone, and readers find it like any older issue.",
            "Ya salió una edición más nueva. Esta no se le envía a nadie, y los lectores la encuentran como",
        ),
        (
            Ending(None, is_there=False),
            "It’s no longer in the content folder, so nothing goes out.",
            "Ya no está en la carpeta de contenido, así que no sale nada.",
        ),
        (
            Ending(None, is_there=False, stands=stands(ReleaseAnswer.SEND_NOW)),
            "It’s no longer in the content folder, so nothing goes out.",
            "Ya no está en la carpeta de contenido, así que no sale nada.",
        ),
        (Ending(None), "There’s nothing left to decide.", "Ya no hay nada que decidir."),
    ],
)
def test_what_became_of_it(ending: Ending, english: str, spanish: str) -> None:
    for language, phrase in (("en", english), ("es", spanish)):
        text, buttons = settled(scene(language), DAY, "T & t", ending)
        assert text.startswith("<b>T &amp; t</b>\n")
        assert phrase in text
        assert buttons == ()


def test_an_hour_that_was_moved_is_named() -> None:
    earlier = HOUR.replace(hour=8)
    text, _ = settled(scene(now=earlier), DAY, "T", Ending(None))
    assert text.endswith("It’s now due at 07:00. If it stays as it is, it goes out then.")
    text, _ = settled(scene("es", earlier), DAY, "T", Ending(None))
    assert text.endswith("Ahora le toca salir a las 07:00. Si queda como está, sale entonces.")


def test_an_earlier_question_points_to_the_newer_one() -> None:
    assert asked_anew(scene(), DAY, "T")[0].endswith("\nI’ve asked again in a newer message.")
    assert asked_anew(scene("es"), DAY, "T")[0].endswith("\nVolví a preguntar, en un mensaje más reciente.")


@pytest.mark.parametrize(
    ("answer", "answered", "english", "spanish"),
    [
        (
            ReleaseAnswer.SEND_NOW,
            Answered(Result.TAKEN, stands(ReleaseAnswer.SEND_NOW, ADA)),
            "It goes out now. You can still pause or cancel it.",
            "Sale ahora. Todavía puedes pausar o cancelar el envío.",
        ),
        (
            ReleaseAnswer.WAIT,
            Answered(Result.TAKEN, stands(ReleaseAnswer.WAIT, ADA)),
            "It waits until somebody presses a button. I’ll ask again in an hour.",
            "Espera hasta que alguien pulse un botón. Vuelvo a preguntar dentro de una hora.",
        ),
        (
            ReleaseAnswer.SEND_NOW,
            Answered(Result.ANSWERED, stands(ReleaseAnswer.NOT_THIS_ONE)),
            "Berta <B> was first and pressed “Not this one” at 07:02:13; that stands.",
            "Berta <B> se adelantó y tocó «Esta no» a las 07:02:13; eso es lo que vale.",
        ),
        (
            ReleaseAnswer.SEND_NOW,
            Answered(Result.ANEW, stands(ReleaseAnswer.WAIT)),
            "Berta <B> pressed “Wait” at 07:02:13. To change that, press again in the newest message.",
            (
                "Berta <B> tocó «Esperar» a las 07:02:13. Para cambiarlo, toca otra vez en el mensaje más "
                "reciente."
            ),
        ),
        (
            ReleaseAnswer.WAIT,
            Answered(Result.ANEW, stands(ReleaseAnswer.WAIT, ADA)),
            "You pressed “Wait” at 07:02:13, and that stands.",
            "Pulsaste «Esperar» a las 07:02:13, y eso es lo que vale.",
        ),
        (
            ReleaseAnswer.WAIT,
            Answered(Result.ANEW),
            "Something has changed since that button appeared, so I ignored it. Look again.",
            "Algo cambió desde que apareció ese botón, así que no lo tuve en cuenta. Míralo de nuevo.",
        ),
        (
            ReleaseAnswer.WAIT,
            Answered(Result.OUT),
            "It’s already out, so there’s nothing left to decide.",
            "Ya salió, así que no hay nada que decidir.",
        ),
        (
            ReleaseAnswer.WAIT,
            Answered(Result.GONE),
            "There’s no open question about this issue, so nothing changed.",
            "Ya no se pregunta nada sobre esta edición, así que no cambió nada.",
        ),
        (
            ReleaseAnswer.SEND_NOW,
            Answered(Result.NOTHING),
            "Nothing can go out yet, so nothing changed.",
            "Todavía no hay nada que pueda salir, así que no cambió nada.",
        ),
    ],
)
def test_what_a_press_is_answered(
    answer: ReleaseAnswer, answered: Answered, english: str, spanish: str
) -> None:
    for language, words in (("en", english), ("es", spanish)):
        assert said(scene(language), answer, answered) == words
        assert len(words) <= 200  # Telegram shows no more of an answer to a tap


def test_an_admin_whose_name_cannot_be_had_is_named_by_her_number() -> None:
    unnamed = replace(scene(), names={})
    assert "Admin 6000000002 pressed" in unnamed.stands(stands(ReleaseAnswer.WAIT))


def test_the_notice_of_old_words_names_the_languages() -> None:
    text = old_words(translator_for("en"), DAY, "T", ("es",), ())
    assert text == (
        "⚠ “T” of December 22, 2025 is out.\n"
        "In Spanish an older text went out: the one in the folder had an error, or was a draft."
    )
    assert "En inglés no salió nada" in old_words(translator_for("es"), DAY, "T", (), ("en",))
