"""The commands for people, on the fake analyzer: what they print, and the one line and the status when they cannot."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from serving.__main__ import main
from serving.settings import Settings
from tests.fakes import FakeAnalyzer

ROOT = Path(__file__).parent.parent


def load(_settings: Settings) -> FakeAnalyzer:
    return FakeAnalyzer()


@pytest.fixture
def article(tmp_path: Path) -> str:
    path = tmp_path / "one.txt"
    path.write_text("\ufeffانسحب داعش الإرهابي", encoding="utf-8")
    return str(path)


class Stdin:
    """Standard input with these bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_a_digest_of_each_article(
    article: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", Stdin("قال داعش إن قسد بعيدة".encode()))
    assert main(["analyze", article, "-"], load) == 0
    printed, complaints = capsys.readouterr()
    assert printed.splitlines() == [
        "━━ \u2068one\u2069",
        "\u2068انسحب داعش الإرهابي\u2069",
        "  Who it is about",
        "    \u2068تنظيم الدولة الإسلامية\u2069 (ARMED): named 1×",
        "  For and against",
        "    the author against \u2068تنظيم الدولة الإسلامية\u2069: \u2068الإرهابي\u2069",
        "",
        "━━ \u2068stdin\u2069",
        "\u2068قال داعش إن قسد بعيدة\u2069",
        "  Who it is about",
        "    \u2068تنظيم الدولة الإسلامية\u2069 (ARMED): named 1×, speaks 1×",
        "    \u2068قوات سوريا الديمقراطية\u2069 (ARMED): named 1×",
        "  Who said what",
        "    \u2068تنظيم الدولة الإسلامية\u2069 — state (\u2068قال\u2069):",
        "      \u2068قسد بعيدة\u2069",
        "",
    ]
    assert complaints == ""


@pytest.mark.usefixtures("article")
def test_a_folder_side_by_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "two.txt").write_text("قتل 5 من قسد", encoding="utf-8")
    assert main(["compare", "--actors", "1", str(tmp_path)], load) == 0
    rule = "─" * 100
    assert capsys.readouterr().out.replace("\u2068", "").replace("\u2069", "").splitlines() == [
        "                      one                                     two",
        rule,
        "تنظيم الدولة          داعش 1×                                 –",
        "الإسلامية             the author against 1×",
        "ARMED",
        rule,
        "Figures               –                                       5 من قسد",
        "",
        "1 more actors: --actors 2 shows them all",
    ]


def test_what_cannot_be_analysed_is_named_and_the_rest_is_shown(
    article: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged = tmp_path / "damaged.txt"
    damaged.write_bytes(b"\xd9\x82\xff")
    assert main(["analyze", str(damaged), article], load) == 3
    printed, complaints = capsys.readouterr()
    assert complaints == "isnad: damaged: text: Not UTF-8 at byte 2\n"
    assert printed.startswith("━━ \u2068one\u2069\n")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["analyze", "none.txt"], "isnad: none.txt: no such file or folder\n"),
        (
            ["analyze", __file__],
            f"isnad: {__file__}: not a .jsonl, .jsonl.gz, .parquet or .csv file, a folder of .txt files, or -\n",
        ),
        (["compare", "ARTICLE"], "isnad: one article has nothing to be compared with\n"),
    ],
)
def test_wrong_use_is_told_in_one_line(
    arguments: list[str], complaint: str, article: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([article if a == "ARTICLE" else a for a in arguments], load) == 2
    assert capsys.readouterr() == ("", complaint)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "isnad: the following arguments are required: COMMAND (isnad --help shows examples)\n"),
        (["analyze"], "isnad: the following arguments are required: FILE (isnad analyze --help shows examples)\n"),
        (
            ["compare", "a", "--actors", "x"],
            "isnad: argument --actors: a whole number from 1 (isnad compare --help shows examples)\n",
        ),
    ],
)
def test_so_are_wrong_arguments(
    arguments: list[str], complaint: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/isnad"])
    with pytest.raises(SystemExit) as stopped:
        main(arguments, load)
    assert stopped.value.code == 2
    assert capsys.readouterr() == ("", complaint)


def test_a_model_that_is_not_there(article: str, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(_settings: Settings) -> FakeAnalyzer:
        raise ValueError("manifest.json: not there")

    assert main(["analyze", article], broken) == 1
    assert capsys.readouterr() == ("", "isnad: the model was not loaded: manifest.json: not there\n")


@pytest.mark.parametrize("command", ["analyze", "compare", "serve", "infer"])
def test_help_shows_examples(command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["isnad"])
    with pytest.raises(SystemExit) as stopped:
        main([command, "--help"], load)
    assert stopped.value.code == 0
    assert f"\nexamples:\n  isnad {command}" in capsys.readouterr().out


READER_GONE = """
import sys
from serving.__main__ import main
from tests.fakes import FakeAnalyzer
sys.exit(main(["analyze", *[sys.argv[1]] * 2000], lambda settings: FakeAnalyzer()))
"""


def test_a_reader_that_has_had_enough_is_no_error(article: str) -> None:
    command = [sys.executable, "-c", READER_GONE, article]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert process.stdout.readline() == "━━ \u2068one\u2069\n".encode()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
