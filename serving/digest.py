"""What answers say, for a person at a terminal."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Final

_TITLE_WORDS: Final = 5
_LONGEST: Final = 110
_LONGEST_TITLE: Final = 200
_ACTORS: Final = 5
_UNIT = re.compile(r"[ \u00a0]*(?:[%٪]|(?:(?:في|من) )?[^\W\d_]+)")
_SIDES: Final = {"favor": "for", "against": "against"}


def digest(text: str, answer: dict[str, Any]) -> Iterator[str]:
    """The lines that sum up the answer (offsets in code points) about `text`.

    Arabic stands in Unicode isolates, so that each line keeps its order on a terminal that knows right-to-left text.
    """
    yield f"━━ {isolate(answer['id'] or '')}"
    yield isolate(title(text), _LONGEST_TITLE)
    attributions = {attribution["id"]: attribution for attribution in answer["attributions"]}
    entities = {entity["id"]: entity for entity in answer["entities"]}
    actors = sorted(answer["actors"], key=lambda actor: -len(actor["mentions"]) - actor["said"])
    yield from _section("Who it is about", map(_actor, actors[:_ACTORS]))
    yield from _section("Who said what", map(_said, attributions.values()))
    stances = (_stance(stance, attributions, entities) for stance in answer["stances"])
    yield from _section("For and against", dict.fromkeys(stances))
    figures = (isolate(figure(text, entity)) for entity in entities.values() if entity["label"] == "NUM")
    yield from _section("Figures", filter(None, [" · ".join(dict.fromkeys(figures))]))
    yield ""


def title(text: str) -> str:
    """The first line of `text` that reads like a headline (pages carry short scraps above it), else its first line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if len(line.split()) >= _TITLE_WORDS), lines[0] if lines else "")


def figure(text: str, entity: dict[str, Any]) -> str:
    """A figure with the word after it, which says of what."""
    unit = _UNIT.match(text, entity["end"])
    return str(entity["text"]) + (unit[0] if unit else "")


def isolate(text: str, longest: int = _LONGEST) -> str:
    """`text` on one line, shortened, without controls, and set apart from the direction of what is around it."""
    kept = "".join(c if c.isprintable() else " " for c in text if unicodedata.category(c) != "Cf")
    words = " ".join(kept.split())
    if len(words) > longest:
        words = words[:longest].rsplit(" ", 1)[0] + " …"
    return f"\u2068{words}\u2069"


def _section(heading: str, lines: Any) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield f"  {heading}"
        yield f"    {line}"


def _actor(actor: dict[str, Any]) -> str:
    said = f", speaks {actor['said']}×" if actor["said"] else ""
    return f"{isolate(actor['name'])} ({actor['label']}): named {len(actor['mentions'])}×{said}"


def _said(attribution: dict[str, Any]) -> str:
    contents = " … ".join(content["text"] for content in attribution["contents"])
    how = f"{attribution['force']} ({isolate(attribution['cue']['text'])})"
    quoted = "" if attribution["mode"] == "indirect" else f", {attribution['mode']} speech"
    return f"{_speaker(attribution)} — {how}{quoted}: {isolate(contents)}"


def _speaker(attribution: dict[str, Any] | None) -> str:
    if attribution and attribution["speaker"]:
        return isolate(attribution["speaker"]["name"])
    if attribution and attribution["source"]:
        return isolate(attribution["source"]["text"])
    return "someone unnamed"


def _stance(
    stance: dict[str, Any], attributions: dict[str, dict[str, Any]], entities: dict[str, dict[str, Any]]
) -> str:
    holder = "the author" if stance["holder"] == "author" else _speaker(attributions.get(stance["holder"]))
    target = entities.get(stance["target"], {"name": stance["target"], "text": ""})
    evidence = f": {isolate(stance['evidence']['text'])}" if stance["evidence"] else ""
    return f"{holder} {_SIDES[stance['polarity']]} {isolate(target['name'] or target['text'])}{evidence}"
