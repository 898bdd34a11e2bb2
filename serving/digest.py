"""What a document says, for a person at a terminal."""

from collections.abc import Iterable, Iterator
from typing import Final

from labels import Attribution, Document, Entity, Stance
from labels.scheme import AUTHOR
from serving.analysis import Actor
from serving.assemble import actors
from serving.figures import figures
from serving.terminal import LABEL_STYLES, SIDES, Terminal, isolate, plain, shortened, wrapped

_TITLE_WORDS: Final = 5
_TITLE_LINES: Final = 2
_SAID_LINES: Final = 2
_ACTORS: Final = 6


def digest(document: Document, terminal: Terminal) -> Iterator[str]:
    """The lines that sum up what is annotated in the document, none wider than the terminal."""
    page = _Page(document, terminal)
    yield from wrapped(f"━━ {terminal.paint(isolate(document.id), 'bold')}", terminal.width)
    if headline := plain(title(document.text)):
        yield from wrapped(isolate(shortened(headline, _TITLE_LINES * terminal.width)), terminal.width)
    about = sorted(actors(document), key=lambda actor: -len(actor.mentions) - actor.said)
    yield from page.section("Who it is about", map(page.actor, about[:_ACTORS]))
    yield from page.section("Who said what", (line for act in document.attributions for line in page.said(act)))
    yield from page.section("For and against", dict.fromkeys(map(page.stance, document.stances)))
    # No line ends within a figure.
    counted = dict.fromkeys(isolate(figure.counted).replace(" ", "\u00a0") for figure in figures(document))
    yield from page.section("Figures", filter(None, [" · ".join(counted)]))
    yield ""


def title(text: str) -> str:
    """The first line of `text` that reads like a headline (pages carry short scraps above it), else its first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if len(line.split()) >= _TITLE_WORDS), lines[0] if lines else "")


class _Page:
    """Writes the parts of one document's digest."""

    def __init__(self, document: Document, terminal: Terminal) -> None:
        self._text = document.text
        self._terminal = terminal
        self._acts = {act.id: act for act in document.attributions}
        self._entities = {entity.id: entity for entity in document.entities}

    def section(self, heading: str, lines: Iterable[str]) -> Iterator[str]:
        """The heading and the lines below it; nothing where there is no line."""
        for number, line in enumerate(lines):
            if number == 0:
                yield f"  {self._terminal.paint(heading, 'bold')}"
            indent = len(line) - len(line.lstrip(" ")) + 4
            yield from (" " * indent + piece for piece in wrapped(line.strip(" "), self._terminal.width - indent))

    def actor(self, actor: Actor) -> str:
        said = f", speaks {actor.said}×" if actor.said else ""
        name = self._terminal.paint(isolate(actor.name), LABEL_STYLES[actor.label])
        return f"{name} ({actor.label}): named {len(actor.mentions)}×{said}"

    def said(self, act: Attribution) -> Iterator[str]:
        """Who speaks, through whom and how, and below it the words."""
        quoted = "" if act.mode == "indirect" else f", {act.mode} speech"
        speaker, parent = self._speaker(act), self._acts.get(act.parent or "")
        # One who reports what they said before is no link of a chain.
        through = f", through {link}" if parent and (link := self._speaker(parent)) != speaker else ""
        how = self._terminal.paint(act.force, "cyan")
        yield f"{speaker}{through} — {how} ({isolate(act.cue.of(self._text))}){quoted}:"
        contents = " … ".join(content.of(self._text) for content in act.contents)
        yield f"  {isolate(shortened(plain(contents), _SAID_LINES * (self._terminal.width - 10)))}"

    def stance(self, stance: Stance) -> str:
        word, colour = SIDES[stance.polarity]
        holder = "the author" if stance.holder == AUTHOR else self._speaker(self._acts[stance.holder])
        evidence = f": {isolate(stance.evidence.of(self._text))}" if stance.evidence else ""
        return f"{holder} {self._terminal.paint(word, colour)} {self._name(self._entities[stance.target])}{evidence}"

    def _name(self, entity: Entity) -> str:
        return isolate(entity.name or entity.span.of(self._text))

    def _speaker(self, act: Attribution) -> str:
        if act.speaker:
            return isolate(act.speaker)
        return isolate(act.source.of(self._text)) if act.source else "someone unnamed"
