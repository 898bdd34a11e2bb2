"""The figures of a document, each with what it counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from labels import Document, Span

_WORD = r"(?:[^\W\d_]|[\u0640\u064b-\u0652\u0670])+"
_AFTER = re.compile(rf"[ \u00a0]*(?:[%٪]|(?:(?:في|من) )?[“\"«]?{_WORD})")
_BEFORE = re.compile(rf"(?:{_WORD}[ \u00a0]+){{1,3}}$")
_CLOSING = re.compile(r"[”\"»]")
_SENTENCE = re.compile(r"[^.!؟?\n]*(?:[.](?=\d)[^.!؟?\n]*)*")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the text: where it stands, with the words that say of what it is, and its sentence."""

    span: Span
    counted: str
    sentence: str


def figures(document: Document) -> Iterator[Figure]:
    """The figures of the document, in the order of the text."""
    for entity in document.entities:
        if entity.label == "NUM":
            sentence = _sentence(document.text, entity.span)
            yield Figure(entity.span, _counted(document, entity.span, sentence), sentence.of(document.text).strip())


def _counted(document: Document, number: Span, sentence: Span) -> str:
    """The number with the word behind it (a name that begins there is taken whole), or else those before it."""
    text = document.text
    after = _AFTER.match(text, number.end, sentence.end)
    if after:
        ends = [e.span.end for e in document.entities if e.label != "NUM" and e.span.start < after.end() <= e.span.end]
        end = max([after.end(), *ends])
        quoted = any(mark in '“"«' for mark in text[number.end : end]) and _CLOSING.match(text, end)
        return text[number.start : end + bool(quoted)]
    before = _BEFORE.search(text, sentence.start, number.start)
    return text[before.start() if before else number.start : number.end]


def _sentence(text: str, span: Span) -> Span:
    for match in _SENTENCE.finditer(text):
        if match.start() <= span.start < match.end():
            return Span(match.start(), max(match.end(), span.end))
    return span
