"""Outlets that the network took for something else, where the words around them leave no doubt."""

import re
from collections.abc import Sequence
from dataclasses import replace

from serving.decode import Found
from serving.names import clean, key

_KINDS = frozenset(
    key(kind) for kind in ("صحيفة", "قناة", "وكالة", "شبكة", "إذاعة", "راديو", "تلفزيون", "جريدة", "مجلة")
)
_FOR = re.compile(r"(?:^|\W)[وفلبك]?مراسل[ةويا]?\s*[«\"“”]?\s*$")
"""What ends right before whom a correspondent works for: 178 of 178 such names in the annotated corpora are outlets."""


def outlets(text: str, found: Sequence[Found]) -> list[Found]:
    """The entities `found`, MEDIA instead of another label those that a correspondent works for («مراسل قاسيون»), and
    of persons those that the text calls an outlet elsewhere («الجارديان» beside «صحيفة الجارديان»). What holds another
    entity or stands in one stays as it is."""
    called = {key(clean(text, f.span)).partition(" ") for f in found if f.label == "MEDIA"}
    bare = {name for kind, _, name in called if kind in _KINDS}
    alone = [
        all(f is o or not f.span.overlaps(o.span) for o in found[max(0, i - 1) : i + 2]) for i, f in enumerate(found)
    ]

    def outlet(one: Found) -> bool:
        if one.label == "PER" and key(clean(text, one.span)) in bare:
            return True
        return _FOR.search(text, max(0, one.span.start - 12), one.span.start) is not None

    return [replace(f, label="MEDIA") if apart and outlet(f) else f for f, apart in zip(found, alone, strict=True)]
