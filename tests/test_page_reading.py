"""The page, reading: what is pasted is analysed, shown, explained, filtered and copied."""

import csv
import io
import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Request as PageRequest

from labels.formats import conll
from tests.browser import analyse, answering, mark, opened, paste, span

TEXT = (
    "أكد المرصد السوري لحقوق الإنسان أن داعش الإرهابي هاجم سجن غويران 😀 في الحسكة\n"
    "قال داعش إن قسد البطلة خسرت 23 وأَنَّ سوريا بعيدة\nهاتف 00963 939 114"
)
CHAIN = "نقلت وكالة رويترز عن مصدر عسكري أن قسد هاجمت بفتح النار."


def texts_of(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def asked(address: str, text: str) -> dict[str, object]:
    body = json.dumps({"id": "نص 1", "text": text}).encode()
    with urlopen(Request(f"{address}analyze", body, {"Content-Type": "application/json"}), timeout=60) as response:
        answer: dict[str, object] = json.load(response)
    return answer


def test_a_text_is_pasted_and_its_findings_marked(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        expect(page.locator("#status")).to_have_text("حُلّل النص.")
        expect(page.locator("#results-title")).to_be_focused()
        marks = page.locator("#text .mark.entity").evaluate_all(
            "marks => marks.map((m) => [m.dataset.key, m.textContent, [...m.classList].find((c) => /^l-/.test(c))])"
        )
        assert marks == [
            ["e:e1", "المرصد السوري لحقوق الإنسان", "l-ORG"],
            ["e:e2", "داعش", "l-ARMED"],
            ["e:e3", "سجن غويران", "l-FAC"],
            ["e:e4", "غويران", "l-LOC"],
            ["e:e5", "الحسكة", "l-GPE"],
            ["e:e6", "داعش", "l-ARMED"],
            ["e:e7", "قسد", "l-ARMED"],
            ["e:e8", "23", "l-NUM"],
            ["e:e9", "سوريا", "l-GPE"],
            ["e:e10", "00963", "l-NUM"],
            ["e:e11", "939", "l-NUM"],
            ["e:e12", "114", "l-NUM"],
        ]
        # Nothing of the text is lost or added, and the nested name stands in its prison.
        lines = page.locator("#text p").evaluate_all("lines => lines.map((line) => line.textContent)")
        assert lines == TEXT.split("\n")
        assert mark(page, "e:e4").evaluate("m => m.parentElement.dataset.key") == "e:e3"
        assert texts_of(page, "#labels .chip") == [
            *("مؤسسة\n1", "قوة مسلحة\n3", "بلد أو مدينة\n2", "مكان\n1", "منشأة\n1", "عدد\n4"),
        ]


def test_contents_are_tied_to_their_source_and_cue(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        kinds = [("cue", "أكد"), ("source", "المرصد السوري لحقوق الإنسان"), ("content", None)]
        for kind, text in kinds:
            part = mark(page, "a:a1", kind)
            assert part.get_attribute("data-n") == "1"
            assert text is None or part.text_content() == text
        mark(page, "a:a1", "cue").hover()
        assert set(page.locator("#text .on").evaluate_all("marks => marks.map((m) => m.dataset.key)")) == {"a:a1"}
        expect(page.locator("#card")).to_contain_text("تأكيد")
        assert texts_of(page, "#panel-quotes .who") == [
            "1 المرصد السوري لحقوق الإنسان تأكيد «أكد»",
            "2 تنظيم الدولة الإسلامية إخبار «قال»",
        ]
        page.locator("#panel-quotes .pointer").nth(1).click()
        expect(mark(page, "a:a2", "cue")).to_be_focused()


def test_a_chain_of_transmission(browser: Browser, address: str) -> None:
    outer: dict[str, Any] = {"id": "a1", "source": span(CHAIN, "وكالة رويترز"), "cue": span(CHAIN, "نقلت")}
    outer |= {"mode": "indirect", "force": "state", "score": 1, "parent": None}
    outer |= {"speaker": {"name": "وكالة رويترز", "entity": None}}
    inner = outer | {"id": "a2", "source": span(CHAIN, "مصدر عسكري"), "cue": span(CHAIN, "عن"), "parent": "a1"}
    inner |= {"speaker": {"name": "مصدر عسكري", "entity": None}, "contents": [span(CHAIN, "قسد هاجمت بفتح النار")]}
    outer |= {"contents": [span(CHAIN, "عن مصدر عسكري أن قسد هاجمت بفتح النار")]}
    with opened(browser, address) as page:
        answering(page, {"attributions": [outer, inner]})
        analyse(page, CHAIN)
        passed = page.locator("#panel-quotes .acts > li .passed > li")
        assert passed.count() == 1
        assert passed.locator(".chain").inner_text() == "سلسلة الإسناد:\nوكالة رويترز ← مصدر عسكري"
        assert passed.locator("blockquote").inner_text() == "قسد هاجمت بفتح النار"
        # The inner content lies in the outer one, and the inner source and cue do too.
        assert mark(page, "a:a2", "content").evaluate("m => m.parentElement.dataset.key") == "a:a1"
        assert mark(page, "a:a2", "cue").evaluate("m => m.parentElement.dataset.kind") == "content"


def test_letters_that_join_are_not_parted(browser: Browser, address: str) -> None:
    # The content begins within the word بفتح, the entity in the word لقسد: nothing may be drawn between the letters.
    text = "طالب لقسد بفتح"
    act: dict[str, Any] = {"id": "a1", "source": None, "speaker": None, "cue": span(text, "طالب")}
    act |= {"contents": [span(text, "فتح")], "mode": "indirect", "force": "demand", "parent": None, "score": 1}
    entity = {"id": "e1", **span(text, "قسد"), "label": "ARMED", "name": "قسد", "score": 1, "parent": None}
    with opened(browser, address) as page:
        answering(page, {"attributions": [act], "entities": [entity]})
        analyse(page, text)
        widths = page.locator("#text p").evaluate(
            """line => {
              const plain = document.createElement("p");
              plain.textContent = line.textContent.slice(4);
              plain.style.display = "inline-block";
              line.after(plain);
              const range = document.createRange();
              const rest = line.querySelector(".cue").nextSibling;
              range.setStart(rest, 0);
              range.setEnd(line.querySelector(".content").firstChild, 3);
              return [range.getBoundingClientRect().width, plain.getBoundingClientRect().width];
            }"""
        )
        assert abs(widths[0] - widths[1]) < 1.5


def test_a_mark_is_explained_to_the_pointer_and_to_the_keyboard(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        card = page.locator("#card")
        mark(page, "e:e4").hover()
        for words in ("مكان", "LOC", "غويران", "70%", "داخل", "سجن غويران", "المرصد السوري لحقوق الإنسان"):
            expect(card).to_contain_text(words)
        mark(page, "e:e2").hover()
        for words in ("الاسم المعتمد", "تنظيم الدولة الإسلامية", "90%", "الكاتب: ضد «الإرهابي»"):
            expect(card).to_contain_text(words)
        page.mouse.move(0, 0)
        expect(card).to_contain_text("مرّ على أي علامة")
        # One stop of the Tab key, then arrows: to the left is onwards, whatever the interface's direction.
        mark(page, "a:a1", "cue").focus()
        for key, words in (("ArrowLeft", "القول 1"), ("ArrowLeft", "ORG"), ("End", "114"), ("Home", "القول 1")):
            page.keyboard.press(key)
            expect(card).to_contain_text(words)
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        page.locator("#language").focus()
        expect(card).to_contain_text("ORG")
        page.keyboard.press("Escape")
        expect(card).to_contain_text("مرّ على أي علامة")
        assert page.locator('#text [tabindex="0"]').count() == 1


def test_filters(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        shown = page.locator("#shown")
        seen = "#text .mark.entity:not(.off)"
        expect(shown).to_have_text("يظهر 12 من 12 من الكيانات، و2 من 2 من الأقوال.")
        page.get_by_role("button", name="عدد").click()
        expect(shown).to_have_text("يظهر 8 من 12 من الكيانات، و2 من 2 من الأقوال.")
        expect(page.get_by_role("button", name="عدد")).to_be_focused()
        expect(page.get_by_role("button", name="عدد")).to_have_attribute("aria-pressed", "false")
        assert "23" not in texts_of(page, seen)
        page.locator("#least").fill("0.8")
        expect(shown).to_have_text("يظهر 7 من 12 من الكيانات، و2 من 2 من الأقوال.")
        page.locator("#clear").click()
        page.locator("#holder").select_option("تنظيم الدولة الإسلامية")
        expect(shown).to_have_text("يظهر 5 من 12 من الكيانات، و1 من 2 من الأقوال.")
        assert texts_of(page, seen) == ["داعش", "داعش", "قسد", "23", "سوريا"]
        page.locator("#holder").select_option("author")
        assert texts_of(page, seen) == ["المرصد السوري لحقوق الإنسان", "داعش", "00963", "939", "114"]
        page.locator("#clear").click()
        page.locator("#actor").select_option("قوات سوريا الديمقراطية")
        expect(shown).to_have_text("يظهر 1 من 12 من الكيانات، و1 من 2 من الأقوال.")
        page.locator("#tab-stances").click()
        assert texts_of(page, ".stance-list li") == ["قسد الكاتب: مع «البطلة» · 100%"]


def test_stances_are_drawn_as_arrows_from_holder_to_actor(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        page.locator("#tab-stances").click()
        assert texts_of(page, ".node.holder") == ["الكاتب"]
        assert texts_of(page, ".node.target") == ["تنظيم الدولة الإسلامية", "قوات سوريا الديمقراطية"]
        page.locator(".diagram svg path").first.wait_for()
        heads = page.locator(".diagram path.head").evaluate_all("heads => heads.map((h) => h.classList[1])")
        assert heads == ["against", "favor"]
        # From right to left: an arrow ends left of where it starts, at the box of its target.
        ends = page.locator(".diagram path.against:not(.head)").evaluate(
            "path => [path.getPointAtLength(0).x, path.getPointAtLength(path.getTotalLength()).x]"
        )
        assert ends[0] > ends[1]
        label = page.locator(".diagram").get_attribute("aria-label")
        assert label is not None and "الكاتب ضد تنظيم الدولة الإسلامية ×1" in label


def test_actors_and_entities_as_tables(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        page.locator("#tab-quotes").focus()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#tab-actors")).to_be_focused()
        rows = page.locator("#panel-actors tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))"
        )
        assert rows[0] == ["تنظيم الدولة الإسلامية قوة مسلحة", "2", "1", "–", "1"]
        assert [row[0].split(" ")[0] for row in rows[1:]] == ["المرصد", "الحسكة", "قوات", "سوريا"]
        page.locator("#tab-entities").click()
        assert page.locator("#panel-entities tbody tr").count() == 12
        page.locator("#panel-entities .pointer").nth(3).click()
        expect(mark(page, "e:e4")).to_be_focused()


def test_what_is_copied_says_what_the_service_said(browser: Browser, address: str, tmp_path: Path) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(browser, address, permissions=permissions) as page:
        analyse(page, TEXT)
        copied = {}
        for form in ("formatJson", "formatConll", "formatEntities", "formatActs", "formatStances"):
            page.locator("#format").select_option(form)
            page.locator("#status").evaluate("status => { status.textContent = ''; }")
            page.locator("#copy").click()
            expect(page.locator("#status")).to_have_text("نُسخ.")
            copied[form] = page.evaluate("navigator.clipboard.readText()")
    answer = asked(address, TEXT)
    # The page gathers the actors itself, as it must after corrections; test_page_corrections holds it to the service's.
    assert json.loads(copied["formatJson"]) | {"actors": []} == answer | {"actors": []}
    file = tmp_path / "copied.conll"
    file.write_text(copied["formatConll"], encoding="utf-8", newline="")
    document = next(conll.read(file))
    assert document.text == TEXT
    assert [(entity.span.of(TEXT), entity.label) for entity in document.entities][2:5] == [
        *(("سجن غويران", "FAC"), ("الحسكة", "GPE"), ("داعش", "ARMED")),
    ]
    rows = list(csv.DictReader(io.StringIO(copied["formatEntities"], newline="")))
    assert [TEXT[int(row["start"]) : int(row["end"])] for row in rows] == [row["text"] for row in rows]
    assert rows[3] | {"score": "0.7"} == {
        **{"document": "نص 1", "id": "e4", "start": "58", "end": "64", "text": "غويران"},
        **{"label": "LOC", "name": "غويران", "score": "0.7", "parent": "e3"},
    }
    acts = list(csv.DictReader(io.StringIO(copied["formatActs"], newline="")))
    assert [(act["speaker"], act["cue"], act["force"]) for act in acts] == [
        *(("المرصد السوري لحقوق الإنسان", "أكد", "affirm"), ("تنظيم الدولة الإسلامية", "قال", "state")),
    ]
    stances = list(csv.DictReader(io.StringIO(copied["formatStances"], newline="")))
    assert [(one["holder"], one["polarity"], one["target_name"], one["evidence"]) for one in stances] == [
        ("author", "against", "تنظيم الدولة الإسلامية", "الإرهابي"),
        ("author", "favor", "قوات سوريا الديمقراطية", "البطلة"),
    ]


def test_a_cell_is_no_formula(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        made = page.evaluate(
            """async () => {
              const { FORMATS } = await import("/page/js/exports.js");
              const entity = (id, text) =>
                ({ id, start: 0, end: text.length, text, label: "NUM", name: null, score: 1, parent: null });
              const entities = [entity("e1", '=1+"1"'), entity("e2", "-5")];
              const analysis = { entities, attributions: [], stances: [] };
              return FORMATS.formatEntities.make([{ id: "+x", text: '=1+"1"', analysis }]);
            }"""
        )
    assert made.split("\r\n")[1:3] == ['\'+x,e1,0,6,"\'=1+""1""",NUM,,1,', "'+x,e2,0,2,-5,NUM,,1,"]


def test_files_are_dropped_and_opened(browser: Browser, address: str, tmp_path: Path) -> None:
    (tmp_path / "أول.txt").write_bytes("قسد\r\nداعش".encode())
    (tmp_path / "old.txt").write_bytes("داعش في الحسكة".encode("windows-1256"))
    with opened(browser, address) as page:
        page.locator("#files").set_input_files([tmp_path / "أول.txt", tmp_path / "old.txt"])
        expect(page.locator("#status")).to_have_text("قُرئ ملفان.")
        transfer = page.evaluate_handle(
            "() => { const one = new DataTransfer(); one.items.add(new File(['سوريا'], 'أول.txt')); return one; }"
        )
        page.locator("#input").dispatch_event("drop", {"dataTransfer": transfer})
        expect(page.locator("#boxes textarea")).to_have_count(3)
        sent: list[Any] = []

        def note(request: PageRequest) -> None:
            if request.method == "POST":
                sent.append(request.post_data_json)

        page.on("request", note)
        page.click("#analyse")
        expect(page.locator("#status")).to_have_text("حُلّلت 3 نصوص.")
    # A file is analysed as it is, line ends included, and no two documents have one name.
    assert [(one["id"], one["text"]) for one in sent] == [
        *(("أول", "قسد\r\nداعش"), ("old", "داعش في الحسكة"), ("أول (2)", "سوريا")),
    ]


def test_boxes_are_added_and_removed(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        paste(page, "قسد", "داعش")
        expect(page.locator("#boxes textarea").nth(1)).to_be_focused()
        page.get_by_role("button", name="احذف النص 1").click()
        assert page.locator("#boxes textarea").input_value() == "داعش"
        page.get_by_role("button", name="احذف النص 1").click()
        page.click("#analyse")
        expect(page.locator("#status")).to_have_text("لا نص لتحليله: ألصق خبرًا أولًا.")
        expect(page.locator("#boxes textarea")).to_be_focused()


def test_examples(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.get_by_role("button", name="خفايا هجوم داعش على سجن غويران").click()
        expect(page.locator("#analyse")).to_be_focused()
        page.click("#analyse")
        expect(page.locator("#results-title")).to_have_text("خفايا هجوم داعش على سجن غويران")


def test_english_is_the_second_language(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        analyse(page, TEXT)
        page.click("#language")
        root = page.locator("html")
        expect(root).to_have_attribute("lang", "en")
        expect(root).to_have_attribute("dir", "ltr")
        expect(page.locator("#language")).to_have_text("العربية")
        expect(page.locator("#language")).to_have_attribute("lang", "ar")
        expect(page.locator("#text")).to_have_attribute("dir", "rtl")
        expect(page.locator("#shown")).to_have_text("Showing 12 of 12 entities and 2 of 2 acts.")
        assert "Armed body\n3" in texts_of(page, "#labels .chip")
        arabic = page.locator("button, h2, h3, label, .hint").evaluate_all(
            "all => all.filter((e) => e.checkVisibility() && !e.closest('[lang=ar]') && !e.querySelector('[lang=ar]'))"
            ".map((e) => e.innerText).filter((text) => /[\\u0600-\\u06ff]/.test(text))"
        )
        assert arabic == []
        page.reload()
        expect(root).to_have_attribute("lang", "en")


def test_what_is_found_is_never_markup(browser: Browser, address: str) -> None:
    text = '<img src=x onerror="alert(1)"> قسد <b>داعش الإرهابي</b>'
    with opened(browser, address) as page:
        analyse(page, text)
        assert page.locator("#text img, #text b").count() == 0
        assert page.locator("#text p").text_content() == text


def test_five_thousand_words(browser: Browser, address: str) -> None:
    text = "\n".join([TEXT.replace("\n", " ")] * 200)
    assert len(text.split()) > 5_000
    with opened(browser, address) as page:
        analyse(page, text)
        # 30 entities a line would be 2,400 marks; each is one element, and each line one paragraph.
        assert page.locator("#text .mark.entity").count() == 2_400
        assert page.locator("#text p").count() == 200
        page.get_by_role("button", name="عدد").click()
        assert page.locator("#text .mark.entity:not(.off)").count() == 1_600
