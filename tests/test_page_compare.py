"""The page, comparing: figures, blame and words of several texts in columns."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import analyse, mark, opened

FIRST = "قتل 332 قتيلا في الهجوم، منهم 246 من داعش\nقال المرصد السوري لحقوق الإنسان إن داعش الإرهابي هاجم سجن غويران"
SECOND = "مقتل 77 من تنظيم “الدولة الإسلامية” و39 جثة\nقسد البطلة وداعش الإرهابي"
THIRD = "سار 100 كيلومتر في سوريا"


def rows(page: Page, name: str) -> list[list[str]]:
    found: list[list[str]] = page.locator(f'section[aria-labelledby="compare-{name}"] tbody tr').evaluate_all(
        "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim().replace(/\\s+/g, ' ')))"
    )
    return found


def test_texts_side_by_side(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, FIRST, SECOND, THIRD)
        page.click("#compare")
        expect(page.locator("#results-title")).to_have_text("النصوص جنبًا إلى جنب")
        expect(page.locator("#compare")).to_have_attribute("aria-current", "true")
        assert page.locator("#comparison thead").first.locator("th .id").all_inner_texts() == ["نص 1", "نص 2", "نص 3"]
        assert rows(page, "figures") == [
            ["قتلى", "قتل 332 قتيلا في الهجوم، منهم 246 من داعش", "… “الدولة الإسلامية” و39 جثة", "– لا شيء"],
            [
                *("تنظيم الدولة الإسلامية قوة مسلحة", "… قتيلا في الهجوم، منهم 246 من داعش"),
                *("مقتل 77 من تنظيم “الدولة الإسلامية” و39 جثة", "– لا شيء"),
            ],
            ["في نص واحد", "– لا شيء", "– لا شيء", "سار 100 كيلومتر في سوريا"],
        ]
        assert rows(page, "blame") == [
            [
                *("تنظيم الدولة الإسلامية", "الكاتب: ضد «الإرهابي»"),
                *("الكاتب: ضد «الإرهابي»", "– لا شيء"),
            ],
            ["في نص واحد", "– لا شيء", "قوات سوريا الديمقراطية الكاتب: مع «البطلة»", "– لا شيء"],
        ]
        assert rows(page, "terms") == [
            ["تنظيم الدولة الإسلامية", "داعش ×2", "تنظيم “الدولة الإسلامية ×1 داعش ×1", "– لا شيء"]
        ]
        assert rows(page, "quoted") == [["في نص واحد", "المرصد السوري لحقوق الإنسان قول واحد", "– لا شيء", "– لا شيء"]]


def test_from_a_cell_to_its_place_in_the_text(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, FIRST, SECOND)
        page.click("#compare")
        page.get_by_role("button", name="البطلة").click()
        expect(page.locator(".document").nth(1)).to_have_attribute("aria-current", "true")
        expect(page.locator("#comparison")).to_be_hidden()
        expect(mark(page, "e:e4")).to_have_text("قسد")
        expect(mark(page, "e:e4")).to_be_focused()
        expect(page.locator("#card")).to_contain_text("الكاتب: مع «البطلة»")


@pytest.mark.parametrize(
    ("text", "figure", "counted"),
    [
        ("مقتل 5 عناصر", "5", "مقاتلون وعناصر"),
        ("مقتل 5 عناصِرَ", "5", "مقاتلون وعناصر"),
        ("نحو 90 في المئة", "90", "%"),
        ("نحو 90% منهم", "90", "%"),
        ("إلى 332 قَتِيلاً", "332", "قتلى"),
        ("نحو 110 من معتقلي التنظيم", "110", "سجناء ومعتقلون"),
        ("كانوا 7.", "7", ""),
        ("نحو 3 برتقالات", "3", ""),
    ],
)
def test_what_a_figure_counts(browser: Browser, address: str, text: str, figure: str, counted: str) -> None:
    start = text.index(figure)
    with opened(browser, address) as page:
        key = page.evaluate(
            """async ([text, start, end]) => {
              const { counted } = await import("/page/js/figures.js");
              return counted(text, { start, end }, [], "ar").key;
            }""",
            [text, start, start + len(figure)],
        )
    assert key == counted
