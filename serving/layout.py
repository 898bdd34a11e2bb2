"""Where each answer stands in the network's outputs. Training writes by this layout, decoding reads by it."""

from typing import Final

from labels.scheme import FORCES, MODES, POLARITIES, ROLE_TAGS

CLIPPED: Final = 4
"""Classes of a clip: how many letters, 0 to 3, of a word stay outside of the span that begins or ends in it."""

ENTITY_START: Final = slice(0, 4)
ENTITY_END: Final = slice(4, 8)
CUE_START: Final = slice(8, 12)
CUE_END: Final = slice(12, 16)
CLIP_CLASSES: Final = 16

TAGS: Final = slice(0, len(ROLE_TAGS))
ROLE_START: Final = slice(TAGS.stop, TAGS.stop + CLIPPED)
ROLE_END: Final = slice(ROLE_START.stop, ROLE_START.stop + CLIPPED)
SPEAKER: Final = ROLE_END.stop
"""How well a word points to the speaker: it stands in a mention of them, or in a source that has no name."""
ROLE_CLASSES: Final = SPEAKER + 1

FORCE: Final = slice(0, len(FORCES))
MODE: Final = slice(FORCE.stop, FORCE.stop + len(MODES))
POLARITY: Final = slice(MODE.stop, MODE.stop + 1 + len(POLARITIES))
"""Neutral first, then `POLARITIES`."""
NOBODY: Final = POLARITY.stop
"""Competes with every word's `SPEAKER`: that nobody is known to have said it."""
ACT_CLASSES: Final = NOBODY + 1
