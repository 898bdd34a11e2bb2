"""The page as the service sends it."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from serving.page import EXAMPLES, FOLDER, static_files

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
CODE = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"})


def test_the_page(serve: Callable[..., TestClient]) -> None:
    response = serve().get("/")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert '<html lang="ar" dir="rtl">' in response.text


@pytest.mark.parametrize(
    ("path", "media_type", "begins"),
    [
        ("js/main.js", "text/javascript; charset=utf-8", b"//"),
        ("css/text.css", "text/css; charset=utf-8", b"/*"),
        ("icon.svg", "image/svg+xml", b"<svg"),
        ("fonts/noto-naskh-arabic-arabic-wght-normal.woff2", "font/woff2", b"wOF2"),
        ("fonts/noto-naskh-arabic-OFL.txt", "text/plain; charset=utf-8", b"Copyright 2022 The Noto Project Authors"),
    ],
)
def test_its_files(serve: Callable[..., TestClient], path: str, media_type: str, begins: bytes) -> None:
    response = serve().get(f"/page/{path}")
    assert (response.status_code, response.headers["content-type"]) == (200, media_type)
    assert response.headers["content-security-policy"] == POLICY
    assert response.content.startswith(begins)


def test_a_file_that_has_not_changed_is_not_sent_again(serve: Callable[..., TestClient]) -> None:
    client = serve()
    tag = client.get("/page/js/main.js").headers["etag"]
    again = client.get("/page/js/main.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/page/js/dom.js", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", ["js/none.js", "../page.py", "%2e%2e/page.py", "js", ""])
def test_nothing_else_is_sent(serve: Callable[..., TestClient], path: str) -> None:
    response = serve().get(f"/page/{path}")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


def test_it_needs_no_key(serve: Callable[..., TestClient]) -> None:
    client = serve(api_keys="secret")
    assert [client.get(path).status_code for path in ("/", "/page/js/main.js", "/page/examples.json")] == [200] * 3


def test_the_examples_are_the_seed_articles(serve: Callable[..., TestClient]) -> None:
    examples = serve().get("/page/examples.json").json()
    assert [example["id"] for example in examples] == [path.stem for path in sorted(EXAMPLES.glob("*.txt"))]
    assert len(examples) == 5
    assert all((EXAMPLES / f"{one['id']}.txt").read_bytes() == one["text"].encode() for one in examples)


def test_it_asks_no_other_host_and_makes_no_markup_of_text() -> None:
    for path in CODE:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|//[a-z]+\.[a-z]", text), path
        markup = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function"
        inline = r"\sstyle=|\son\w+=|<style|<script(?! type=\"module\" src)"
        assert not re.search(markup, text), path
        assert path.suffix != ".html" or not re.search(inline, text)


def test_all_that_is_named_is_there_and_all_that_is_there_is_named() -> None:
    licences = {path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("fonts/*.txt")}
    named = {"index.html", "examples.json"} | licences
    for path in CODE:
        text = path.read_text(encoding="utf-8")
        for one in re.findall(r"(?:from |url\(|href=|src=)\"([^\"#]+)\"", text):
            at = FOLDER.parent if path.suffix == ".html" else path.parent
            named.add((at / one).resolve().relative_to(FOLDER).as_posix())
    assert named == set(static_files())


def test_every_word_of_the_interface_is_used_and_known() -> None:
    words = (FOLDER / "js" / "words.js").read_text(encoding="utf-8")
    known = re.findall(r"^  (\w+): \[", words, re.MULTILINE)
    code = "".join(path.read_text(encoding="utf-8") for path in CODE if path.name != "words.js")
    assert len(known) == len(set(known))
    assert [key for key in known if not re.search(rf"\"{key}\"|\b{key}: \{{", code)] == []
    assert set(re.findall(r"(?:\bt\(|data-t=|data-label=)\"(\w+)\"", code)) <= set(known)


def test_its_labels_are_those_of_the_scheme() -> None:
    from labels import scheme

    code = (FOLDER / "js" / "scheme.js").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"export const (\w+) = \{(.*?)\};", code, re.DOTALL))
    keys = {name: tuple(re.findall(r"(\w+): \[", body)) for name, body in blocks.items()}
    assert (keys["LABELS"], keys["FORCES"], keys["MODES"]) == (scheme.LABELS, scheme.FORCES, scheme.MODES)
    assert keys["POLARITIES"] == scheme.POLARITIES
    for name in ("NAMED", "HOLDING", "ACTORS"):
        found = re.search(rf"export const {name} = new Set\((\[.*?\])\)", code)
        assert found and set(json.loads(found[1])) == getattr(scheme, name)
    quotes = re.search(r"export const QUOTES = (\".*?\");\n", code)
    assert quotes and set(json.loads(quotes[1])) == scheme.QUOTES


def test_the_fonts_come_with_their_licences() -> None:
    fonts = {path.name for path in (FOLDER / "fonts").glob("*.woff2")}
    families = {path.name.removesuffix("-OFL.txt"): path for path in Path(FOLDER / "fonts").glob("*-OFL.txt")}
    assert all(any(font.startswith(family) for family in families) for font in fonts)
    assert all("SIL Open Font License, Version 1.1" in path.read_text(encoding="utf-8") for path in families.values())
