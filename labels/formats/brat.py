"""brat standoff: a folder with a .txt and an .ann file for each document. Offsets are code points, as brat counts them.

    T   entities by their label, and the parts of acts and stances: Cue, Source, Content, Evidence, Unevidenced
    E   an attribution, triggered by its cue, with Source, Content, Content2, … and Parent (another attribution); a
        stance, triggered by its evidence or, as Unevidenced, on its target, with Target and Holder (none: the author)
    A   Mode and Force of an attribution, Polarity of a stance
    #   AnnotatorNotes: the name of an entity, the speaker of an attribution. Id: the id that the scheme's JSON has,
        without it that of brat. Document: the document's id, outlet, date and origin as JSON, on no annotation (*)

Files are numbered, and read in order of their names. `annotation.conf` tells brat what may be annotated.
"""

import json
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from labels.document import Attribution, Document, Span, Stance
from labels.fields import FormatError
from labels.formats.brat_reading import read_document
from labels.formats.parts import CONTENT, CUE, EVIDENCE, SOURCE, STANCES, UNEVIDENCED
from labels.formats.sound import sound
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, POLARITIES

UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST: Final = 60


def read(path: str | os.PathLike[str]) -> Iterator[Document]:
    """The folder's documents. Raises FormatError with file, line, brat's id and fault at the first malformed one."""
    folder = Path(path)
    texts, annotations = ({file.stem: file for file in folder.glob(f"*.{kind}")} for kind in ("txt", "ann"))
    if not texts:
        raise FormatError("", "holds no .txt file", os.fspath(path))
    for stem in sorted(texts.keys() ^ annotations.keys()):
        lonely, other = (texts[stem], ".ann") if stem in texts else (annotations[stem], ".txt")
        raise FormatError("", f"has no {other} file beside it", str(lonely))
    return (read_document(texts[stem], annotations[stem]) for stem in sorted(texts))


def write(path: str | os.PathLike[str], documents: Iterable[Document]) -> None:
    """Write the folder, which must not hold anything yet. Raises FileExistsError where it does."""
    folder = Path(path)
    folder.mkdir(exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    for number, document in enumerate(documents, 1):
        lines = _lines(sound(document))
        stem = f"{number:06}-{UNSAFE.sub('_', document.id)[:LONGEST]}"
        for kind, text in (("txt", document.text), ("ann", "".join(lines))):
            (folder / f"{stem}.{kind}").write_bytes(text.encode())
    (folder / "annotation.conf").write_text(_configuration(), encoding="utf-8")


def _configuration() -> str:
    """What may be annotated, for brat: it takes the nearest such file from the folder upwards."""
    target = f"Target:{'|'.join(LABELS)}, Holder?:{CUE}"
    stances = "|".join(STANCES)
    sections = {
        "entities": (*LABELS, SOURCE, CONTENT),
        "relations": (),
        "events": (
            f"{CUE}\t{SOURCE}?:{SOURCE}, {CONTENT}*:{CONTENT}, Parent?:{CUE}",
            *(f"{kind}\t{target}" for kind in STANCES),
        ),
        "attributes": (
            f"Mode\tArg:{CUE}, Value:{'|'.join(MODES)}",
            f"Force\tArg:{CUE}, Value:{'|'.join(FORCES)}",
            f"Polarity\tArg:{stances}, Value:{'|'.join(POLARITIES)}",
        ),
    }
    return "\n".join("\n".join((f"[{name}]", *lines, "")) for name, lines in sections.items())


class _Sheet:
    """The lines of one .ann file in the making; every kind of id counts for itself."""

    def __init__(self, text: str) -> None:
        self.lines: list[str] = []
        self._text = text
        self._counts: Counter[str] = Counter()

    def add(self, kind: str, words: str) -> str:
        self._counts[kind] += 1
        key = f"{kind}{self._counts[kind]}"
        self.lines.append(f"{key}\t{words}\n")
        return key

    def span(self, label: str, span: Span) -> str:
        return self.add("T", f"{label} {span.start} {span.end}\t{span.of(self._text)}")

    def note(self, kind: str, target: str, words: str | None) -> None:
        if words is not None:
            self.add("#", f"{kind} {target}\t{words}")

    def event(self, arguments: Iterable[tuple[str, str]], attributes: Iterable[tuple[str, str]]) -> str:
        key = self.add("E", " ".join(f"{role}:{target}" for role, target in arguments))
        for name, value in attributes:
            self.add("A", f"{name} {key} {value}")
        return key


def _lines(document: Document) -> list[str]:
    sheet = _Sheet(document.text)
    data = {key: getattr(document, key) for key in ("id", "outlet", "date", "origin")}
    sheet.note("Document", "*", json.dumps(data, ensure_ascii=False))
    entities: dict[str, str] = {}
    for entity in document.entities:
        entities[entity.id] = key = sheet.span(entity.label, entity.span)
        sheet.note("Id", key, entity.id)
        sheet.note("AnnotatorNotes", key, entity.name)
    acts = {act.id: f"E{number}" for number, act in enumerate(document.attributions, 1)}
    for act in document.attributions:
        key = sheet.event(_act(sheet, act, acts), (("Mode", act.mode), ("Force", act.force)))
        sheet.note("Id", key, act.id)
        sheet.note("AnnotatorNotes", key, act.speaker)
    spans = {entity.id: entity.span for entity in document.entities}
    for stance in document.stances:
        arguments = _stance(sheet, stance, spans[stance.target], entities, acts)
        sheet.event(arguments, (("Polarity", stance.polarity),))
    return sheet.lines


def _act(sheet: _Sheet, act: Attribution, acts: dict[str, str]) -> list[tuple[str, str]]:
    arguments = [(CUE, sheet.span(CUE, act.cue))]
    if act.source is not None:
        arguments.append((SOURCE, sheet.span(SOURCE, act.source)))
    for number, content in enumerate(act.contents, 1):
        # brat numbers the arguments of one role from the second on.
        arguments.append((f"{CONTENT}{number if number > 1 else ''}", sheet.span(CONTENT, content)))
    if act.parent is not None:
        arguments.append(("Parent", acts[act.parent]))
    return arguments


def _stance(
    sheet: _Sheet, stance: Stance, target: Span, entities: dict[str, str], acts: dict[str, str]
) -> list[tuple[str, str]]:
    kind = UNEVIDENCED if stance.evidence is None else EVIDENCE
    arguments = [(kind, sheet.span(kind, stance.evidence or target)), ("Target", entities[stance.target])]
    if stance.holder != AUTHOR:
        arguments.append(("Holder", acts[stance.holder]))
    return arguments
