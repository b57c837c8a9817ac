"""The public pages: the free part of issues, with link previews."""

from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.domain.pages.page import Place
from bot.domain.publishing.skipping import skipped_words
from bot.i18n import translator_for
from bot.services.reading.public import PublicReading

SAFETY = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self' https:; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-cache",  # an issue may be corrected, or called back
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FEW_MINUTES = "public, max-age=300"


class PublicPages:
    def __init__(
        self, reading: PublicReading, username: Callable[[], str | None], public_url: str | None
    ) -> None:
        """`username` returns the bot's name, which Telegram tells after the start; None: not yet."""
        self._reading = reading
        self._username = username
        self._public_url = public_url or ""
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def contents(self, _request: web.Request) -> web.Response:
        """List the issues that are out, newest first."""
        publication = self._reading.publication
        language = publication.first_language
        issues = [(day, self._reading.title(day, language)) for day in self._reading.dates()]
        translator, none = translator_for(language), self._reading.skipped()
        skipped = skipped_words(translator, none, translator.full_date(none.then)) if none else ""
        return self._page(
            "contents.html", issues=issues, language=language, translator=translator, skipped=skipped
        )

    async def issue(self, request: web.Request) -> web.Response:
        day = _day(request.match_info["date"])
        issue = await self._reading.issue(day, request.match_info["language"])
        if issue is None:
            raise web.HTTPNotFound(text="There is no such issue here.")
        return self._page(
            "issue.html",
            issue=issue,
            translator=issue.translator,
            language=issue.language,
            place=Place(day),
            promotion=self._reading.promotion(issue.language),
        )

    async def cover(self, request: web.Request) -> web.Response:
        cover = await self._reading.cover(_day(request.match_info["date"]))
        if cover is None:
            raise web.HTTPNotFound(text="There is no such cover here.")
        headers = {
            "Cache-Control": FEW_MINUTES,
            "X-Content-Type-Options": "nosniff",
            "ETag": f'"{cover.digest}"',
        }
        return web.Response(body=cover.content, content_type=cover.media_type, headers=headers)

    def _page(self, template: str, **values: object) -> web.Response:
        username = self._username()
        if username is None:
            raise web.HTTPServiceUnavailable(
                text="The bot is starting. Try again in a moment.", headers={"Retry-After": "5"}
            )
        html = self._templates.get_template(template).render(
            publication=self._reading.publication,
            public_url=self._public_url,
            username=username,
            **values,
        )
        return web.Response(text=html, content_type="text/html", headers=SAFETY)


def add_routes(application: web.Application, pages: PublicPages) -> None:
    routes: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
        "/": pages.contents,
        r"/i/{date:\d{4}-\d{2}-\d{2}}/{language:[a-z]{2,3}}": pages.issue,
        r"/covers/{date:\d{4}-\d{2}-\d{2}}": pages.cover,
    }
    for path, handler in routes.items():
        application.router.add_get(path, handler)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise web.HTTPNotFound(text="There is no such date.") from None
