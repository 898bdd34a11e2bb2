"""Canonical names: one string for all mentions of one thing in a document, the fullest usual form.

Mentions are joined when their normalised surfaces are the same, when the annotated corpora knew both surfaces by one
name (the lexicon, counted in training), when one is part of the other (a surname, «الحشد» for «الحشد الشعبي»), and when
one stands in parentheses right behind the other. The lexicon only names what the network has found; it finds nothing.
"""

import json
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from labels import Document, Span
from labels.scheme import NAMED, QUOTES
from serving.decode import Found
from serving.manifest import ModelError
from serving.words import MARKS, MOST_MARKS

_FOLD = str.maketrans("أإآٱىةؤئ", "اااايهوي")
_HAMZAS = "أإآؤئ"
# What a thing is, before its name, where the usual full name goes without.
_KINDS = ("موقع ", "منظمة ", "مؤسسة ", "جهاز ", "ميليشيا ", "ميليشيات ", "مليشيا ", "مليشيات ")
_VARIANTS = (
    ("سوريه", "سوريا"),
    ("ديموقراط", "ديمقراط"),
    ("اميرك", "امريك"),
    ("عبدال", "عبد ال"),
    ("ميليشي", "مليشي"),
)
# How names begin whose first ل is their own, so that behind the preposition ل it is no article.
_OWN_LAM = ("لبنان", "ليبيا", "لندن", "لوس", "لاهاي", "لوكسمبورغ", "لواء", "لجنة", "لجان")
# Labels whose short names are no part of longer ones: حلب is not ريف حلب, nor are السوريون all their refugees.
_WHOLE = frozenset({"GPE", "NORP"})
# Labels whose short names many share, so that what the lexicon says of one is not said of the fuller name beside it.
_SHARED = frozenset({"PER", "LOC", "MEDIA"})
_MARKS = re.compile(rf"[{MARKS}\u0640\u200b-\u200f\u2060\u202a-\u202e\u2066-\u2069]")
_HEAPED = re.compile(rf"([\u0300-\u036f{MARKS}]{{{MOST_MARKS}}})[\u0300-\u036f{MARKS}]+")


def clean(text: str, span: Span) -> str:
    """A surface as a name: no quote marks, diacritics or tatweel, single spaces, and the article of لل… written out."""
    bare = unquoted(_unmarked(span.of(text)))
    # Behind the preposition ل, which is no part of the span, a bare ل is what is left of the article.
    behind = _unmarked(text[max(0, span.start - 4) : span.start]).endswith("ل")
    return "ال" + bare[1:] if behind and bare.startswith("ل") and not bare.startswith(_OWN_LAM) else bare


def unquoted(surface: str) -> str:
    """A surface without quote marks, single spaces between its words."""
    return " ".join("".join(" " if c in QUOTES else c for c in surface).split())


