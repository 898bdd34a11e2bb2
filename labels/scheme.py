"""The annotation scheme, version 1: its label sets and the tags that models predict for them.

This is the only module that lists labels; everything else asks it. The rules behind the names are
in `labels/GUIDELINES.md`.
"""

from collections.abc import Sequence
from typing import Final

SCHEME_VERSION: Final = 1

LABELS: Final = ("PER", "NORP", "ORG", "ARMED", "MEDIA", "GPE", "LOC", "FAC", "EVENT", "DATE", "NUM", "WEAPON")
"""Entity labels, in the order of the guidelines."""

NAMED: Final = frozenset(LABELS) - {"DATE", "NUM", "WEAPON"}
"""Labels whose entities carry a canonical name."""

HOLDING: Final = NAMED - {"PER", "MEDIA"}
"""Labels whose entities may have others inside."""

ACTORS: Final = frozenset({"PER", "NORP", "ORG", "ARMED", "MEDIA", "GPE"})
"""Labels whose entities can speak and be the target of a stance."""

FORCES: Final = ("state", "affirm", "claim", "deny", "accuse", "demand", "warn", "admit", "predict", "ask")
MODES: Final = ("indirect", "direct", "mixed")
POLARITIES: Final = ("favor", "against")
ORIGINS: Final = ("seed", "authored", "external")

AUTHOR: Final = "author"
"""The holder of a stance that no attribution holds."""

QUOTES: Final = frozenset("“”\"«»„‟'‘’")
"""Marks that may stand inside a span but never at its edge."""


def bio(labels: Sequence[str]) -> tuple[str, ...]:
    """The IOB2 tags of `labels`: `("O", "B-X", "I-X", "B-Y", …)`; a tag's index is its class id."""
    return ("O", *(f"{prefix}-{label}" for label in labels for prefix in "BI"))


ENTITY_TAGS: Final = bio(LABELS)
CUE_TAGS: Final = bio(("CUE",))
ROLE_TAGS: Final = bio(("SOURCE", "CONTENT", "EVIDENCE"))
"""What a word is to a given cue (source, content) or to a given target (evidence)."""
