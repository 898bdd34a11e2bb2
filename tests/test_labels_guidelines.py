"""The guidelines speak of every label, and their worked example is sound and shown as the tools show it."""

import re
from pathlib import Path

import pytest

from labels.display import display
from labels.formats.registry import ENDINGS, FORMATS
from labels.jsonl import parse
from labels.scheme import FORCES, LABELS, MODES, POLARITIES
from labels.validation import faults

GUIDELINES = (Path(__file__).resolve().parent.parent / "labels" / "GUIDELINES.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    """The only fenced block in that language."""
    [found] = re.findall(rf"^```{language}\n(.*?)\n```$", GUIDELINES, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.mark.parametrize("name", [*LABELS, *FORCES, *MODES, *POLARITIES])
def test_every_name_of_the_scheme_is_explained(name: str) -> None:
    assert f"`{name}`" in GUIDELINES


def test_the_worked_example_breaks_no_rule() -> None:
    document = parse(block("json").encode())
    assert len(document.entities) == 9
    assert [act.parent for act in document.attributions] == [None, "a1", None]
    assert list(faults(document)) == []


def test_the_worked_example_is_shown_as_the_tool_shows_it() -> None:
    assert list(display(parse(block("json").encode()))) == block("text").split("\n")


def test_every_format_is_named_with_its_endings() -> None:
    for name in FORMATS:
        assert f"`{name}`" in GUIDELINES
    for ending in ENDINGS.keys() - {""}:
        assert f"`{ending}`" in GUIDELINES


def test_all_twelve_rules_are_there() -> None:
    assert re.findall(r"^\*\*Rule (\d+)", GUIDELINES, re.MULTILINE) == [str(n) for n in range(1, 13)]
