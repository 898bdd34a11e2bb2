from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels import Attribution, Document, Entity, Span
from labels.fields import FormatError
from labels.formats.conll import lost, read, tokens, write
from tests.documents import texts

DOCUMENT = Document(
    "d1",
    "قال لقوات سوريا: فرّوا 🕊.\n\n«داعش»",
    (
        Entity("x", Span(10, 15), "GPE", "سوريا"),
        Entity("y", Span(5, 15), "ARMED", "قوات سوريا الديمقراطية"),
        Entity("z", Span(28, 32), "ARMED", "تنظيم الدولة الإسلامية"),
    ),
    (Attribution("a1", Span(0, 3), None, (Span(17, 22),), "direct", "state"),),
    date="2022-01-24",
    origin="seed",
)
WRITTEN = """\
# document = {"id": "d1", "text": "قال لقوات سوريا: فرّوا 🕊.\\n\\n«داعش»", "outlet": null, \
"date": "2022-01-24", "origin": "seed"}
قال	O
ل	O
قوات	B-ARMED
سوريا	I-ARMED
:	O
فرّوا	O
🕊	O
.	O

«	O
داعش	B-ARMED
»	O

"""
HEAD = '# document = {"id": "d1", "text": "قال زيد"}\n'


def test_a_document_is_written_with_its_text_and_a_token_a_line(tmp_path: Path) -> None:
    path = tmp_path / "d.conll"
    write(path, [DOCUMENT])
    assert path.read_text(encoding="utf-8") == WRITTEN


def test_what_is_written_is_read_with_its_offsets(tmp_path: Path) -> None:
    path = tmp_path / "d.conll"
    path.write_text(WRITTEN, encoding="utf-8")
    assert list(read(path)) == [
        Document(
            "d1",
            "قال لقوات سوريا: فرّوا 🕊.\n\n«داعش»",
            (Entity("e1", Span(5, 15), "ARMED"), Entity("e2", Span(28, 32), "ARMED")),
            date="2022-01-24",
            origin="seed",
        )
    ]


def test_what_has_no_place_is_counted() -> None:
    assert lost(DOCUMENT) == {"nested entities": 1, "names of entities": 3, "attributions": 1, "stances": 0}


def test_a_file_of_others_is_read_with_single_spaces(tmp_path: Path) -> None:
    path = tmp_path / "news.conll"
    path.write_bytes("قال NN O\r\nزيد NNP B-PER\r\nعمر NNP I-PER\r\n\r\n\r\nفي IN O\r\nسوريا NNP B-GPE\r\n".encode())
    [document] = read(path)
    assert document == Document(
        "news", "قال زيد عمر\nفي سوريا", (Entity("e1", Span(4, 11), "PER"), Entity("e2", Span(15, 20), "GPE"))
    )


def test_docstart_begins_a_document(tmp_path: Path) -> None:
    path = tmp_path / "news.conll"
    path.write_text("-DOCSTART- O\n\nزيد B-PER\n\n-DOCSTART- O\n\nعمر B-PER\n", encoding="utf-8")
    assert [(document.id, document.text) for document in read(path)] == [("news-1", "زيد"), ("news-2", "عمر")]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("زيد\n", "1: must be a token and a tag, with a tab between"),
        ("زيد\tB-TOWN\n", "1: tag 'B-TOWN' is none of O and B- or I- with a label"),
        ("زيد\tO\nعمر\tI-PER\n", "2: tag 'I-PER' continues no PER: IOB2 begins an entity with B-"),
        ("زيد\tB-PER\n\nعمر\tI-PER\n", "3: tag 'I-PER' continues no PER: IOB2 begins an entity with B-"),
        ("زيد\tB-GPE\nعمر\tI-PER\n", "2: tag 'I-PER' continues no PER: IOB2 begins an entity with B-"),
        ("سوريا\tB-GPE\tO\n", "1: another column has the tag 'B-GPE': there is no place for nested entities"),
        (HEAD + "قال\tO\nعمر\tO\n", "3: token 'عمر' is not what the text has at 4"),
        (HEAD + "قال\tO\nزيد\tO\nعمر\tO\n", "4: token 'عمر' is not what the text has at 7"),
        (HEAD + "قال\tO\n" + HEAD, "3: document d1: no token for the text from 3 on"),
        ("# document = {]\n", "1: document: not JSON: Expecting property name enclosed in double quotes: "
         "line 1 column 2 (char 1)"),
        ('# document = {"id": "d1"}\n', "1: document.text: missing"),
    ],
)  # fmt: skip
def test_a_malformed_line_is_refused_by_its_number(tmp_path: Path, content: str, fault: str) -> None:
    path = tmp_path / "bad.conll"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        list(read(path))
    assert str(caught.value) == f"{path}:{fault}"


def test_text_without_tokens_at_the_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.conll"
    path.write_text(HEAD + "قال\tO\n", encoding="utf-8")
    with pytest.raises(FormatError) as caught:
        list(read(path))
    assert str(caught.value) == f"{path}: document d1: no token for the text from 3 on"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.conll"
    path.write_bytes(b"a\tO\n\xff\tO\n")
    with pytest.raises(FormatError) as caught:
        list(read(path))
    assert str(caught.value) == f"{path}:2: not UTF-8 at byte 0 of the line"


def test_tokens_are_runs_of_letters_and_marks_or_single_characters() -> None:
    text = "فرّوا، 5.3%\u00a0🕊🕊 بـ«قسد»"
    assert [token.of(text) for token in tokens(text)] == [
        "فرّوا", "،", "5", ".", "3", "%", "🕊", "🕊", "بـ", "«", "قسد", "»",
    ]  # fmt: skip
    assert list(tokens("والأسايش", [1])) == [(0, 1), (1, 8)]


@given(texts, st.sets(st.integers(0, 60)))
def test_tokens_hold_all_but_white_space_and_end_at_the_edges(text: str, edges: set[int]) -> None:
    found = list(tokens(text, edges))
    covered = {at for start, end in found for at in range(start, end)}
    assert covered == {at for at, character in enumerate(text) if not character.isspace()}
    assert len(covered) == sum(end - start for start, end in found)
    assert not any(start < edge < end for start, end in found for edge in edges)
