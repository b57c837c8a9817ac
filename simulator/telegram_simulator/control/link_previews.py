"""Control API: link previews and files, from this machine only."""

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from telegram_simulator.api.errors import ApiError
from telegram_simulator.control.guard import error_response
from telegram_simulator.state.state import State

SECONDS = 3.0
HTTP = 80
PAGE_LIMIT = 512 * 1024
FILE_LIMIT = 10 * 1024 * 1024
NOT_FETCHED = "Not fetched: the local Telegram reads pages on http://127.0.0.1 only."
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


class UnreadError(Exception):
    """An address that was not, or could not be, read."""


class LinkPreviews:
    def __init__(self, state: State, session: ClientSession) -> None:
        self._state = state
        self._session = session

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/preview", self.preview),
            web.get("/control/files/{file}", self.file),
        ]

    async def preview(self, request: web.Request) -> web.Response:
        """The OpenGraph tags of a page: title, description, image, site_name; else an error's sentence."""
        url = request.query.get("url", "")
        try:
            content, _ = await self._read(url, PAGE_LIMIT, _own_port(request))
        except UnreadError as error:
            return error_response(200, str(error))
        reader = _Tags()
        reader.feed(content.decode(errors="replace"))
        return web.json_response(reader.as_json(url))

    async def file(self, request: web.Request) -> web.Response:
        """A file by its id; only pictures are shown, all else is a download."""
        try:
            file = self._state.files.of_any(request.match_info["file"])
            content, media_type = file.content, file.media_type
            if file.url is not None:
                content, media_type = await self._read(file.url, FILE_LIMIT, _own_port(request))
        except (ApiError, UnreadError) as error:
            return error_response(404, str(error))
        if media_type in PICTURES:
            return web.Response(body=content, content_type=media_type)
        headers = {"Content-Disposition": "attachment"}
        return web.Response(body=content, content_type="application/octet-stream", headers=headers)

    async def _read(self, url: str, limit: int, own_port: int) -> tuple[bytes, str]:
        """Return the content (no more than `limit` bytes) and its media type; nothing of `own_port`, where a
        GET may send messages.
        """
        try:
            address = urlsplit(url)
            port_ok = (address.port or HTTP) not in (0, own_port)
        except ValueError:
            raise UnreadError(NOT_FETCHED) from None
        if address.scheme != "http" or address.hostname != "127.0.0.1" or not port_ok or address.username:
            raise UnreadError(NOT_FETCHED)
        try:
            async with self._session.get(
                url, timeout=ClientTimeout(total=SECONDS), allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise UnreadError(f"The page answered {answer.status}; redirects are not followed.")
                content = await answer.content.read(limit)
                while len(content) < limit and not answer.content.at_eof():
                    content += await answer.content.read(limit - len(content))
                return content, answer.content_type
        except (ClientError, TimeoutError, ValueError) as error:
            raise UnreadError(f"The page could not be read ({type(error).__name__}).") from None


def _own_port(request: web.Request) -> int:
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return int(name[1]) if name else 0


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self._tags: dict[str, str] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        given = dict(attrs)
        name = given.get("property") or given.get("name") or ""
        if tag == "meta" and name.startswith("og:") and given.get("content"):
            self._tags.setdefault(name.removeprefix("og:"), given["content"] or "")

    def handle_endtag(self, tag: str) -> None:
        del tag
        self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self._tags.setdefault("head", data.strip())

    def as_json(self, url: str) -> dict[str, str]:
        tags: dict[str, str] = {
            name: self._tags[name] for name in ("title", "description", "site_name") if name in self._tags
        }
        if "title" not in tags and self._tags.get("head"):
            tags["title"] = self._tags["head"]
        image = urljoin(url, self._tags.get("image", ""))
        if "image" in self._tags and urlsplit(image).scheme in ("http", "https"):
            tags["image"] = image
        return tags
