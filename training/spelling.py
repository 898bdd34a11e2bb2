"""Other spellings of a text's words, as many writers and whole outlets have them, so that none comes as a surprise."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from serving.words import Word
from training.corpora import FOLD

_OTHERWISE = 0.2
"""The share of texts that are read in another spelling."""


def respelt(words: Sequence[Word], random: np.random.Generator) -> Sequence[Word]:
    """The words as they are, or now and then all without hamzas and with every last ya dotted, or with none dotted as
    is the custom in Egypt. Each keeps its place: a letter stands for a letter."""
    if random.random() >= _OTHERWISE:
        return words
    if random.random() < 0.5:
        return [replace(w, form=w.form.translate(FOLD)) for w in words]
    return [replace(w, form=w.form[:-1] + "ى") if w.form.endswith("ي") else w for w in words]
