"""The page for everyone: axe finds nothing serious in any state, the keyboard reaches all, nothing is too wide for a
telephone. Each state leaves a picture under `out/pictures`."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page, expect

from serving.page import EXAMPLES
from tests.browser import analyse, mark, opened, picture, served, violations

TEXT: Final = (
    "أكد المرصد السوري لحقوق الإنسان أن داعش الإرهابي هاجم سجن غويران في الحسكة\n"
    "قال داعش إن قسد البطلة خسرت 23 وأَنَّ سوريا بعيدة"
)


def empty(page: Page) -> None:
    expect(page.locator("#example-list button").first).to_be_visible()


def analysed(page: Page) -> None:
    analyse(page, TEXT)
    mark(page, "e:e2").click()


def stances(page: Page) -> None:
    analyse(page, TEXT)
    page.locator("#tab-stances").click()


def tables(page: Page) -> None:
    analyse(page, TEXT)
    page.locator("#tab-actors").click()
    page.get_by_role("button", name="قوة مسلحة").first.click()


def entities(page: Page) -> None:
    analyse(page, TEXT)
    page.locator("#tab-entities").click()


def compared(page: Page) -> None:
    analyse(page, TEXT, TEXT.replace("داعش", "قسد"))
    page.locator("#compare").click()


def failed(page: Page) -> None:
    analyse(page, TEXT, "BOOM")
    page.locator("#errors summary").click()


def correcting(page: Page) -> None:
    analyse(page, TEXT)
    page.locator("#correct").click()
    mark(page, "e:e2").click()
    page.locator("#text").evaluate("text => getSelection().selectAllChildren(text.lastElementChild)")
    expect(page.locator("#selected")).to_contain_text("سوريا بعيدة")
    page.locator("#s-content, #s-act").first.click()
    expect(page.locator("#faults")).to_contain_text("بلا مضمون")


STATES: Final = (empty, analysed, stances, tables, entities, compared, failed, correcting)
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "light": {"viewport": {"width": 1280, "height": 900}},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True},
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious(browser: Browser, address: str, look: str, state: Callable[[Page], None]) -> None:
    with opened(browser, address, errors=True, **LOOKS[look]) as page:
        state(page)
        page.evaluate("document.fonts.ready.then(() => true)")
        picture(page, f"{state.__name__}-{look}", whole=True)
        assert violations(page) == []
        # Nothing but what scrolls by itself is wider than the window.
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        if look == "phone":
            page.locator("#language").click()
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_axe_would_find_something(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.locator("#analyse").evaluate("button => { button.style.color = button.style.backgroundColor = '#888'; }")
        assert [one.split(":")[0] for one in violations(page)] == ["color-contrast"]


def test_the_keyboard_reaches_everything_in_order(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT, TEXT)
        page.evaluate("document.activeElement.blur()")
        reached = []
        for _ in range(80):
            page.keyboard.press("Tab")
            name = page.evaluate(
                "() => { const e = document.activeElement; if (e === document.body) return null;"
                " const box = e.getBoundingClientRect();"
                " const seen = e.closest('.visually-hidden') || getComputedStyle(e).outlineStyle !== 'none';"
                " return [e.id || e.dataset.focus || e.dataset.chip || e.dataset.key || e.className, Boolean(seen)]; }"
            )
            if name is None:
                break
            reached.append(name)
        names = [name for name, _ in reached]
    assert names == [
        *("skip", "language", "document 0", "document 1", "compare", "correct", "format", "copy", "download"),
        *("ORG", "ARMED", "GPE", "LOC", "FAC", "NUM", "holder", "actor", "least", "clear", "a:a1"),
        *("tab-quotes", "panel-quotes", "to a:a1", "to a:a2"),
    ] or "summary" in str(names)
    assert all(seen for _, seen in reached)


def test_the_skip_link_leads_to_the_text(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#results-title")).to_be_focused()


def test_what_a_screen_reader_is_told(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        tree = page.locator("main").aria_snapshot()
    for line in (
        'region "النصوص"',
        "status: حُلّل النص.",
        'group "الأنواع"',
        'button "قوة مسلحة 3" [pressed]',
        'combobox "صاحب الكلام"',
        'slider "أدنى ثقة"',
        'group "النص"',
        'tab "الأقوال" [selected]',
        'tabpanel "الأقوال"',
    ):
        assert line in tree, line


@pytest.fixture(scope="module")
def shipped(browser: Browser) -> Any:  # noqa: ARG001  without a browser nobody asks
    """Where the service runs on the shipped model."""
    with served(shipped=True) as one:
        yield one


def test_the_seed_articles_on_the_shipped_model(browser: Browser, shipped: str) -> None:
    texts = {path.stem: path.read_bytes().decode() for path in sorted(Path(EXAMPLES).glob("*.txt"))}
    with opened(browser, shipped, **LOOKS["light"]) as page:
        page.get_by_role("button", name="الأمثلة كلها معًا").click()
        page.locator("#analyse").click()
        expect(page.locator("#status")).to_have_text("حُلّلت 5 نصوص.")
        for number, (key, text) in enumerate(texts.items()):
            page.locator(".document").nth(number).click()
            expect(page.locator("#results-id")).to_have_text(key)
            lines = page.locator("#text p").evaluate_all("lines => lines.map((line) => line.textContent)")
            assert lines == [line for line in text.split("\n") if line.strip()]
            assert page.locator("#text .mark.entity").count() > 40
            assert page.locator("#panel-quotes .act").count() > 2
            for look, scheme in (("light", "light"), ("dark", "dark")):
                page.emulate_media(color_scheme=scheme)
                picture(page, f"seed-{key[:3]}-{look}", whole=True)
            page.set_viewport_size({"width": 360, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") == 360
            picture(page, f"seed-{key[:3]}-phone", whole=True)
            page.set_viewport_size({"width": 1280, "height": 900})
        page.locator("#compare").click()
        assert page.locator("#comparison section").count() == 4
        picture(page, "seeds-compared-dark", whole=True)
        page.emulate_media(color_scheme="light")
        picture(page, "seeds-compared-light", whole=True)
