"""The model card: what the model is, what it was trained on, and its figures, as the Hub's README.md."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from string import Template
from typing import Any

from transformers import BertConfig

from labels.scores import Scores
from serving.analyzer import Thresholds

_TEMPLATE = Path(__file__).with_name("card.md")


def card(
    name: str,
    version: str,
    config: BertConfig,
    stages: Sequence[Mapping[str, Any]],
    figures: Scores | None,
    report: str,
    losses: Mapping[str, float],
    thresholds: Thresholds,
) -> str:
    """The card as Markdown. `figures` and `report` (seqeval's) are of the development split, or None and "" without
    one; `losses` are the points of F1 that int8 lost."""
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=name,
        version=version,
        layers=config.num_hidden_layers,
        size=config.hidden_size,
        pieces=config.vocab_size,
        roles=config.role_layers,
        stages="\n".join(_stage(i, stage) for i, stage in enumerate(stages, 1)),
        figures=_figures(figures, report, losses)
        if figures
        else "There were no development documents, so there are no figures.",
        thresholds=", ".join(f"{key} {value:g}" for key, value in asdict(thresholds).items()),
    )


def _stage(number: int, stage: Mapping[str, Any]) -> str:
    recipe = ", ".join(f"{key} {value:g}" for key, value in stage["recipe"].items())
    return f"{number}. `{' '.join(stage['command'])}` ({recipe}; {len(stage['data'])} data files)"


def _figures(figures: Scores, report: str, losses: Mapping[str, float]) -> str:
    lost = ", ".join(f"{points:+.2f} on {part}" for part, points in losses.items())
    return (
        f"On the development split ({figures.documents} documents kept out of all training), int8, by the measures of "
        f"`labels.scoring`:\n\n```\n{figures.table()}\n```\n\nThe token classifier alone, seqeval strict IOB2 over "
        f"words (outermost entities, clitics counted in):\n\n```\n{report}\n```\n\n"
        f"int8 loses, against fp32 on the same documents, in points of F1: {lost}."
    )
