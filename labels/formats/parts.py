"""What annotation tools are told to call the spans that are no entities: the parts of acts and stances."""

from typing import Final

CUE: Final = "Cue"
SOURCE: Final = "Source"
CONTENT: Final = "Content"
EVIDENCE: Final = "Evidence"
UNEVIDENCED: Final = "Unevidenced"
"""A stance without evidence: it stands on its target's span, since those tools have no annotation without one."""

PARTS: Final = (CUE, SOURCE, CONTENT, EVIDENCE, UNEVIDENCED)
STANCES: Final = (EVIDENCE, UNEVIDENCED)
