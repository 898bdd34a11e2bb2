from pathlib import Path

import pytest

from labels import Attribution, Document, Entity, Span, Stance
from labels.fields import FormatError
from labels.formats.brat import read, write

TEXT = "🕊 أكدت قسد أن 3 من داعش فروا\nوأضافت"
DOCUMENT = Document(
    "خبر/1",
    TEXT,
    (
        Entity("e1", Span(7, 10), "ARMED", "قوات سوريا الديمقراطية"),
        Entity("e2", Span(14, 15), "NUM"),
        Entity("e3", Span(19, 23), "ARMED", "تنظيم الدولة"),
    ),
    (
        Attribution("a1", Span(2, 6), Span(7, 10), (Span(14, 18), Span(19, 28)), "indirect", "affirm", "قسد"),
        Attribution("a2", Span(30, 35), None, (), "direct", "state", parent="a1"),
    ),
    (Stance("a1", "e3", "against", Span(19, 28)), Stance("author", "e3", "favor")),
    date="2022-01-24",
    origin="seed",
)
WRITTEN = """\
#1	Document *	{"id": "خبر/1", "outlet": null, "date": "2022-01-24", "origin": "seed"}
T1	ARMED 7 10	قسد
#2	Id T1	e1
#3	AnnotatorNotes T1	قوات سوريا الديمقراطية
T2	NUM 14 15	3
#4	Id T2	e2
T3	ARMED 19 23	داعش
#5	Id T3	e3
#6	AnnotatorNotes T3	تنظيم الدولة
T4	Cue 2 6	أكدت
T5	Source 7 10	قسد
T6	Content 14 18	3 من
T7	Content 19 28	داعش فروا
E1	Cue:T4 Source:T5 Content:T6 Content2:T7
A1	Mode E1 indirect
A2	Force E1 affirm
#7	Id E1	a1
#8	AnnotatorNotes E1	قسد
T8	Cue 30 35	أضافت
E2	Cue:T8 Parent:E1
A3	Mode E2 direct
A4	Force E2 state
#9	Id E2	a2
T9	Evidence 19 28	داعش فروا
E3	Evidence:T9 Target:T3 Holder:E1
A5	Polarity E3 against
T10	Unevidenced 19 23	داعش
E4	Unevidenced:T10 Target:T3
A6	Polarity E4 favor
"""


def folder(path: Path, annotations: str, text: str = TEXT) -> Path:
    (path / "d1.txt").write_bytes(text.encode())
    (path / "d1.ann").write_bytes(annotations.encode())
    return path


def test_a_document_is_written_as_brat_has_it(tmp_path: Path) -> None:
    write(tmp_path / "out", [DOCUMENT])
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "000001-_1.ann",
        "000001-_1.txt",
        "annotation.conf",
    ]
    assert (tmp_path / "out/000001-_1.txt").read_bytes() == TEXT.encode()
    assert (tmp_path / "out/000001-_1.ann").read_text(encoding="utf-8") == WRITTEN


def test_brat_is_told_what_may_be_annotated(tmp_path: Path) -> None:
    write(tmp_path, [])
    assert (tmp_path / "annotation.conf").read_text(encoding="utf-8").splitlines() == [
        "[entities]",
        "PER", "NORP", "ORG", "ARMED", "MEDIA", "GPE", "LOC", "FAC", "EVENT", "DATE", "NUM", "WEAPON",
        "Source", "Content",
        "",
        "[relations]",
        "",
        "[events]",
        "Cue\tSource?:Source, Content*:Content, Parent?:Cue",
        "Evidence\tTarget:PER|NORP|ORG|ARMED|MEDIA|GPE|LOC|FAC|EVENT|DATE|NUM|WEAPON, Holder?:Cue",
        "Unevidenced\tTarget:PER|NORP|ORG|ARMED|MEDIA|GPE|LOC|FAC|EVENT|DATE|NUM|WEAPON, Holder?:Cue",
        "",
        "[attributes]",
        "Mode\tArg:Cue, Value:indirect|direct|mixed",
        "Force\tArg:Cue, Value:state|affirm|claim|deny|accuse|demand|warn|admit|predict|ask",
        "Polarity\tArg:Evidence|Unevidenced, Value:favor|against",
    ]  # fmt: skip


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert list(read(folder(tmp_path, WRITTEN))) == [DOCUMENT]


def test_without_the_notes_brats_ids_and_the_name_of_the_file_count(tmp_path: Path) -> None:
    lines = [line for line in WRITTEN.splitlines(keepends=True) if line[0] != "#"]
    [document] = read(folder(tmp_path, "".join(lines)))
    assert document.id == "d1"
    assert [entity.id for entity in document.entities] == ["T1", "T2", "T3"]
    assert [(act.id, act.parent) for act in document.attributions] == [("E1", None), ("E2", "E1")]
    assert [(stance.holder, stance.target) for stance in document.stances] == [("E1", "T3"), ("author", "T3")]
    assert {entity.name for entity in document.entities} == {None}


def test_contents_stand_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    spans = [Span(at, at + 1) for at in range(11)]
    lines = ["T1\tCue 11 12\tL\n", *(f"T{n}\tContent {n - 2} {n - 1}\t{'ABCDEFGHIJK'[n - 2]}\n" for n in range(2, 13))]
    roles = [f"Content{n if n > 1 else ''}:T{n + 1}" for n in range(11, 0, -1)]
    lines.append(f"E1\tCue:T1 {' '.join(roles)}\nA1\tMode E1 direct\nA2\tForce E1 state\n")
    [document] = read(folder(tmp_path, "".join(lines), "ABCDEFGHIJKL"))
    assert document.attributions[0].contents == tuple(spans)