def _unmarked(surface: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", _HEAPED.sub(r"\1", surface)))


def key(name: str) -> str:
    """A name with the spellings folded that writers vary in: hamzas, final ya, ta marbuta, عبد الله and عبدالله,
    hashtags, سورية, ديموقراطية and أميركا."""
    folded = " ".join(name.translate(_FOLD).replace("_", " ").split())
    for variant, usual in _VARIANTS:
        folded = folded.replace(variant, usual)
    return folded


@dataclass(frozen=True, slots=True)
class Lexicon:
    """By label: key of a surface → the canonical name that the annotated corpora give it."""

    entries: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, path: Path) -> "Lexicon":
        """Read what `write` wrote. Raises ModelError naming the file."""
        try:
            return cls(dict(json.loads(path.read_text(encoding="utf-8"))))
        except (OSError, ValueError, TypeError) as error:
            raise ModelError(f"{path}: not a lexicon of names") from error

    @classmethod
    def count(cls, documents: Iterable[Document], least: int = 1) -> "Lexicon":
        """Keep each surface that `least` documents at least, and most of those that hold it, know by one name."""
        seen: dict[str, dict[str, Counter[str]]] = {label: defaultdict(Counter) for label in sorted(NAMED)}
        for document in documents:
            pairs = {(e.label, key(clean(document.text, e.span)), e.name) for e in document.entities if e.name}
            for label, folded, name in sorted(pairs):
                seen[label][folded][name] += 1
        entries: dict[str, dict[str, str]] = {}
        for label, surfaces in seen.items():
            best = {folded: names.most_common(1)[0] for folded, names in sorted(surfaces.items())}
            entries[label] = {f: n for f, (n, c) in best.items() if c >= least and c * 2 > surfaces[f].total()}
        return cls(entries)

    def write(self, path: Path) -> None:
        """As JSON."""
        path.write_text(json.dumps(self.entries, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")

    def get(self, label: str, folded: str) -> str | None:
        """The canonical name of a surface's key, if it is known."""
        return self.entries.get(label, {}).get(folded)


def names(text: str, found: Sequence[Found], lexicon: Lexicon) -> list[str | None]:
    """The canonical name of each entity, None for labels without."""
    surfaces = [clean(text, f.span) for f in found]
    keys = [key(surface) for surface in surfaces]
    chosen: list[str | None] = [None] * len(found)
    for label in {f.label for f in found} & NAMED:
        members = [i for i, f in enumerate(found) if f.label == label]
        groups = _group(text, found, members, keys, lexicon)
        for group in groups:
            # Of spellings, not mentions, as in `_group`.
            telling = {keys[i] for i in group}
            if label in _SHARED:
                telling = {one for one, fuller in _fuller(telling).items() if not fuller}
            known = Counter(n for i in group if keys[i] in telling and (n := lexicon.get(label, keys[i])))
            name = known.most_common(1)[0][0] if known else _fullest([surfaces[i] for i in group])
            for i in group:
                chosen[i] = name
    return chosen


def _fullest(surfaces: Sequence[str]) -> str:
    """The longest surface, each word of it in that of several spellings which has most hamzas; without a word like
    «موقع» before a name that also stands alone. The first of several alike."""
    plain = {key(surface) for surface in surfaces}
    alone = [s for s in surfaces if not (s.startswith(_KINDS) and key(s.split(maxsplit=1)[1]) in plain)]
    spellings: dict[str, str] = {}
    for word in (w for surface in surfaces for w in surface.split()):
        spellings[key(word)] = max(spellings.get(key(word), word), word, key=_hamzas)
    longest = max(alone, key=lambda s: (len(key(s)), _hamzas(s)))
    return " ".join(spellings[key(word)] for word in longest.split())


def _hamzas(surface: str) -> int:
    return sum(c in _HAMZAS for c in surface)


def _fuller(spellings: Iterable[str]) -> dict[str, list[str]]:
    """For each of `spellings`, those of the others that begin or end with all its words."""
    fuller: dict[str, list[str]] = {one: [] for one in spellings}
    # Looked up by their parts, not compared with one another: a long text has thousands of spellings.
    lengths = sorted({len(one.split()) for one in fuller})
    for one in fuller:
        words = one.split()
        for length in lengths[: bisect_left(lengths, len(words))]:
            for part in {" ".join(words[:length]), " ".join(words[len(words) - length :])}:
                if part in fuller:
                    fuller[part].append(one)
    return fuller


def _group(
    text: str, found: Sequence[Found], members: Sequence[int], keys: Sequence[str], lexicon: Lexicon
) -> list[list[int]]:
    """Members of one label that name one thing, as lists in the order of the text."""
    group = {i: [i] for i in members}

    def join(a: int, b: int) -> None:
        smaller, larger = sorted((group[a], group[b]), key=len)
        if smaller is not larger:
            larger += smaller
            group.update(dict.fromkeys(smaller, larger))

    first: dict[str, int] = {}
    for i in members:
        join(i, first.setdefault(keys[i], i))
        known = lexicon.get(found[i].label, keys[i])
        if known:
            join(i, first.setdefault(key(known), i))
    for a, b in pairwise(members):
        if (
            re.fullmatch(r"[”\"»]?\s*\([“\"«]?", text[found[a].span.end : found[b].span.start])
            and found[a].label != "GPE"
        ):
            join(a, b)
    if members and found[members[0]].label not in _WHOLE:
        firsts = {keys[j]: j for j in reversed(members)}
        # Once for each spelling: a long text has thousands of mentions, but few spellings.
        longer = {one: sorted(firsts[other] for other in fuller) for one, fuller in _fuller(firsts).items()}
        for i in members:
            fuller = longer[keys[i]]
            # What is in one group stays so: it is looked at once, not for each mention.
            while len(fuller) > 1 and group[fuller[-1]] is group[fuller[0]]:
                fuller.pop()
            # A person is called by a part of the last full name before or after; a body only where it is the one of
            # its kind («وزارة الدفاع» beside «وزارة الدفاع الروسية» and «وزارة الدفاع التركية» is neither).
            if len(fuller) == 1 or (fuller and found[i].label == "PER"):
                join(i, fuller[0])
    # Each group once, at its first member.
    return [sorted(own) for own in {id(own): own for own in group.values()}.values()]
