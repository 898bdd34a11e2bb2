"""The page for people: static files, served as they are, and the articles it offers for a first look."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

FOLDER: Final = Path(__file__).with_name("page")
EXAMPLES: Final = Path(__file__).parent.parent / "labels" / "corpus" / "seeds"

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page may load and ask its own server, and nothing else; nothing written into it runs."""

# The machine's own table of types differs from one system to the next.
_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
_HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    # Asked again each time, answered with 304: a new release is seen at once.
    "Cache-Control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class StaticFile:
    """What a path of the page holds, with its media type and entity tag."""

    content: bytes
    media_type: str
    tag: str

    @classmethod
    def of(cls, content: bytes, media_type: str) -> "StaticFile":
        """The file whose tag is a hash of its content."""
        return cls(content, media_type, f'"{hashlib.sha256(content).hexdigest()[:32]}"')


def static_files() -> Mapping[str, StaticFile]:
    """All that the page loads, by its path under `page/`; the examples are one JSON list of `{"id", "text"}`."""
    files = {
        path.relative_to(FOLDER).as_posix(): StaticFile.of(path.read_bytes(), _TYPES[path.suffix])
        for path in sorted(FOLDER.rglob("*"))
        if path.is_file()
    }
    examples = [{"id": path.stem, "text": path.read_bytes().decode()} for path in sorted(EXAMPLES.glob("*.txt"))]
    content = json.dumps(examples, ensure_ascii=False).encode()
    return files | {"examples.json": StaticFile.of(content, "application/json")}


def router() -> APIRouter:
    """The routes of the page: `/` and the files under `/page/`."""
    files = static_files()
    routes = APIRouter()

    @routes.get("/", response_class=HTMLResponse)
    async def people(request: Request) -> Response:
        """The page for people."""
        return _response(files["index.html"], request)

    @routes.get("/page/{path:path}", include_in_schema=False)
    async def part(path: str, request: Request) -> Response:
        """A file that the page loads."""
        if path not in files:
            raise HTTPException(404)
        return _response(files[path], request)

    return routes


def _response(file: StaticFile, request: Request) -> Response:
    headers = _HEADERS | {"ETag": file.tag}
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)
