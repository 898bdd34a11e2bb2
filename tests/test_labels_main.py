import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from labels import Attribution, Document, Entity, Span, Stance
from labels.__main__ import main
from labels.jsonl import read, write

ROOT = Path(__file__).resolve().parent.parent
TEXT = "أكدت قسد أن 3 من داعش فروا\n\nقسد بخير"
SOUND = Document(
    "d1",
    TEXT,
    (
        Entity("e1", Span(5, 8), "ARMED", "قوات سوريا الديمقراطية"),
        Entity("e2", Span(12, 13), "NUM"),
        Entity("e3", Span(17, 21), "ARMED", "تنظيم الدولة الإسلامية"),
        Entity("e4", Span(28, 31), "ARMED", "قوات سوريا الديمقراطية"),
    ),
    (Attribution("a1", Span(0, 4), Span(5, 8), (Span(12, 26),), "indirect", "affirm", "قوات سوريا الديمقراطية"),),
    (Stance("a1", "e3", "against", Span(17, 26)),),
    outlet="مثال",
    date="2022-01-24",
    origin="authored",
)
BROKEN = replace(SOUND, id="d2", date="أمس", stances=(Stance("author", "e2", "against"),))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A folder with a sound document in one file and a broken one in another, further down."""
    (tmp_path / "more").mkdir()
    write(tmp_path / "a.jsonl", [SOUND])
    write(tmp_path / "more" / "b.jsonl", [BROKEN])
    return tmp_path


def test_validate_passes_sound_documents(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(corpus / "a.jsonl")]) == 0
    assert capsys.readouterr().out == "1 documents, 0 faults\n"


def test_validate_names_every_fault_with_its_place(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (corpus / "more" / "b.jsonl").open("a", encoding="utf-8") as file:
        file.write('\n{"id": "d3"}\n')
    write(corpus / "z.jsonl", [SOUND])
    assert main(["validate", str(corpus)]) == 1
    bad = corpus / "more" / "b.jsonl"
    assert capsys.readouterr().out.splitlines() == [
        f"{bad}:1: d2: document: date 'أمس' is not YYYY-MM-DD",
        f"{bad}:1: d2: stance of author on e2: target 'e2' is no actor",
        f"{bad}:3: ?: text: missing",
        f"{corpus / 'z.jsonl'}:1: d1: document: the id stands at {corpus / 'a.jsonl'}:1 too",
        "4 documents, 4 faults",
    ]


def test_stats_counts_what_is_there(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(corpus)]) == 0
    rows = [tuple(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert ("documents", "2") in rows
    assert ("words", "18") in rows
    assert ("characters", "72") in rows
    assert ("ARMED", "6", "4") in rows
    assert ("NUM", "2") in rows
    assert ("affirm", "2") in rows
    assert ("indirect", "2") in rows
    assert ("against", "2") in rows
    assert ("of", "the", "author", "1") in rows
    assert ("أكدت", "2") in rows


def test_agreement_scores_the_documents_of_both(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = corpus / "other.jsonl"
    write(other, [replace(SOUND, entities=SOUND.entities[:2], stances=())])
    assert main(["agreement", str(corpus / "a.jsonl"), str(other)]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["1", "documents"]
    assert ["micro", "1.0000", "0.5000", "0.6667", "4", "2"] in rows
    assert ["act", "1.0000", "1.0000", "1.0000", "1", "1"] in rows
    assert ["against", "0.0000", "0.0000", "0.0000", "1", "0"] in rows


def test_agreement_says_what_it_leaves_aside(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = corpus / "both.jsonl"
    write(both, [SOUND, BROKEN])
    assert main(["agreement", str(both), str(corpus / "a.jsonl")]) == 0
    captured = capsys.readouterr()
    assert captured.err == f"only in {both}, left aside: d2\n"
    assert captured.out.startswith("1 documents\n")


def test_show_prints_a_document_line_by_line(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(corpus), "d1"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "d1 · مثال · 2022-01-24 · authored",
        "",
        "   1  أكدت قسد أن 3 من داعش فروا",
        "      e1   ARMED  «قسد» = قوات سوريا الديمقراطية",
        "      e2   NUM    «3»",
        "      e3   ARMED  «داعش» = تنظيم الدولة الإسلامية",
        "      a1   affirm (indirect): cue «أكدت», source «قسد», speaker قوات سوريا الديمقراطية",
        "           content «3 من داعش فروا»",
        "      against e3 «داعش», by a1 قوات سوريا الديمقراطية: «داعش فروا»",
        "",
        "   3  قسد بخير",
        "      e4   ARMED  «قسد» = قوات سوريا الديمقراطية",
    ]


def test_show_prints_the_first_document_when_none_is_named(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", str(corpus)]) == 0
    assert capsys.readouterr().out.startswith("d1 · ")


@pytest.mark.parametrize("target", ["b.jsonl", "b.json", "b.jsonld", "b"])
def test_convert_goes_by_the_endings_and_there_and_back(
    corpus: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    assert main(["convert", str(corpus / "a.jsonl"), str(corpus / target)]) == 0
    assert main(["convert", str(corpus / target), str(corpus / "back.jsonl")]) == 0
    assert (corpus / "back.jsonl").read_bytes() == (corpus / "a.jsonl").read_bytes()
    assert capsys.readouterr() == ("", "")


def test_convert_says_what_a_format_has_no_place_for(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nested = replace(
        SOUND, entities=(*SOUND.entities, Entity("e5", Span(33, 36), "NUM"), Entity("e6", Span(32, 36), "PER"))
    )
    write(corpus / "nested.jsonl", [nested])
    assert main(["convert", str(corpus / "nested.jsonl"), str(corpus / "out.tsv"), "--to", "conll"]) == 0
    assert capsys.readouterr() == (
        "",
        "conll has no place for 1 nested entities, 3 names of entities, 1 attributions, 1 stances: left out\n",
    )
    assert main(["convert", str(corpus / "out.tsv"), str(corpus / "back.jsonl"), "--from", "conll"]) == 0
    [document] = read(corpus / "back.jsonl")
    assert [(entity.span, entity.label) for entity in document.entities] == [
        (Span(5, 8), "ARMED"),
        (Span(12, 13), "NUM"),
        (Span(17, 21), "ARMED"),
        (Span(28, 31), "ARMED"),
        (Span(32, 36), "PER"),
    ]
    assert document.outlet == "مثال"


def test_a_conversion_that_fails_ends_with_1_and_its_place(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad, out = corpus / "bad.conll", corpus / "out.json"
    bad.write_text("قسد\tB-TOWN\n", encoding="utf-8")
    assert main(["convert", str(bad), str(out)]) == 1
    assert capsys.readouterr().err == (
        f"python -m labels: {bad}:1: tag 'B-TOWN' is none of O and B- or I- with a label\n"
    )
    assert not out.exists()


def test_a_folder_in_use_is_not_written_to(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(corpus / "a.jsonl"), str(corpus / "more")]) == 1
    assert capsys.readouterr().err == f"python -m labels: {corpus / 'more'} is not empty\n"


def test_diff_shows_the_documents_of_both(corpus: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ours, theirs = corpus / "ours.jsonl", corpus / "theirs.json"
    write(ours, [SOUND, replace(BROKEN, stances=()), replace(SOUND, id="d3")])
    write(corpus / "theirs.jsonl", [replace(SOUND, stances=()), replace(BROKEN, stances=())])
    assert main(["convert", str(corpus / "theirs.jsonl"), str(theirs)]) == 0
    assert main(["diff", str(ours), str(theirs)]) == 0
    captured = capsys.readouterr()
    assert captured.err == f"only in {ours}, left aside: d3\n"
    assert captured.out.splitlines() == [
        "document «d1»",
        "entity       4 the same, 0 different, 0 only in A, 0 only in B",
        "attribution  1 the same, 0 different, 0 only in A, 0 only in B",
        "stance       0 the same, 0 different, 1 only in A, 0 only in B",
        "",
        "            A        B",
        "stance      17:21    -  «داعش»",
        "  polarity  against  -",
        "  holder    act 0:4  -",
        "  evidence  17:26    -",
        "    A  «داعش فروا»",
        "",
        "document «d2»",
        "entity       4 the same, 0 different, 0 only in A, 0 only in B",
        "attribution  1 the same, 0 different, 0 only in A, 0 only in B",
        "stance       0 the same, 0 different, 0 only in A, 0 only in B",
    ]
    assert main(["diff", str(ours), str(theirs), "d2"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "document «d2»"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["convert", "nowhere.json", "b.jsonl"], "nowhere.json does not exist"),
        (["convert", "a.jsonl", "b.txt"], "the ending of b.txt stands for no format"),
        (["diff", "a.jsonl", "nowhere"], "nowhere does not exist"),
        (["diff", "a.jsonl", "more/b.jsonl"], "a.jsonl and more/b.jsonl have no document in common"),
        (["diff", "a.jsonl", "edited.jsonl"], "document d1: the two are of different texts"),
        (["diff", "a.jsonl", "edited.jsonl", "d9"], "a.jsonl has no document d9"),
        (["validate", "nowhere"], "nowhere does not exist"),
        (["stats", "empty"], "empty holds no .jsonl file"),
        (["show", "a.jsonl", "d9"], "a.jsonl has no document d9"),
        (["agreement", "a.jsonl", "more"], "a.jsonl and more have no document in common"),
        (["agreement", "twice.jsonl", "a.jsonl"], "document d1 stands twice in twice.jsonl"),
        (["agreement", "a.jsonl", "edited.jsonl"], "document d1: the predictions are of another text"),
    ],
)
def test_wrong_use_ends_with_2_and_says_why(
    corpus: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    complaint: str,
) -> None:
    (corpus / "empty").mkdir()
    write(corpus / "twice.jsonl", [SOUND, SOUND])
    write(corpus / "edited.jsonl", [replace(SOUND, text="نص آخر")])
    monkeypatch.chdir(corpus)
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"python -m labels: {complaint}\n"


@pytest.mark.parametrize("arguments", [[], ["validate"], ["sing"], ["agreement", "a.jsonl"], ["convert", "a.jsonl"]])
def test_missing_arguments_end_with_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def test_a_malformed_file_ends_with_1_and_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n", encoding="utf-8")
    assert main(["stats", str(bad)]) == 1
    assert capsys.readouterr().err == f"python -m labels: {bad}:1: id: missing\n"


def test_a_reader_that_leaves_early_is_no_failure(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    write(path, [replace(SOUND, text="سطر\n" * 200_000, entities=(), attributions=(), stances=())])
    command = [sys.executable, "-m", "labels", "show", str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "PYTHONUTF8": "1"}
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_the_package_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys, labels.__main__; "
        "print({n.split('.')[0] for n in sys.modules} - set(sys.stdlib_module_names) - {'labels', '__main__'})"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
