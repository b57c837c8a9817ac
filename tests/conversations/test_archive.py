"""/archive: every issue that is out, by month."""

from tests.world import ENGLISH, World, data, labels, told


async def test_the_archive_shows_the_newest_month_newest_issue_first(world: World) -> None:
    answer = await world.ask(world.person(), "/archive")
    assert answer.text == "Archive: December 2025"
    assert labels(answer) == [
        "Dec 22 · Title of 2025-12-22",
        "Dec 15 · Title of 2025-12-15",
        "Dec 8 · Title of 2025-12-08",
    ]


async def test_the_archive_is_in_the_reader_s_language_where_the_issue_is(world: World) -> None:
    answer = await world.ask(world.person(language="es"), "/archive")
    assert answer.text == "Archivo: diciembre de 2025"
    days, titles = zip(*(label.split(" · ") for label in labels(answer)), strict=True)
    assert [day.rstrip(".") for day in days] == ["22 dic", "15 dic", "8 dic"]
    assert titles == ("Título del 2025-12-22", "Título del 2025-12-15", "Title of 2025-12-08")


async def test_an_issue_opens_in_a_message_of_its_own(world: World) -> None:
    ana = world.person()
    listing = await world.ask(ana, "/archive")
    front = await world.tap(ana, "Dec 15 · Title of 2025-12-15")
    assert front.message_id > listing.message_id
    assert "Title of 2025-12-15" in front.text
    assert "Archive: December 2025" in [bubble.text for bubble in ana.sees]


async def test_months_are_turned_in_place(world: World) -> None:
    for day in ("2025-10-06", "2025-11-03", "2025-11-10"):
        world.write(day, ENGLISH.format(date=day))
    await world.reload()
    ana = world.person()
    december = await world.ask(ana, "/archive")
    assert labels(december)[-1] == "◀ November 2025"
    november = await world.tap(ana, "◀ November 2025")
    assert november.message_id == december.message_id
    assert labels(november) == [
        "Nov 10 · Title of 2025-11-10",
        "Nov 3 · Title of 2025-11-03",
        "◀ October 2025",
        "December 2025 ▶",
    ]
    october = await world.tap(ana, "◀ October 2025")
    assert labels(october) == ["Oct 6 · Title of 2025-10-06", "November 2025 ▶"]
    assert (await world.tap(ana, "November 2025 ▶")).text == "Archive: November 2025"


async def test_months_begin_with_a_capital_on_their_buttons_in_spanish(world: World) -> None:
    world.write("2025-11-10", ENGLISH.format(date="2025-11-10"))
    await world.reload()
    ana = world.person(language="es")
    assert labels(await world.ask(ana, "/archive"))[-1] == "◀ Noviembre de 2025"
    assert labels(await world.tap(ana, "◀ Noviembre de 2025"))[-1] == "Diciembre de 2025 ▶"


async def test_an_older_issue_s_paid_part_needs_access_like_any_other(world: World) -> None:
    ana = world.person()
    await world.ask(ana, "/archive")
    await world.tap(ana, "Dec 8 · Title of 2025-12-08")
    locked = await world.tap(ana, "🔒 Economy")
    assert "canary" not in locked.text
    await world.take_trial(ana)
    await world.ask(ana, "/archive")
    front = await world.tap(ana, "Dec 8 · Title of 2025-12-08")
    (economy,) = [sends for says, sends in data(front).items() if says.startswith("Economy")]
    opened = await world.tap(ana, data=economy)
    assert "canaryeconomy" in opened.text
    assert opened.protected


async def test_a_month_without_issues_says_so(world: World) -> None:
    ana = world.person()
    listing = await world.ask(ana, "/archive")
    for day in ("2031-01-01", "2025-12-22", "0001-01-01"):
        assert await world.tap(ana, data=f"do:month:{day}") == listing
        assert told(ana) == "There are no issues from that month."
