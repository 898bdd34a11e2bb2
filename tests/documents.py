"""Documents for properties: whatever the scheme can say, over text that is hard on offsets."""

from typing import Final

from hypothesis import strategies as st

from labels import Attribution, Document, Entity, Span, Stance
from labels.faults import span_faults
from labels.scheme import AUTHOR, FORCES, LABELS, MODES, ORIGINS, POLARITIES

# Letters, vowel marks, tatweel, joiners, marks of direction, quote marks, ends of lines and what others take for one,
# what formats give a meaning (tab, #, percent, backslash, brackets), and characters beyond U+FFFF.
CHARACTERS: Final = "قسدأإـًّٰ \u00a0\u200c\u200f\u2028\x85“”\"«»'\\\n\r\t#%;:{}<&٣3،🕊😀👨\u200d👩𐍈é_-"
points = st.integers(0, 0xD7FF) | st.integers(0xE000, 0x10FFFF)
texts = st.lists(st.sampled_from(CHARACTERS) | points.map(chr), max_size=60).map("".join)
words = st.text(alphabet="قسد🕊 “\u00a0ab#%/:\t\u2028\r", min_size=1, max_size=8)


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document whose spans and links are sound; what the finer rules forbid (overlaps, odd chains) is in it too."""
    text = draw(texts)
    every = [Span(start, end) for start in range(len(text)) for end in range(start + 1, min(start + 12, len(text)) + 1)]
    good = [span for span in every if not list(span_faults(text, span, ""))]
    names = st.none() | words
    outlet, date, origin = draw(names), draw(names), draw(st.sampled_from(ORIGINS))
    if not good:
        return Document(draw(words), text, outlet=outlet, date=date, origin=origin)
    spans = st.sampled_from(good)
    keys = draw(st.lists(words, max_size=4, unique=True))
    entities = tuple(Entity(key, draw(spans), draw(st.sampled_from(LABELS)), draw(names)) for key in keys)
    acts = draw(st.lists(words, max_size=3, unique=True))
    return Document(
        draw(words),
        text,
        entities,
        tuple(
            Attribution(
                key,
                draw(spans),
                draw(st.none() | spans),
                tuple(draw(st.lists(spans, max_size=3))),
                draw(st.sampled_from(MODES)),
                draw(st.sampled_from(FORCES)),
                draw(names),
                parent=draw(st.none() | st.sampled_from(acts)),
            )
            for key in acts
        ),
        tuple(
            Stance(
                draw(st.sampled_from([AUTHOR, *acts])),
                draw(st.sampled_from(keys)),
                draw(st.sampled_from(POLARITIES)),
                draw(st.none() | spans),
            )
            for _ in range(draw(st.integers(0, 3)) if keys else 0)
        ),
        outlet,
        date,
        origin,
    )
