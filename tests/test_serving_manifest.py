import hashlib
from pathlib import Path

import pytest

from serving.manifest import Manifest, ModelError, check, read, sha256

CONTENT = b"\x00weights\xff"
MANIFEST = Manifest("isnad-ar", "1.0.0", {"onnx/a.onnx": hashlib.sha256(CONTENT).hexdigest()}, {"seed": 1})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "onnx").mkdir()
    (tmp_path / "onnx" / "a.onnx").write_bytes(CONTENT)
    MANIFEST.write(tmp_path)
    return tmp_path


def test_it_is_read_as_it_was_written(folder: Path) -> None:
    assert read(folder) == MANIFEST


def test_the_digest_of_a_file(folder: Path) -> None:
    (folder / "empty").touch()
    assert sha256(folder / "empty") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_sound_folder(folder: Path) -> None:
    check(folder, MANIFEST, "onnx/a.onnx")


@pytest.mark.parametrize("at", range(len(CONTENT)))
def test_a_changed_byte_is_refused(folder: Path, at: int) -> None:
    changed = bytearray(CONTENT)
    changed[at] ^= 1
    (folder / "onnx" / "a.onnx").write_bytes(changed)
    with pytest.raises(ModelError, match=r"onnx/a\.onnx: its SHA-256 is not the manifest's$"):
        check(folder, MANIFEST, "onnx/a.onnx")


@pytest.mark.parametrize("content", [CONTENT + b"\n", CONTENT[:-1], b""])
def test_a_file_cut_or_lengthened_is_refused(folder: Path, content: bytes) -> None:
    (folder / "onnx" / "a.onnx").write_bytes(content)
    with pytest.raises(ModelError, match=r"onnx/a\.onnx: its SHA-256"):
        check(folder, MANIFEST, "onnx/a.onnx")


def test_a_missing_file(folder: Path) -> None:
    (folder / "onnx" / "a.onnx").unlink()
    with pytest.raises(ModelError, match=r"onnx/a\.onnx: missing$"):
        check(folder, MANIFEST, "onnx/a.onnx")


def test_a_folder_in_the_place_of_a_file(folder: Path) -> None:
    (folder / "onnx" / "a.onnx").unlink()
    (folder / "onnx" / "a.onnx").mkdir()
    with pytest.raises(ModelError, match=r"onnx/a\.onnx: missing$"):
        check(folder, MANIFEST, "onnx/a.onnx")


def test_a_file_that_is_not_listed(folder: Path) -> None:
    (folder / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ModelError, match=r"manifest\.json: config\.json is not listed$"):
        check(folder, MANIFEST, "onnx/a.onnx", "config.json")


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"manifest\.json: cannot be read: No such file or directory$"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"\xff", "can't decode byte"),
        (b"[]", "list indices must be integers"),
        (b"null", "not subscriptable"),
        (b'{"version": "1", "files": {}, "training": {}}', "'name'"),
        (b'{"name": "a", "files": {}, "training": {}}', "'version'"),
        (b'{"name": "a", "version": "1", "training": {}}', "'files'"),
        (b'{"name": "a", "version": "1", "files": {}}', "'training'"),
        (b'{"name": "a", "version": "1", "files": 7, "training": {}}', "'int' object is not iterable"),
        (b'{"name": "a", "version": "1", "files": ["abc"], "training": {}}', "length 3; 2 is required"),
    ],
)
def test_what_is_no_manifest(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(ModelError, match=rf"manifest\.json: not a manifest: .*{fault}"):
        read(tmp_path)
