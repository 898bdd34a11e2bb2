"""The page for everyone: axe finds nothing serious in any state, the keyboard reaches all, nothing is too wide for a
telephone. Each state leaves a picture under `out/pictures`."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from serving.page import EXAMPLES
from tests.browser import analyse, latinised, opened, pick, picture, served, violations

TEXT: Final = (
    "أكد المرصد السوري لحقوق الإنسان أن داعش الإرهابي هاجم سجن غويران في الحسكة\n"
    "قال داعش إن قسد البطلة خسرت 23 وأَنَّ سوريا بعيدة"
)


def empty(page: Page) -> None:
    expect(page.locator("#example-list button").first).to_be_visible()


def analysed(page: Page) -> None:
    analyse(page, TEXT)
    pick(page, "e:e2")


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
    pick(page, "e:e2")
    page.locator("#text").evaluate("text => getSelection().selectAllChildren(text.lastElementChild)")
    expect(page.locator("#selected")).to_contain_text("سوريا بعيدة")
    page.locator("#s-content, #s-act").first.click()
    expect(page.locator("#faults")).to_contain_text("بلا مضمون")


STATES: Final = (empty, analysed, stances, tables, entities, compared, failed, correcting)
LOOKS: Final = (("light", 1280), ("dark", 1280), ("dark", 360), ("light", 360))
"""Colours and width in pixels; 360 is a telephone."""


def look(page: Page, colours: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if colours == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 740 if width == 360 else 900})
    page.evaluate("document.fonts.ready.then(() => true)")
    # Nothing but what scrolls by itself is wider than the window.
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious(browser: Browser, address: str, state: Callable[[Page], None]) -> None:
    with opened(browser, address, errors=True) as page:
        state(page)
        for colours, width in LOOKS:
            look(page, colours, width)
            picture(page, f"{state.__name__}-{colours}-{width}", whole=True)
            assert violations(page) == []
        page.locator("#language").click()
        look(page, "light", 360)
        assert violations(page) == []
        latinised(page)
        for colours, width in LOOKS:
            look(page, colours, width)
            assert violations(page, "color-contrast") == []


def test_axe_would_find_something(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        latinised(page)
        page.locator("#texts-toggle h2").evaluate("heading => { heading.style.color = '#bbb'; }")
        page.locator("#boxes label").first.evaluate("label => label.remove()")
        page.locator("#boxes input").evaluate("title => title.removeAttribute('placeholder')")
        assert sorted(one.split(":")[0] for one in violations(page)) == ["color-contrast", "label"]


def test_the_keyboard_reaches_everything_in_order(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT, TEXT)
        page.locator(".skip").focus()
        reached = []
        for _ in range(80):
            name = "e.id || e.dataset.focus || e.dataset.chip || e.dataset.key || e.className"
            reached.append(page.evaluate(f"(e => [{name}, e.matches(':focus-visible')])(document.activeElement)"))
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
    assert [name for name, _ in reached] == [
        *("skip", "language", "texts-toggle", "document 0", "document 1", "compare"),
        *("correct", "format", "copy", "download"),
        *("ORG", "ARMED", "GPE", "LOC", "FAC", "NUM", "holder", "actor", "least", "clear"),
        *("a:a1", "tab-quotes", "panel-quotes", "to a:a1", "to a:a2"),
    ]
    assert all(visible for _, visible in reached[1:])


def test_the_skip_link_leads_to_the_text(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        page.locator(".skip").focus()
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
def shipped(browser: Browser) -> Iterator[str]:  # noqa: ARG001  without a browser nobody asks
    """Where the service runs on the shipped model."""
    with served(shipped=True) as one:
        yield one


def test_the_seed_articles_on_the_shipped_model(browser: Browser, shipped: str) -> None:
    texts = {path.stem: path.read_bytes().decode() for path in sorted(EXAMPLES.glob("*.txt"))}
    with opened(browser, shipped) as page:
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
            page.locator("#tab-stances").click()
            for colours, width in (("light", 1280), ("dark", 360)):
                look(page, colours, width)
                picture(page, f"seed-{key[:3]}-stances-{colours}-{width}", whole=True)
            page.locator("#tab-quotes").click()
            for colours, width in LOOKS:
                look(page, colours, width)
                picture(page, f"seed-{key[:3]}-{colours}-{width}", whole=True)
            assert violations(page) == []
        page.locator("#compare").click()
        assert page.locator("#comparison section").count() == 4
        for colours, width in LOOKS:
            look(page, colours, width)
            picture(page, f"seeds-compared-{colours}-{width}", whole=True)
        assert violations(page) == []
