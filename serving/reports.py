"""What the commands for people print: what articles say, alone and side by side."""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from labels import Document
from serving.analysis import TextAnalyzer
from serving.comparison import compare
from serving.comparison_table import comparison_table
from serving.digest import digest
from serving.record import Record
from serving.terminal import Terminal


def analysed(
    articles: Sequence[Record], analyzer: TextAnalyzer, max_chars: int, min_score: float
) -> Iterator[Document]:
    """The articles' documents, each as it is ready; what cannot be analysed is left out and named on standard error."""
    for article in articles:
        problem = article.problem_within(max_chars)
        if problem is None:
            yield replace(analyzer.analyze(article.text, min_score=min_score).document, id=article.id or "")
        else:
            print(f"isnad: {article.id or f'document {article.line}'}: {problem.detail}", file=sys.stderr)


@contextmanager
def as_far_as_read() -> Iterator[None]:
    """Within, what is printed ends without an error where its reader, such as `head`, has had enough."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_digests(documents: Iterable[Document]) -> int:
    """Print the digest of each document; gives how many there were."""
    shown = 0
    for document in documents:
        _print(digest(document, Terminal.of(sys.stdout)))
        shown += 1
    return shown


def print_comparison(documents: Iterable[Document], most: int) -> int:
    """Print the documents side by side, with `most` actors; gives how many there were."""
    comparison = compare(list(documents))
    _print(comparison_table(comparison, Terminal.of(sys.stdout), most))
    return len(comparison.ids)


def _print(lines: Iterable[str]) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.flush()
