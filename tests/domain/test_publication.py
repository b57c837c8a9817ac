"""publication.toml: what is published, in which languages, and from which hour an issue is out."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from bot.domain.content.problem import ContentErrors
from bot.domain.content.publication import Publication, read

WHOLE = Path(__file__).parents[1] / "data/issues/publication.toml"
GOOD = """\
name = "The Sample"
series = "The Weekly Sample"
tagline.en = "a briefing"
tagline.es = "un resumen"
languages = ["en", "es"]
timezone = "America/Asuncion"
push = { day = "monday", hour = "07:00" }
trial_days = 10
site = "https://sample.example"
terms = "https://sample.example/terms"

[[offers]]
code = "HOLIDAY"
label.en = "30 days"
label.es = "30 días"
days = 30
starts = 2025-12-15
ends = 2026-01-15
"""


def errors(text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ContentErrors) as raised:
        read(text)
    return [(problem.line, problem.what) for problem in raised.value.problems]


def at(zone: str, hour: str) -> Publication:
    return read(GOOD.replace("America/Asuncion", zone).replace("07:00", hour))


def test_a_publication_is_what_its_file_says() -> None:
    found = read(GOOD)
    assert (found.name, found.series, found.languages) == ("The Sample", "The Weekly Sample", ("en", "es"))
    assert (found.zone.key, found.push_day, found.push_hour) == ("America/Asuncion", 0, time(7))
    assert (found.trial_days, found.site_in("es")) == (10, "https://sample.example")
    assert [offer.id for offer in found.offers] == ["HOLIDAY"]
    assert found.warnings == ()


def test_no_days_of_a_trial_are_no_trial() -> None:
    assert read(GOOD.replace("trial_days = 10", "trial_days = 0")).trial_days == 0


def test_what_may_be_left_out_has_a_default() -> None:
    found = read(
        'name = "N"\nlanguages = ["es"]\ntimezone = "UTC"\npush.day = "Friday"\npush.hour = 18:30:00\n'
    )
    assert (found.series, found.trial_days, found.offers, found.site_in("es")) == ("N", 7, (), None)
    assert (found.push_day, found.push_hour, found.tagline_in("en")) == (4, time(18, 30), "")


def test_a_tagline_falls_back_to_the_first_language() -> None:
    found = read(GOOD)
    assert (found.tagline_in("es"), found.tagline_in("fr")) == ("un resumen", "a briefing")


def test_what_a_publication_is_called_may_be_said_in_each_language() -> None:
    texts = {
        'name = "The Sample"': 'name = { en = "The Sample", es = "La Muestra" }',
        'series = "The Weekly Sample"': 'series.es = "La Muestra Semanal"',
        'site = "https://sample.example"': 'contact = { en = "@sample_desk", es = "hola@sample.example" }',
        'tagline.en = "a briefing"\ntagline.es = "un resumen"': 'tagline = "a briefing"',
    }
    text = GOOD
    for old, new in texts.items():
        text = text.replace(old, new)
    found = read(text)
    assert [found.name_in(language) for language in ("en", "es", "fr")] == [
        "The Sample",
        "La Muestra",
        "The Sample",
    ]
    assert (found.series, found.series_in("es")) == ("La Muestra Semanal", "La Muestra Semanal")
    assert (found.contact_in("fr"), found.contact_in("es")) == ("@sample_desk", "hola@sample.example")
    assert (found.tagline_in("es"), found.site_in("en"), found.set_name) == ("a briefing", None, False)


def test_without_a_series_each_language_has_its_name() -> None:
    text = GOOD.replace('series = "The Weekly Sample"\n', "").replace(
        'name = "The Sample"', 'name = { en = "The Sample", es = "La Muestra" }'
    )
    assert [read(text).series_in(language) for language in ("en", "es")] == ["The Sample", "La Muestra"]


@pytest.mark.parametrize("contact", ["javascript:alert(1)", "data:text/html,x", "@x", "the desk", "a@b"])
def test_a_contact_to_which_nobody_can_write_is_refused(contact: str) -> None:
    (found,) = errors(GOOD.replace("trial_days", f'contact = "{contact}"\ntrial_days'))
    assert found == (8, "`contact` is nothing that a reader can write to.")


def test_a_publication_that_tells_nobody_where_to_go_is_advised_of_it() -> None:
    alone = GOOD[: GOOD.index("[[offers]]")].replace('site = "https://sample.example"\n', "")
    (found,) = read(alone).advice
    assert found.warning
    assert (found.line, found.what) == (
        None,
        "Neither `contact` nor `site` is set, so a reader whose access has ended has nowhere to go.",
    )
    for way in (
        'contact = "@sample_desk"',
        'contact.es = "hola@sample.example"',
        'site = "https://s.example"',
    ):
        assert read(f"{way}\n{alone}").advice == ()


def test_an_offer_that_is_over_is_mentioned_from_the_day_after() -> None:
    publication = read(GOOD)
    before, after = datetime(2026, 1, 16, 2, 59, tzinfo=UTC), datetime(2026, 1, 16, 3, tzinfo=UTC)
    assert publication.advice_at(before) == ()
    (advice,) = publication.advice_at(after)
    assert (advice.line, advice.warning) == (13, True)
    assert advice.what == "The offer HOLIDAY ended on 2026-01-15: nobody can take it now."


@pytest.mark.parametrize("setting", ["site", "terms", "contact"])
@pytest.mark.parametrize(
    "address",
    [
        "https://intranet/terms",
        "https://e,com",
        "https://.com",
        "https://e@",
        "https://e.com.",
        "https://e..com",
        "https://localhost",
        "https://example.org:abc",
        "https://example.org:99999",
        "https://ana@example.org/",
    ],
)
def test_an_address_that_telegram_takes_for_no_button_is_refused(setting: str, address: str) -> None:
    text = GOOD.replace('site = "https://sample.example"\n', "").replace(
        'terms = "https://sample.example/terms"\n', ""
    )
    ((_, what),) = errors(text.replace("trial_days", f'{setting} = "{address}"\ntrial_days'))
    assert what.startswith((f"`{setting}` is no web address", f"`{setting}` is nothing that"))


@pytest.mark.parametrize(
    "address", ["https://año.example/términos?a=b#c", "http://10.0.0.7:8080/x", "https://a-b.co.uk"]
)
def test_other_addresses_are_taken_as_they_stand(address: str) -> None:
    assert read(GOOD.replace("https://sample.example/terms", address)).terms_in("en") == address


def test_a_text_in_a_language_that_nobody_reads_is_warned_of() -> None:
    (warning,) = read(GOOD.replace("tagline.es", 'tagline.fr = "un résumé"\ntagline.es')).warnings
    assert warning.what == "`tagline.fr` is in no language of the publication: nobody reads it."


def test_a_setting_that_nobody_knows_is_warned_of() -> None:
    (warning,) = read("sereis = 1\n" + GOOD).warnings
    assert (warning.line, warning.what) == (1, "There is no setting `sereis`.")


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('name = "The Sample"', "name = 7", 1, "`name` is not text"),
        ('name = "The Sample"\n', "", None, "`name` is missing"),
        ('["en", "es"]', "[]", 5, "`languages`"),
        ('["en", "es"]', '["en", "en"]', 5, "`languages`"),
        ('["en", "es"]', '"en"', 5, "`languages`"),
        ("America/Asuncion", "Mars/Base", 6, "'Mars/Base', which is no time zone"),
        ("America/Asuncion", "../etc/passwd", 6, "no time zone"),
        ("monday", "someday", 7, "`push.day` is no weekday"),
        ("07:00", "25:00", 7, "`push.hour` is no time of day"),
        ('push = { day = "monday", hour = "07:00" }', "push = 7", 7, "`push` is missing or no table"),
        ("trial_days = 10", "trial_days = -1", 8, "`trial_days` is no number of days"),
        ("trial_days = 10", "trial_days = true", 8, "`trial_days` is no number of days"),
        (
            'https://sample.example"\nterms',
            'sample.example"\nterms',
            9,
            "`site` is no web address that a button",
        ),
        ("tagline.en", "tagline.en.x", 3, "`tagline` is no text for each language"),
        ("days = 30", 'days = "x"', 16, "`offers[1].days`"),
        ("2026-01-15", "2025-01-15", 18, "`offers[1].ends` lies before"),
        ("2026-01-15", '"soon"', 18, "`offers[1].ends` is no date"),
        ("[[offers]]", "[offers]", 12, "`offers` is no list of tables"),
        ('code = "HOLIDAY"', "", 12, "`offers[1]` has neither `code` nor `id`"),
        ("languages", "languages languages", 5, "not TOML"),
        ("languages", "x = " + "[" * 5000, None, "not TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(old: str, new: str, line: int | None, words: str) -> None:
    ((found, what),) = errors(GOOD.replace(old, new))
    assert (found, words in what) == (line, True)


def test_all_wrong_settings_are_named_at_once() -> None:
    assert len(errors("languages = 1")) == 4


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        ("America/Asuncion", date(2025, 12, 22), "07:00", datetime(2025, 12, 22, 10, tzinfo=UTC)),
        ("Europe/Madrid", date(2026, 3, 29), "02:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("Europe/Madrid", date(2026, 10, 25), "02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("Pacific/Apia", date(2025, 12, 22), "00:00", datetime(2025, 12, 21, 11, tzinfo=UTC)),
    ],
    ids=["plain", "a gap moves forward", "a fold takes the first", "the day before in UTC"],
)
def test_an_issue_is_out_from_its_date_at_the_push_hour(
    zone: str, day: date, hour: str, utc: datetime
) -> None:
    assert at(zone, hour).out_at(day) == utc


def test_a_whole_publication_is_read() -> None:
    found = read(WHOLE.read_text(encoding="utf-8"))
    assert (found.name, found.offers[0].code, found.warnings) == ("The Ferry Post", "HOLIDAY", ())
    assert [(advice.line, advice.what) for advice in found.advice] == [
        (12, "`offers[1].label` has no text in es: there “Holiday Special: 30 days for $0” is shown."),
        (
            None,
            "Neither `contact` nor `site` is set, so a reader whose access has ended has nowhere to go.",
        ),
    ]


def test_push_days_on_which_nothing_comes_out_are_named() -> None:
    found = read(GOOD.replace("trial_days = 10", "skip = [2025-12-29, 2026-01-05]"))
    assert found.skip == {date(2025, 12, 29), date(2026, 1, 5)}
    assert (found.skipped(date(2025, 12, 29)), found.skipped(date(2025, 12, 22))) == (True, False)
    assert found.warnings == ()


def test_a_day_that_is_skipped_below_an_offer_is_said_to_belong_above() -> None:
    (warning,) = read(GOOD + "\nskip = [2025-12-29]\n").warnings
    assert warning.what == "There is no setting `offers[1].skip`."
    assert (
        warning.cure == "Write `skip` above the first line that begins with [: below it, it belongs to that."
    )


@pytest.mark.parametrize(
    ("skip", "line", "words"),
    [
        ('["2025-12-29"]', 8, "`skip` holds '2025-12-29' in quotes, so it is text and no date"),
        ("[\n  2025-12-29,\n  2026-01-05T07:00:00,\n]", 10, "which is no date"),
        ("[2025-12-29, 7]", 8, "`skip` holds '7', which is no date"),
        ("2025-12-29", 8, "`skip` is no list of dates"),
        ('"2025-12-29"', 8, "`skip` is no list of dates"),
        ("[[2025-12-29]]", 8, "which is no date"),
    ],
)
def test_what_is_no_date_cannot_be_skipped(skip: str, line: int, words: str) -> None:
    ((found, what),) = errors(GOOD.replace("trial_days = 10", f"skip = {skip}"))
    assert (found, words in what) == (line, True), what


@pytest.mark.parametrize(
    ("wrong", "cure"),
    [
        ('skip = ["2026-12-28"]', "Write 2026-12-28 there, without quotes or a time."),
        ("skip = [2026-12-28T07:00:00]", "Write 2026-12-28 there, without quotes or a time."),
        ("skip = [7]", "Write `skip = [2025-12-29]`, without quotes or a time."),
        ("tagline.en = Hello all", 'If it is a text, put it in quotes: tagline.en = "…".'),
    ],
)
def test_the_cure_says_what_the_editor_wrote(wrong: str, cure: str) -> None:
    with pytest.raises(ContentErrors) as raised:
        read(GOOD.replace("trial_days = 10", wrong))
    (found,) = raised.value.problems
    assert (found.line, found.cure) == (8, cure)


def test_a_line_that_is_no_toml_is_shown() -> None:
    ((line, what),) = errors(GOOD.replace("trial_days = 10", 'terms "https://x.example"'))
    assert (line, "Expected '=' after a key" in what, '“terms "https://x.example"”' in what) == (
        8,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("written", "meant"), [("trialdays", "trial_days"), ("feedbak", "feedback"), ("Name", "name")]
)
def test_a_setting_that_is_mistyped_is_told_the_right_one(written: str, meant: str) -> None:
    (warning,) = read(f"{written} = 1\n" + GOOD).warnings
    assert warning.cure == f"Write `{meant}`."
    (warning,) = read("whatever = 1\n" + GOOD).warnings
    assert warning.cure.startswith("The settings here are name,")


@pytest.mark.parametrize(
    ("skip", "line", "words"),
    [
        ("[2025-12-30]", 8, "names 2025-12-30, a Tuesday, but issues come out on a Monday"),
        ("[\n  2025-12-29,\n  2026-01-06,\n]", 10, "names 2026-01-06, a Tuesday"),
        ("[2025-12-29, 2025-12-29]", 8, "names 2025-12-29 twice"),
        ("[\n  2025-12-29,\n  2025-12-29,\n]", 10, "names 2025-12-29 twice"),
    ],
)
def test_a_date_that_skips_nothing_is_warned_of(skip: str, line: int, words: str) -> None:
    (warning,) = read(GOOD.replace("trial_days = 10", f"skip = {skip}")).warnings
    assert (warning.line, words in warning.what) == (line, True), warning.what
    assert warning.cure.endswith(".")
