"""What the notebooks share: the checkout as the folder they work in, and tables and plots that hold Arabic."""

import os
import sys
from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from textwrap import wrap

import fontpkg_noto_sans_arabic
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from matplotlib import font_manager
from matplotlib.axes import Axes

ROOT = Path(__file__).resolve().parent.parent


def begin() -> None:
    """Work in the checkout's root, import from there, and draw with a font that has Arabic letters (matplotlib joins
    and orders them itself since 3.11)."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    for file in fontpkg_noto_sans_arabic.ROOT.rglob("*.ttf"):
        font_manager.fontManager.addfont(file)
    plt.rcParams |= {
        "font.family": [fontpkg_noto_sans_arabic.FAMILY, "DejaVu Sans"],
        "font.size": 10,
        "figure.dpi": 90,
        "text.hinting": "none",
        "axes.spines.top": False,
        "axes.spines.left": False,
    }


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> HTML:
    """A table whose cells each run in the direction of their own text."""
    titles = "".join(f'<th dir="auto">{escape(title)}</th>' for title in head)
    lines = [f"<tr>{titles}</tr>", *(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)]
    return HTML(f"<table>{''.join(lines)}</table>")


def _cell(value: object) -> str:
    lines = value if isinstance(value, list | tuple) else [value]
    held = "".join(f'<div dir="auto">{escape(str(line))}</div>' for line in lines)
    return f'<td style="vertical-align: top">{held}</td>'


def grid(names: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]], title: str) -> None:
    """Counts of names by column, drawn for a reader from the right: the names stand to the right, the first column next
    to them."""
    figure, axes = plt.subplots(figsize=(1 + 0.8 * len(columns), 0.8 + 0.3 * len(names)))
    axes.imshow(np.ma.masked_equal(counts, 0), cmap="YlOrRd", aspect="auto", vmin=0, vmax=1.5 * np.max(counts))
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if count:
                axes.text(column, row, str(count), ha="center", va="center")
    axes.set_yticks(range(len(names)), names)
    axes.set_xticks(range(len(columns)), ["\n".join(wrap(column, 10)) for column in columns])
    axes.invert_xaxis()
    axes.tick_params(length=0)
    _from_the_right(axes, title)
    axes.spines[:].set_visible(False)
    axes.xaxis.tick_top()
    plt.show(figure)


def bars(names: Sequence[str], parts: dict[str, Sequence[float]], title: str) -> None:
    """Horizontal bars from the right, the first name on top; `parts` of a bar follow one another, each in a colour."""
    figure, axes = plt.subplots(figsize=(6.5, 0.8 + 0.28 * len(names)))
    begun = [0.0] * len(names)
    places = range(len(names))
    for part, values in parts.items():
        drawn = axes.barh(places, values, left=begun, label=part, height=0.75)
        axes.bar_label(drawn, [f"{value:g}" if value else "" for value in values], label_type="center", fontsize=8)
        begun = [start + value for start, value in zip(begun, values, strict=True)]
    axes.set_yticks(places, names)
    axes.invert_yaxis()
    axes.invert_xaxis()
    axes.margins(y=0.01)
    _from_the_right(axes, title)
    if len(parts) > 1:
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=3, frameon=False)
    plt.show(figure)


def _from_the_right(axes: Axes, title: str) -> None:
    axes.yaxis.tick_right()
    plt.setp(axes.get_yticklabels(), va="center")
    axes.set_title(title, loc="right", fontsize=12)
