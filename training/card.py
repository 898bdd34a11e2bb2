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
_OWN = (
    "The corpora are read in place and none of them is copied; `training.json` has the hash of each file. They are the "
    "project's own (`labels/corpus`: the five seeds and the authored documents)"
)
_NEWS = "Arabic news annotated to the scheme, reports of it by the project without their texts (`labels/standoff`)"
_LEARNED = (
    "NewsFANE and WikiFANE (CC BY-SA 3.0), AQMAR (CC BY-SA 3.0) and the public Wojood sample for entities, the loss "
    "masked for labels that a corpus does not annotate and summed over the fine labels of a coarse one; PolNeAR for "
    "attribution and NewsMTSC for stance, both English, learned through the multilingual encoder before its English "
    "pieces were dropped"
)
_RAW = "raw Arabic news, of which hidden words were guessed (`models/arabic-news`)"


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured on the development split: the scores, seqeval's report, the points of F1 that int8 lost on each
    task, and each task's expected calibration error; none where documents were too few to choose thresholds on."""

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
        _shared(name, version, config, stages),
        roles=config.role_layers,
        figures=_figures(results) if results else "There were no development documents, so there are no figures.",
        notes=f"\n{notes.strip()}\n" if notes else "",
        corpora=_corpora(stages),
        thresholds=_thresholds(thresholds, chosen=bool(results and results.errors)),
    )


def encoder_card(
    name: str, version: str, config: BertConfig, stages: Sequence[Mapping[str, Any]], before: float, after: float
) -> str:
    """The card of an encoder as Markdown; `before` and `after` training on raw text, this share of hidden pieces of
    unseen documents was guessed."""
    return Template(_ENCODER.read_text(encoding="utf-8")).substitute(
        _shared(name, version, config, stages),
        before=f"{before:.1%}",
        after=f"{after:.1%}",
    )


def _shared(name: str, version: str, config: BertConfig, stages: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """What both cards tell."""
    return {
        "name": name,
        "version": version,
        "layers": config.num_hidden_layers,
        "size": config.hidden_size,
        "pieces": config.vocab_size,
        "base": _base(stages),
        "stages": "\n".join(_stage(i, stage) for i, stage in enumerate(stages, 1)),
    }


def _base(stages: Sequence[Mapping[str, Any]]) -> str:
    """The hub's name of what the first stage began with, or its folder."""
    command = list(stages[0]["command"])
    return command[command.index("--init") + 1] if "--init" in command else "intfloat/multilingual-e5-small"


def _corpora(stages: Sequence[Mapping[str, Any]]) -> str:
    kinds = {stage["stage"] for stage in stages}
    annotated = any("labels/standoff" in path for stage in stages for path in stage["data"])
    told = [_OWN, *[_NEWS] * annotated, *[_LEARNED] * ("learn" in kinds), *[_RAW] * ("graft" in kinds)]
    return "; ".join(told) + "."


def _thresholds(thresholds: Thresholds, chosen: bool) -> str:
    values = f"cue {thresholds.cue:g}, favor {thresholds.favor:g}, against {thresholds.against:g}"
    if not chosen:
        return f"Thresholds ({values}) are those of the model that training began with."
    return f"Thresholds ({values}) were chosen on the development split of the figures above, so they flatter a little."


def _stage(number: int, stage: Mapping[str, Any]) -> str:
    recipe = ", ".join(f"{key} {value:g}" for key, value in stage["recipe"].items())
    noted = "; ".join(filter(None, (recipe, f"{len(stage['data'])} data files")))
    return f"{number}. `{' '.join(stage['command'])}` ({noted})"


def _figures(results: Results) -> str:
    lost = ", ".join(f"{points:+.2f} on {part}" for part, points in results.losses.items())
    errors = ", ".join(f"{error:.3f} of {task}" for task, error in results.errors.items())
    calibrated = (
        "\n\nScores are calibrated (Platt 1999) on the same documents. The expected calibration error, of each half of "
        f"them with the maps fitted on the other: {errors}."
    )
    return (
        f"On the development split ({results.scores.documents} documents, none of whose annotations was learned from), "
        f"int8, by the measures of `labels.scoring`:\n\n```\n{results.scores.table()}\n```\n\nThe token classifier "
        "alone, seqeval strict IOB2 over words (outermost entities, clitics counted in):\n\n"
        f"```\n{results.report}\n```\n\nint8 loses, against fp32, in points of F1: {lost}."
        + (calibrated if errors else "")
    )
