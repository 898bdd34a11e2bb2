"""All formats by name, the one of a path, and what each leaves out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from labels import jsonl
from labels.document import Document
from labels.formats import brat, conll, label_studio, web_annotation


@dataclass(frozen=True, slots=True)
class Format:
    """How documents are read from a path and written to it, and how much of one cannot be written, by kind."""

    read: Callable[[Path], Iterator[Document]]
    write: Callable[[Path, Iterable[Document]], None]
    lost: Callable[[Document], Counter[str]]


def links(document: Document) -> Counter[str]:
    """How many links of the document are not the scheme's but a model's."""
    return Counter(
        {
            "parents of entities": sum(entity.parent is not None for entity in document.entities),
            "entities of speakers": sum(act.speaker_entity is not None for act in document.attributions),
        }
    )


def predicted(document: Document) -> Counter[str]:
    """How much of the document is not the scheme's but a model's: its scores, and the links that it adds."""
    scores = (
        *(entity.score for entity in document.entities),
        *(act.score for act in document.attributions),
        *(stance.score for stance in document.stances),
    )
    return Counter({"scores": sum(score != 1 for score in scores)}) + links(document)


FORMATS: Final = {
    "jsonl": Format(jsonl.read, jsonl.write, predicted),
    "conll": Format(conll.read, conll.write, lambda document: conll.lost(document) + predicted(document)),
    "brat": Format(brat.read, brat.write, predicted),
    "label-studio": Format(label_studio.read, label_studio.write, predicted),
    "label-studio-predictions": Format(label_studio.read, label_studio.write_predictions, links),
    "web-annotation": Format(web_annotation.read, web_annotation.write, predicted),
}
"""The scheme's JSONL, and every other format."""

ENDINGS: Final = {
    ".jsonl": "jsonl",
    ".conll": "conll",
    ".iob2": "conll",
    ".json": "label-studio",
    ".jsonld": "web-annotation",
    "": "brat",
}
"""What a path without a format is taken for, by its ending; brat's is a folder."""


def guess(path: Path) -> str | None:
    """The name of the format that the path's ending stands for, None where it stands for none."""
    return "brat" if path.is_dir() else ENDINGS.get(path.suffix)
