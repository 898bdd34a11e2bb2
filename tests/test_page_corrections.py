"""The page, correcting: what a person changes can be downloaded in the scheme's JSONL, ready for training."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from labels import jsonl
from labels.__main__ import main as labels_main
from labels.document import Document
from labels.validation import faults
from serving.assemble import actors
from serving.offsets import OffsetUnit, offsets
from tests.browser import ROOT, analyse, mark, opened, pick

TEXT = "أكد المرصد السوري لحقوق الإنسان أن داعش هاجم سجن غويران 😀\nوأَعلنَ فصيل النور «كتائب الفجر» هدنةً مع قسد"


def select(page: Page, part: str, after: int = 0) -> None:
    """Selects a part of the text as the mouse would."""
    page.evaluate(
        """([part, after]) => {
          const at = (offset) => {
            const lines = [...document.querySelectorAll("#text p")].reverse();
            const line = lines.find((one) => Number(one.dataset.start) <= offset);
            let left = offset - Number(line.dataset.start);
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              if (left <= node.length) return [node, left];
              left -= node.length;
            }
          };
          const text = [...document.querySelectorAll("#text p")].map((line) => line.textContent).join("\\n");
          const start = text.indexOf(part, after);
          getSelection().setBaseAndExtent(...at(start), ...at(start + part.length));
        }""",
        [part, after],
    )
    expect(page.locator("#selected")).to_contain_text(part.split("\n")[0])


def download(page: Page, folder: Path) -> list[dict[str, Any]]:
    """The corrected documents as they are downloaded; they pass `python -m labels validate`."""
    with page.expect_download() as waited:
        page.locator("#download-corrected").click()
    assert waited.value.suggested_filename == "isnad-corrections.jsonl"
    file = folder / "isnad-corrections.jsonl"
    waited.value.save_as(file)
    assert labels_main(["validate", str(file)]) == 0
    expect(page.locator("#status")).to_have_text("نُزّل الملف، وهو جاهز للتدريب.")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def surfaces(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(document["text"][one["start"] : one["end"]], one["label"]) for one in document["entities"]]


def correcting(page: Page, *texts: str) -> Locator:
    """Has the texts analysed and begins to correct. The form is what is given back."""
    analyse(page, *texts)
    page.locator("#correct").click()
    return page.locator("#form")


def test_what_is_not_touched_is_downloaded_as_it_was_found(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address) as page:
        correcting(page, TEXT)
        (document,) = download(page, tmp_path)
    assert document == {
        **{"id": "نص 1", "text": TEXT, "outlet": None, "date": None, "origin": "external"},
        "entities": [
            {"id": "e1", "start": 4, "end": 31, "label": "ORG", "name": "المرصد السوري لحقوق الإنسان"},
            {"id": "e2", "start": 35, "end": 39, "label": "ARMED", "name": "تنظيم الدولة الإسلامية"},
            {"id": "e3", "start": 45, "end": 55, "label": "FAC", "name": "سجن غويران"},
            {"id": "e4", "start": 49, "end": 55, "label": "LOC", "name": "غويران"},
            {"id": "e5", "start": 100, "end": 103, "label": "ARMED", "name": "قوات سوريا الديمقراطية"},
        ],
        "attributions": [
            {
                **{"id": "a1", "source": [4, 31], "speaker": "المرصد السوري لحقوق الإنسان", "cue": [0, 3]},
                **{"contents": [[35, 57]], "mode": "indirect", "force": "affirm", "parent": None},
            }
        ],
        "stances": [],
    }


def test_entities_are_added_changed_and_deleted(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address) as page:
        form = correcting(page, TEXT)
        # A new one, selected with the quote marks and the space around it, behind an emoji and vowel marks.
        select(page, " «كتائب الفجر» ")
        page.locator("#s-label").select_option("ARMED")
        page.get_by_role("button", name="أضفه كيانًا").click()
        expect(page.locator("#status")).to_have_text("سُجّل التصحيح.")
        expect(form.locator("#f-name")).to_have_value("كتائب الفجر")
        # Another label and another name, in every mention.
        pick(page, "e:e2")
        form.locator("#f-label").select_option("ORG")
        form.locator("#f-name").fill("  «داعش» ")
        form.locator("#f-name").press("Enter")
        expect(form.locator("#f-name")).to_have_value("داعش")
        # Other borders, a letter at a time and by a selection.
        pick(page, "e:e5")
        form.get_by_role("button", name="قدّم البداية حرفًا").click()
        expect(mark(page, "e:e5")).to_have_text("ع قسد")
        form.get_by_role("button", name="أخّر البداية حرفًا").click()
        expect(mark(page, "e:e5")).to_have_text("قسد")
        select(page, "مع قسد")
        page.get_by_role("button", name="اجعله حدود الكيان").click()
        expect(mark(page, "e:e5")).to_have_text("مع قسد")
        pick(page, "e:e4")
        form.get_by_role("button", name="احذف الكيان").click()
        (document,) = download(page, tmp_path)
    assert surfaces(document) == [
        *(("المرصد السوري لحقوق الإنسان", "ORG"), ("داعش", "ORG"), ("سجن غويران", "FAC")),
        *(("كتائب الفجر", "ARMED"), ("مع قسد", "ARMED")),
    ]
    assert document["entities"][1]["name"] == "داعش"
    assert document["entities"][3] == {"id": "e6", "start": 78, "end": 89, "label": "ARMED", "name": "كتائب الفجر"}


def test_a_letter_moves_with_its_marks(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        form = correcting(page, "قال إن قسدٌ👨‍👩‍👧 هنا")
        pick(page, "e:e1")
        for wanted in ("قسدٌ", "قسدٌ👨‍👩‍👧", "قسدٌ👨‍👩‍👧 ه"):
            form.get_by_role("button", name="أخّر النهاية حرفًا").click()
            expect(mark(page, "e:e1")).to_have_text(wanted)


def test_an_act_is_made_from_its_cue(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address) as page:
        form = correcting(page, TEXT)
        select(page, "أَعلنَ")
        page.get_by_role("button", name="ابدأ قولًا أداتُه هذه").click()
        expect(page.locator("#faults")).to_contain_text("القول الذي أداته «أَعلنَ» بلا مضمون")
        page.locator("#download-corrected").click()
        expect(page.locator("#status")).to_have_text("لم يُنزَّل بعد: أصلح ما يلي.")
        select(page, "فصيل النور")
        page.get_by_role("button", name="اجعله المصدر").click()
        select(page, "هدنةً مع قسد")
        page.get_by_role("button", name="أضفه إلى المضمون").click()
        expect(page.locator("#faults")).to_be_empty()
        form.locator("#f-speaker").fill("فصيل النور")
        form.locator("#f-speaker").press("Enter")
        form.locator("#f-force").select_option("admit")
        form.locator("#f-mode").select_option("direct")
        (document,) = download(page, tmp_path)
    act = document["attributions"][1]
    text = document["text"]
    assert [text[slice(*span)] for span in (act["cue"], act["source"], *act["contents"])] == [
        *("أَعلنَ", "فصيل النور", "هدنةً مع قسد"),
    ]
    assert {key: act[key] for key in ("id", "speaker", "mode", "force", "parent")} == {
        **{"id": "a2", "speaker": "فصيل النور", "mode": "direct", "force": "admit", "parent": None},
    }


def test_the_chain_and_the_holders_follow_what_is_corrected(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address) as page:
        form = correcting(page, TEXT)
        pick(page, "e:e2")
        expect(form).to_contain_text("صاحبه: المرصد السوري لحقوق الإنسان")
        form.locator("#f-stance-against").check()
        select(page, "هاجم")
        page.get_by_role("button", name="اجعله شاهد الموقف").click()
        # An act within the words of the first takes the target over.
        select(page, "داعش")
        page.get_by_role("button", name="ابدأ قولًا أداتُه هذه").click()
        select(page, "هاجم سجن غويران")
        page.get_by_role("button", name="أضفه إلى المضمون").click()
        (document,) = download(page, tmp_path)
        assert [act["parent"] for act in document["attributions"]] == [None, "a1"]
        assert document["stances"] == [{"holder": "a1", "target": "e2", "polarity": "against", "evidence": [40, 44]}]
        pick(page, "a:a1", "cue")
        form.get_by_role("button", name="احذف القول").click()
        (document,) = download(page, tmp_path)
    assert [act["parent"] for act in document["attributions"]] == [None]
    assert document["stances"][0]["holder"] == "author"


def test_what_breaks_a_rule_is_named_and_not_downloaded(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        form = correcting(page, TEXT)
        found = page.locator("#faults")
        select(page, "هاجم سجن")
        page.locator("#s-label").select_option("EVENT")
        page.get_by_role("button", name="أضفه كيانًا").click()
        expect(found).to_contain_text("يتقاطع «هاجم سجن» و«سجن غويران»")
        page.locator("#undo").click()
        expect(found).to_be_empty()
        pick(page, "e:e3")
        form.locator("#f-label").select_option("LOC")
        expect(found).to_contain_text("«غويران» داخل «سجن غويران» ومن نوعه نفسه.")
        page.locator("#download-corrected").click()
        expect(page.locator("#status")).to_have_text("لم يُنزَّل بعد: أصلح ما يلي.")
        found.get_by_role("button").click()
        expect(form.locator("h3")).to_have_text("«غويران»")
        form.locator("#f-label").select_option("PER")
        expect(found).to_be_empty()
        form.locator("#f-name").fill(" ")
        form.locator("#f-name").press("Enter")
        expect(form.locator("#f-name")).to_have_value("غويران")
        select(page, "😀\nوأَعلنَ")
        page.get_by_role("button", name="أضفه كيانًا").click()
        expect(page.locator("#status")).to_have_text("ما حُدّد يمتد على أكثر من سطر.")


def test_undo_and_redo(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        form = correcting(page, TEXT)
        expect(page.locator("#undo")).to_be_disabled()
        pick(page, "e:e3")
        form.locator("#f-label").select_option("EVENT")
        form.get_by_role("button", name="احذف الكيان").click()
        expect(mark(page, "e:e3")).to_have_count(0)
        page.locator("#undo").click()
        pick(page, "e:e3")
        expect(form.locator("#f-label")).to_have_value("EVENT")
        page.locator("#undo").click()
        expect(form.locator("#f-label")).to_have_value("FAC")
        page.locator("#redo").click()
        expect(form.locator("#f-label")).to_have_value("EVENT")
        expect(page.locator("#status")).to_have_text("أُعيد التصحيح.")


def test_with_the_keyboard_alone(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address) as page:
        page.locator("#boxes textarea").focus()
        page.keyboard.insert_text(TEXT)
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "analyse":
                break
        page.keyboard.press("Enter")
        expect(page.locator("#results-title")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.locator("#correct")).to_be_focused()
        page.keyboard.press("Enter")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id") == "text":
                break
        # To the last word but one: what is typed on the way leaves the text as it is.
        page.keyboard.press("Control+End")
        page.keyboard.type("abc")
        page.keyboard.press("Backspace")
        page.keyboard.press("Control+ArrowRight")
        page.keyboard.press("Control+ArrowRight")
        for _ in range(3):
            page.keyboard.press("Shift+ArrowLeft")
        expect(page.locator("#selected")).to_contain_text("«مع »")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Enter")
        expect(page.locator("#s-label")).to_be_focused()
        page.locator("#s-label").select_option("EVENT")
        page.keyboard.press("Tab")
        expect(page.locator("#s-entity")).to_be_focused()
        page.keyboard.press("Enter")
        expect(mark(page, "e:e6")).to_have_text("مع")
        # Enter at a mark opens its form.
        page.locator("#text").focus()
        page.keyboard.press("Control+Home")
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        expect(page.locator("#f-speaker")).to_be_focused()
        lines = page.locator("#text p").evaluate_all("lines => lines.map((line) => line.textContent)")
        assert lines == TEXT.split("\n")
        (document,) = download(page, tmp_path)
    assert surfaces(document)[-2:] == [("مع", "EVENT"), ("قسد", "ARMED")]


def test_several_corrected_documents_come_in_one_file(browser: Browser, address: str, tmp_path: Path) -> None:
    with opened(browser, address) as page:
        form = correcting(page, TEXT, "قسد هنا", "داعش هنا")
        pick(page, "e:e4")
        form.get_by_role("button", name="احذف الكيان").click()
        page.locator(".document").nth(2).click()
        expect(page.locator("#download-corrected")).to_have_text("نزّل النصين المصحَّحين (JSONL)")
        documents = download(page, tmp_path)
    assert [document["id"] for document in documents] == ["نص 1", "نص 3"]


def answer_of(document: Document) -> dict[str, Any]:
    """The document as the page holds it: offsets in UTF-16, spans with their text."""
    table = offsets(document.text, OffsetUnit.UTF16)
    value = jsonl.to_json(document, predicted=True)

    def placed(span: list[int] | None) -> dict[str, Any] | None:
        if span is None:
            return None
        return {"start": table[span[0]], "end": table[span[1]], "text": document.text[span[0] : span[1]]}

    for entity in value["entities"]:
        entity |= {"name": entity.get("name")} | (placed([entity["start"], entity["end"]]) or {})
    for act in value["attributions"]:
        speaker = act["speaker"] and {"name": act["speaker"]["name"], "entity": act["speaker"]["entity"]}
        act |= {"speaker": speaker, "source": placed(act["source"]), "cue": placed(act["cue"])}
        act |= {"contents": [placed(content) for content in act["contents"]]}
    for stance in value["stances"]:
        stance["evidence"] = placed(stance["evidence"])
    return value


@pytest.fixture(scope="module")
def gold() -> list[Document]:
    return list(jsonl.read(ROOT / "labels" / "corpus" / "seeds.jsonl"))


def test_what_people_annotated_comes_through_unchanged(browser: Browser, address: str, gold: list[Document]) -> None:
    """Through the page's own settling and writing, the annotated articles stay what they are, with an emoji before all
    of them too; and the page gathers the same actors as the service."""
    script = """async (documents) => {
      const { settled } = await import("/page/js/edits.js");
      const { schemeOf } = await import("/page/js/exports.js");
      const { actorsOf } = await import("/page/js/links.js");
      const { faults } = await import("/page/js/rules.js");
      return documents.map((one) => {
        const analysis = settled(one.text, one);
        return [schemeOf({ ...one, analysis }), actorsOf(one.text, analysis), faults(one.text, analysis)];
      });
    }"""
    moved = [jsonl.from_json(_shifted(jsonl.to_json(document))) for document in gold]
    with opened(browser, address) as page:
        given = page.evaluate(script, [answer_of(document) for document in gold + moved])
    for document, (written, gathered, found) in zip(gold + moved, given, strict=True):
        again = jsonl.from_json(written)
        assert list(faults(again)) == found == []
        assert {one.id: one for one in again.entities} == {one.id: one for one in document.entities}
        assert {act.id: act for act in again.attributions} == {act.id: act for act in document.attributions}
        assert again.stances == document.stances
        assert gathered == [
            {
                **{"name": actor.name, "label": actor.label, "mentions": list(actor.mentions), "said": actor.said},
                "stances": [
                    {"holder": one.holder, "favor": one.favor, "against": one.against, "neutral": one.neutral}
                    for one in actor.stances
                ],
            }
            for actor in actors(again)
        ]


def _shifted(value: Any) -> Any:
    """The document with two emoji set before its text, all spans moved along."""
    if isinstance(value, dict):
        numbers = {"start", "end"}
        return {key: one + 2 if key in numbers else _shifted(one) for key, one in value.items()} | (
            {"text": "😀😀" + value["text"]} if "text" in value else {}
        )
    if isinstance(value, list):
        return [one + 2 if isinstance(one, int) else _shifted(one) for one in value]
    return value
