"""How fast documents are analysed, as far as the last ones tell."""

_FIXED = 200
"""Characters whose analysis takes as long as what every document takes beside its text."""
_NEW = 0.2
"""How much of the estimate is the newest document's."""


def weight(text: str) -> int:
    """How much work a text is, in characters."""
    return _FIXED + len(text)


class Pace:
    """Seconds per character of one analysis, a moving average; 0 before the first."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def seen(self, weight: int, seconds: float) -> None:
        """An analysis of `weight` took `seconds`."""
        each = seconds / weight
        self._seconds = each if self._seconds == 0 else (1 - _NEW) * self._seconds + _NEW * each

    def seconds(self, weight: float) -> float:
        """How long an analysis of `weight` takes."""
        return weight * self._seconds
