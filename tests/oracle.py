"""A network that knows the answers: gold classes as logits, so that decoding alone is tested."""

import numpy as np

from labels import Document
from labels.scheme import CUE_TAGS, ENTITY_TAGS, ROLE_TAGS
from serving.chains import Floats
from serving.encode import Reading
from serving.layout import (
    ACT_CLASSES,
    CLIP_CLASSES,
    CLIPPED,
    FORCE,
    MODE,
    NOBODY,
    POLARITY,
    ROLE_CLASSES,
    ROLE_END,
    ROLE_START,
    SPEAKER,
    TAGS,
)
from serving.model import Tagged
from training.examples import IGNORED, Classes, Example, Frame

SURE = 9.0


def one_hot(classes: Classes, size: int) -> Floats:
    """`SURE` at each class; nothing where it is ignored."""
    logits = np.zeros((*classes.shape, size), np.float32)
    known = classes != IGNORED
    logits[known, classes[known]] = SURE
    return logits


def tagged(example: Example) -> Tagged:
    """What the encoder would say of the words of `example`."""
    outer = np.where(example.outer, SURE, 0.0).astype(np.float32)
    clips = one_hot(example.clips, CLIPPED).reshape(len(outer), CLIP_CLASSES)
    inner, cue = one_hot(example.inner, len(ENTITY_TAGS)), one_hot(example.cues, len(CUE_TAGS))
    return Tagged(np.zeros((len(outer), 2), np.float32), outer, inner, cue, clips)


def reading(frame: Frame) -> Reading:
    """What the role reader would say of `frame`."""
    words = np.zeros((len(frame.tags), ROLE_CLASSES), np.float32)
    words[:, TAGS] = one_hot(frame.tags, len(ROLE_TAGS))
    words[:, ROLE_START], words[:, ROLE_END] = one_hot(frame.starts, CLIPPED), one_hot(frame.ends, CLIPPED)
    act = np.zeros(ACT_CLASSES, np.float32)
    if frame.speakers is not None:
        words[:, SPEAKER] = np.where(frame.speakers[:-1], SURE, 0.0)
        act[NOBODY] = SURE if frame.speakers[-1] else 0.0
    for part, known in ((FORCE, frame.force), (MODE, frame.mode), (POLARITY, frame.polarity)):
        if known != IGNORED:
            act[part.start + known] = SURE
    return Reading(frame.marked, words, act)


def surfaces(document: Document) -> set[tuple[int, int, str]]:
    """The entities of a document as comparable values."""
    return {(e.span.start, e.span.end, e.label) for e in document.entities}
