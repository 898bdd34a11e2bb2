"""An analyzer of simple rules for tests of the edge: the same text always gives the same analysis."""

import re
import threading
from collections import Counter
from dataclasses import dataclass, field

from labels import Attribution, Document, Entity, Span, Stance
from labels.scheme import ACTORS, AUTHOR
from serving.analysis import TASKS, Actor, Analysis, ModelInfo, Tally

NAMES = {
    "المرصد السوري لحقوق الإنسان": ("ORG", "المرصد السوري لحقوق الإنسان"),
    "تنظيم “الدولة الإسلامية": ("ARMED", "تنظيم الدولة الإسلامية"),
    "داعش": ("ARMED", "تنظيم الدولة الإسلامية"),
    "قسد": ("ARMED", "قوات سوريا الديمقراطية"),
    "قوات سوريا الديمقراطية": ("ARMED", "قوات سوريا الديمقراطية"),
    "سجن غويران": ("FAC", "سجن غويران"),
    "غويران": ("LOC", "غويران"),
    "سوريا": ("GPE", "سوريا"),
    "الحسكة": ("GPE", "الحسكة"),
}
INFO = ModelInfo("fake", "1", "0" * 64)
_ENTITY = re.compile("|".join(sorted(NAMES, key=len, reverse=True)) + r"|\d+")
_ATTRIBUTION = re.compile(r"(قال|ذكر|علم|أكد) (المرصد السوري لحقوق الإنسان|داعش|قسد)،? (?:أن|إن) ([^\n.،]*[^\n.، ])")
_STANCE = re.compile(r"(داعش|قسد) (الإرهابي|البطلة)")


@dataclass
class FakeAnalyzer:
    """Finds the names above, figures, «قال X إن …» and an epithet after a name; a text with BOOM in it fails."""

    info: ModelInfo = INFO
    gate: threading.Event = field(default_factory=threading.Event)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    calls: int = 0

    def __post_init__(self) -> None:
        self.gate.set()

    def analyze(self, text: str, tasks: frozenset[str] = TASKS, min_score: float = 0.0) -> Analysis:
        """See `serving.analysis.TextAnalyzer`. Waits while `gate` is closed, after having said so in `entered`."""
        self.calls += 1
        self.entered.release()
        self.gate.wait(30)
        if "BOOM" in text:
            raise RuntimeError(f"cannot bear {text}")
        entities = _entities(text)
        by_start = {entity.span.start: entity for entity in entities}
        attributions = tuple(_attributions(text, by_start))
        stances = tuple(
            Stance(
                AUTHOR,
                by_start[match.start()].id,
                "against" if match[2] == "الإرهابي" else "favor",
                Span(*match.span(2)),
            )
            for match in _STANCE.finditer(text)
        )
        document = Document(
            "",
            text,
            tuple(entity for entity in entities if entity.score >= min_score) if "entities" in tasks else (),
            attributions if "attributions" in tasks else (),
            stances if "stances" in tasks else (),
        )
        return Analysis(document, 1 + len(text) // 1000, _actors(document))


def _entities(text: str) -> tuple[Entity, ...]:
    found: list[Entity] = []
    for match in _ENTITY.finditer(text):
        label, name = NAMES.get(match[0], ("NUM", None))
        outer = Entity(f"e{len(found) + 1}", Span(*match.span()), label, name, None, 0.9 if name else 0.4)
        found.append(outer)
        if match[0] == "سجن غويران":
            span = Span(match.start() + 4, match.end())
            found.append(Entity(f"e{len(found) + 1}", span, "LOC", "غويران", outer.id, 0.7))
    return tuple(found)


def _attributions(text: str, by_start: dict[int, Entity]) -> list[Attribution]:
    found = []
    for number, match in enumerate(_ATTRIBUTION.finditer(text), start=1):
        speaker = by_start[match.start(2)]
        found.append(
            Attribution(
                f"a{number}",
                Span(*match.span(1)),
                Span(*match.span(2)),
                (Span(*match.span(3)),),
                "indirect",
                "affirm" if match[1] == "أكد" else "state",
                speaker.name,
                speaker.id,
            )
        )
    return found


def _actors(document: Document) -> tuple[Actor, ...]:
    said = Counter(attribution.speaker for attribution in document.attributions)
    mentions: dict[tuple[str, str], list[str]] = {}
    for entity in document.entities:
        if entity.name is not None and entity.label in ACTORS:
            mentions.setdefault((entity.name, entity.label), []).append(entity.id)
    actors = []
    for (name, label), ids in mentions.items():
        polarities = Counter(stance.polarity for stance in document.stances if stance.target in ids)
        tally = Tally(AUTHOR, polarities["favor"], polarities["against"], len(ids) - polarities.total())
        actors.append(Actor(name, label, tuple(ids), said[name], (tally,)))
    return tuple(actors)
