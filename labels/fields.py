"""Typed access to the fields of a JSON object, with faults that name the key."""

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from labels.document import Span


class FormatError(ValueError):
    """A value that is not in the form it must have: where it stands, the path of its key, and the fault."""

    def __init__(self, key: str, fault: str, place: str = "") -> None:
        self.key, self.fault, self.place = key, fault, place
        super().__init__(": ".join(part for part in (place, key, fault) if part))

    def at(self, place: str) -> "FormatError":
        """The same fault, standing at `place`."""
        return FormatError(self.key, self.fault, place)


class Fields:
    """The fields of one JSON object; `path` is where it stands in its document. Every reader raises FormatError."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, dict):
            raise FormatError(path, "must be an object")
        self._values = cast(Mapping[str, object], value)
        self._path = path

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def string(self, key: str) -> str:
        """A string that UTF-8 can hold."""
        value = self._values.get(key)
        if not isinstance(value, str):
            raise self.fault(key, "must be a string" if key in self else "missing")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise self.fault(key, "holds half of a surrogate pair") from None
        return value

    def optional_string(self, key: str) -> str | None:
        """The same, or None where it is null or missing."""
        return None if self._values.get(key) is None else self.string(key)

    def boolean(self, key: str) -> bool:
        """A truth value, false where it is null or missing."""
        value = self._values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.fault(key, "must be true or false")
        return bool(value)

    def one_of(self, key: str, values: Sequence[str]) -> str:
        """A string that is one of `values`."""
        value = self.string(key)
        if value not in values:
            raise self.fault(key, f"{value!r} is none of {', '.join(values)}")
        return value

    def integer(self, key: str) -> int:
        """An integer."""
        return self._integer(self._values.get(key), key)

    def score(self) -> float:
        """The `score`, 1.0 where there is none."""
        value = self._values.get("score", 1.0)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.fault("score", "must be a number")
        return float(value)

    def span(self, key: str) -> Span:
        """A span: `[start, end]`, or an object with `start` and `end`."""
        return self._span(self._values.get(key), key)

    def optional_span(self, key: str) -> Span | None:
        """The same, or None where it is null or missing."""
        return None if self._values.get(key) is None else self.span(key)

    def spans(self, key: str) -> tuple[Span, ...]:
        """A list of spans, empty where it is null or missing."""
        return tuple(self._span(value, f"{key}[{i}]") for i, value in enumerate(self._list(key)))

    def objects(self, key: str) -> Iterator["Fields"]:
        """A list of objects, empty where it is null or missing."""
        return (Fields(value, self._path_of(f"{key}[{i}]")) for i, value in enumerate(self._list(key)))

    def under(self, key: str) -> "Fields":
        """An object."""
        return Fields(self._values.get(key), self._path_of(key))

    def has(self, key: str) -> bool:
        """Whether there is anything but null."""
        return self._values.get(key) is not None

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        values = {f"{key}[{i}]": value for i, value in enumerate(self._list(key))}
        fields = Fields(values, self._path)
        return tuple(map(fields.string, values))

    def fault(self, key: str, words: str) -> FormatError:
        """The error that `key` has this fault; an empty key is the object itself."""
        return FormatError(self._path_of(key), words)

    def speaker(self) -> tuple[str | None, str | None]:
        """The `speaker`'s name and entity: a string, an object with `name` and `entity`, or null."""
        value = self._values.get("speaker")
        if isinstance(value, dict):
            fields = Fields(value, self._path_of("speaker"))
            return fields.optional_string("name"), fields.optional_string("entity")
        return self.optional_string("speaker"), None

    def _list(self, key: str) -> list[object]:
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(key, "must be a list")
        return value

    def _span(self, value: object, key: str) -> Span:
        if isinstance(value, dict):
            fields = Fields(value, self._path_of(key))
            return Span(fields.integer("start"), fields.integer("end"))
        if not isinstance(value, list) or len(value) != 2:
            raise self.fault(key, "must be a span: [start, end]")
        return Span(self._integer(value[0], f"{key}[0]"), self._integer(value[1], f"{key}[1]"))

    def _integer(self, value: object, key: str) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fault(key, "must be an integer")
        return value

    def _path_of(self, key: str) -> str:
        return ".".join(part for part in (self._path, key) if part)