@pytest.mark.parametrize(
    ("annotations", "fault"),
    [
        ("T1 ARMED 7 10 قسد\n", "1: the scheme has no place for a line that begins with 'T1 ARMED 7 10 قسد'"),
        ("R1\tOf Arg1:T1 Arg2:T2\n", "1: the scheme has no place for a line that begins with 'R1'"),
        ("N1\tReference T1 Wikipedia:534366\tقسد\n", "1: the scheme has no place for a line that begins with 'N1'"),
        ("*\tEquiv T1 T2\n", "1: the scheme has no place for a line that begins with '*'"),
        ("T1\tARMED 7 10\n", "1: T1: has no second tab"),
        ("T1\tARMED 7-10\tقسد\n", "1: T1: must be a type, a start and an end, with one space between"),
        ("T1\tARMED 7 10;14 15\tقسد 3\n", "1: T1: the scheme has no place for a span in pieces"),
        ("T1\tTown 7 10\tقسد\n", "1: T1: type 'Town' is none of PER, NORP, ORG, ARMED, MEDIA, GPE, LOC, FAC, EVENT, "
         "DATE, NUM, WEAPON, Cue, Source, Content, Evidence, Unevidenced"),
        ("T1\tARMED 7 99\tقسد\n", "1: T1: [7, 99] is not a span of the text"),
        ("T1\tARMED 7 10\tداعش\n", "1: T1: the text has 'قسد' there, not 'داعش'"),
        ("T1\tNUM 14 15\t3\n\nT1\tNUM 14 15\t3\n", "3: T1: the id stands twice"),
        ("T1\tCue 2 6\tأكدت\n", "1: T1: the Cue belongs to no event"),
        ("T1\tCue 2 6\tأكدت\nE1\tCue:T1\nA1\tMode E1 direct\n", "2: E1: has no Force"),
        ("E1\tSpeech:T1\n", "1: E1: event 'Speech' is none of Cue, Evidence, Unevidenced"),
        ("E1\tCue:T1 Source\n", "1: E1: 'Source' is not a new role and its filler, with a colon between"),
        ("E1\tCue:T1\n", "1: E1: 'T1' is no Cue"),
        ("T1\tCue 2 6\tأكدت\nE1\tCue:T1 Topic:T1\n", "2: E1: the scheme has no place for the argument Topic"),
        ("T1\tEvidence 2 6\tأكدت\nE1\tEvidence:T1 Target:T1\n", "2: E1: Target 'T1' is no entity"),
        ("T1\tCue 2 6\tأكدت\nE1\tCue:T1 Parent:E7\nA1\tMode E1 direct\nA2\tForce E1 state\n",
         "2: E1: 'E7' is no attribution"),
        ("T1\tCue 2 6\tأكدت\nE1\tCue:T1\nA1\tMode E1 loud\n", "3: A1: Mode 'loud' is none of indirect, direct, mixed"),
        ("T1\tCue 2 6\tأكدت\nE1\tCue:T1\nA1\tPolarity E1 favor\n", "3: A1: E1 is no event that has a Polarity"),
        ("T1\tCue 2 6\tأكدت\nE1\tCue:T1\nA1\tMode E1 direct\nA2\tMode E1 mixed\n", "4: A2: E1 has another Mode"),
        ("A1\tNegation E1\n", "1: A1: must be one of Mode, Force, Polarity, an event and a value"),
        ("#1\tRemark T1\tلا\n", "1: #1: note 'Remark' is none of AnnotatorNotes, Id, Document"),
        ("#1\tAnnotatorNotes T1\tلا\n", "1: #1: 'T1' is no entity and no attribution"),
        ("#1\tDocument *\t{\n", "1: #1: not JSON: Expecting property name enclosed in double quotes: "
         "line 1 column 2 (char 1)"),
        ("#1\tDocument *\t{}\n", "1: #1: id: missing"),
    ],
)  # fmt: skip
def test_a_malformed_line_is_refused_by_its_number(tmp_path: Path, annotations: str, fault: str) -> None:
    with pytest.raises(FormatError) as caught:
        list(read(folder(tmp_path, annotations)))
    assert str(caught.value) == f"{tmp_path / 'd1.ann'}:{fault}"


def test_two_entities_of_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        list(read(folder(tmp_path, "T1\tNUM 14 15\t3\nT2\tNUM 14 15\t3\n#1\tId T1\tT2\n")))
    assert str(caught.value) == f"{tmp_path / 'd1.ann'}: entity T2: the id stands 2 times"


def test_a_file_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        read(tmp_path)
    assert str(caught.value) == f"{tmp_path}: holds no .txt file"
    folder(tmp_path, "")
    (tmp_path / "d2.txt").touch()
    with pytest.raises(FormatError) as caught:
        read(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'd2.txt'}: has no .ann file beside it"
    (tmp_path / "d0.ann").touch()
    with pytest.raises(FormatError) as caught:
        read(tmp_path)
    assert str(caught.value) == f"{tmp_path / 'd0.ann'}: has no .txt file beside it"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (folder(tmp_path, "") / "d1.txt").write_bytes(b"a\xff")
    with pytest.raises(FormatError) as caught:
        list(read(tmp_path))
    assert str(caught.value) == f"{tmp_path / 'd1.txt'}: not UTF-8 at byte 1"


def test_a_folder_with_something_in_it_is_not_written_to(tmp_path: Path) -> None:
    folder(tmp_path, "")
    with pytest.raises(FileExistsError) as caught:
        write(tmp_path, [DOCUMENT])
    assert str(caught.value) == f"{tmp_path} is not empty"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["d1.ann", "d1.txt"]
