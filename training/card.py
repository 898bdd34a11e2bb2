"""The model card: what the model is, what it was trained on, and its figures, as the Hub's README.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from transformers import BertConfig

from labels.scores import Scores
from serving.analyzer import Thresholds

_TEMPLATE = Path(__file__).with_name("card.md")
_ENCODER = Path(__file__).with_name("encoder_card.md")


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured on the development split: the scores, seqeval's report, the points of F1 that int8 lost on each
    task, and each task's expected calibration error."""

    scores: Scores
    report: str
    losses: Mapping[str, float]
    errors: Mapping[str, float]


def card(
    name: str,
    version: str,
    config: BertConfig,
    stages: Sequence[Mapping[str, Any]],
    thresholds: Thresholds,
    results: Results | None,
    notes: str,
) -> str:
    """The card as Markdown, with `notes` of people behind the figures. Without a development split there are no
    results."""
    return Template(_TEMPLATE.read_text(encoding="utf-8")).substitute(
        name=name,
        version=version,
        layers=config.num_hidden_layers,
        size=config.hidden_size,
        pieces=config.vocab_size,
        roles=config.role_layers,
        stages="\n".join(_stage(i, stage) for i, stage in enumerate(stages, 1)),
        figures=_figures(results) if results else "There were no development documents, so there are no figures.",
        notes=f"\n{notes.strip()}\n" if notes else "",
        thresholds=f"cue {thresholds.cue:g}, favor {thresholds.favor:g}, against {thresholds.against:g}",
    )


def encoder_card(
    name: str, version: str, config: BertConfig, stages: Sequence[Mapping[str, Any]], before: float, after: float
) -> str:
    """The card of an encoder as Markdown; `before` and `after` training on raw text, this share of hidden pieces of
    unseen documents was guessed."""
    return Template(_ENCODER.read_text(encoding="utf-8")).substitute(
        name=name,
        version=version,
        layers=config.num_hidden_layers,
        size=config.hidden_size,
        pieces=config.vocab_size,
        before=f"{before:.1%}",
        after=f"{after:.1%}",
        stages="\n".join(_stage(i, stage) for i, stage in enumerate(stages, 1)),
    )


def _stage(number: int, stage: Mapping[str, Any]) -> str:
    recipe = ", ".join(f"{key} {value:g}" for key, value in stage["recipe"].items())
    noted = "; ".join(filter(None, (recipe, f"{len(stage['data'])} data files")))
    return f"{number}. `{' '.join(stage['command'])}` ({noted})"


def _figures(results: Results) -> str:
    lost = ", ".join(f"{points:+.2f} on {part}" for part, points in results.losses.items())
    calibrated = ", ".join(f"{error:.3f} of {task}" for task, error in results.errors.items())
    return (
        f"On the development split ({results.scores.documents} documents kept out of all training), int8, by the "
        f"measures of `labels.scoring`:\n\n```\n{results.scores.table()}\n```\n\nThe token classifier alone, seqeval "
        f"strict IOB2 over words (outermost entities, clitics counted in):\n\n```\n{results.report}\n```\n\n"
        f"int8 loses, against fp32 on the same documents, in points of F1: {lost}.\n\n"
        f"Scores are calibrated (Platt 1999) on the same documents. The expected calibration error, of each half of "
        f"them with the maps fitted on the other: {calibrated}."
    )
