"""The packed encoder's layout, and vocabularies cut without a change to what is kept."""

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel

from serving.words import words
from training.encoder import cut, fast, keep_pieces, shrink, unigram, unpack
from training.graft import add

PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", ".", "▁في", "▁حلب", "ح", "ل", "ب", "ف", "ي", "<mask>"]
SCORES = [0.0, 0.0, 0.0, 0.0, -3.0, -4.0, -2.0, -2.5, -6.0, -6.0, -6.0, -6.0, -6.0, 0.0]
SIZE = 32


def packed_file(path: Path) -> dict[str, np.ndarray]:
    """Write a packed encoder of one layer; gives the tensors that it should hold, by their names in the file."""
    random = np.random.default_rng(0)
    shapes = {
        "emb.word": (len(PIECES), SIZE),
        "emb.pos": (16, SIZE),
        "emb.type": (2, SIZE),
        "emb.ln.w": (SIZE,),
        "emb.ln.b": (SIZE,),
    }
    for part, (rows, columns) in {
        "q": (32, 32),
        "k": (32, 32),
        "v": (32, 32),
        "ao": (32, 32),
        "fi": (64, 32),
        "fo": (32, 64),
    }.items():
        shapes |= {f"l0.{part}.w": (rows, columns), f"l0.{part}.b": (rows,)}
    shapes |= {f"l0.{norm}.{kind}": (SIZE,) for norm in ("aln", "oln") for kind in "wb"}
    tensors, bodies = {}, []
    for name, shape in shapes.items():
        if len(shape) == 2 and name not in ("emb.pos", "emb.type"):
            nibbles = random.integers(0, 16, (int(np.prod(shape)) // 32, 32)).astype(np.uint8)
            scales = random.random(len(nibbles)).astype("<f2")
            tensors[name] = ((nibbles.astype(np.float32) - 8) * scales.astype(np.float32)[:, None]).reshape(shape)
            low_and_high = nibbles[:, :16] | (nibbles[:, 16:] << 4)
            bodies.append(
                (name, 1, b"".join(s.tobytes() + b.tobytes() for s, b in zip(scales, low_and_high, strict=True)))
            )
        else:
            tensors[name] = random.random(shape).astype(np.float32)
            bodies.append((name, 0, tensors[name].tobytes()))
    blob = [p.encode() for p in PIECES]
    head = b"E5S1" + struct.pack("<I7ifi", 1, SIZE, 1, 4, 64, len(PIECES), 16, 2, 1e-12, 32)
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, sum(map(len, blob)))
    head += np.cumsum([0, *map(len, blob)]).astype("<u4").tobytes() + np.array(SCORES, "<f4").tobytes() + b"".join(blob)
    head += struct.pack("<iI", 1, 5) + b"\0" * 5 + struct.pack("<i", len(bodies))
    directory = sum(2 + len(name) + 21 for name, _, _ in bodies)
    at = len(head) + directory
    for name, kind, body in bodies:
        head += (
            struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, tensors[name].size, at, len(body))
        )
        at += len(body)
    path.write_bytes(head + b"".join(body for _, _, body in bodies))
    return tensors


def test_unpack(tmp_path: Path) -> None:
    path = tmp_path / "e.bin"
    tensors = packed_file(path)
    packed = unpack(path)
    assert packed.pieces == PIECES
    assert packed.scores == SCORES
    assert (packed.config.hidden_size, packed.config.num_hidden_layers, packed.config.vocab_size) == (SIZE, 1, 14)
    BertModel(packed.config, add_pooling_layer=False).load_state_dict(packed.weights)
    for ours, theirs in {
        "embeddings.word_embeddings.weight": "emb.word",
        "encoder.layer.0.attention.output.LayerNorm.bias": "l0.aln.b",
        "encoder.layer.0.intermediate.dense.weight": "l0.fi.w",
    }.items():
        np.testing.assert_allclose(packed.weights[ours].numpy(), tensors[theirs], rtol=1e-6)


def test_unpack_refuses_other_files(tmp_path: Path) -> None:
    path = tmp_path / "e.bin"
    path.write_bytes(b"PK\3\4" + b"\0" * 100)
    with pytest.raises(ValueError, match=r"e\.bin: not a packed encoder"):
        unpack(path)


def test_what_is_kept_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "e.bin"
    packed_file(path)
    packed = unpack(path)
    keep = keep_pieces(packed, [("حلب", 3), ("في", 1)], least=2)
    assert "▁حلب" in {packed.pieces[i] for i in keep}
    assert "▁في" not in {packed.pieces[i] for i in keep}
    model, tokenizer = cut(packed, keep)
    pieces = tokenizer.backend_tokenizer.encode(["حلب", "."], is_pretokenized=True).tokens
    # The full stop only occurred inside of words; now that it is a word it has a piece, with the same vector.
    assert pieces == ["<s>", "▁حلب", "▁.", "</s>"]
    rows, old = model.embeddings.word_embeddings.weight, packed.weights["embeddings.word_embeddings.weight"]
    assert torch.equal(rows[tokenizer.convert_tokens_to_ids("▁.")], old[PIECES.index(".")])
    assert torch.equal(rows[tokenizer.convert_tokens_to_ids("▁حلب")], old[PIECES.index("▁حلب")])
    assert not model.embeddings.word_embeddings.weight.isnan().any()
    smaller, shrunk = shrink(model, tokenizer, [("حلب", 3)], least=2)
    ids = tokenizer.backend_tokenizer.encode(["حلب", "."], is_pretokenized=True).ids
    fewer = shrunk.backend_tokenizer.encode(["حلب", "."], is_pretokenized=True).ids
    with torch.no_grad():
        before = model.train(False)(torch.tensor([ids])).last_hidden_state
        after = smaller.train(False)(torch.tensor([fewer])).last_hidden_state
        assert torch.allclose(before, after, atol=1e-6)


def test_a_share_of_what_another_encoder_learned_is_added(tmp_path: Path) -> None:
    packed_file(tmp_path / "e.bin")
    packed = unpack(tmp_path / "e.bin")
    model, tokenizer = cut(packed, keep_pieces(packed, [("حلب", 3)], least=2))
    other, others = cut(packed, keep_pieces(packed, [("حلب", 3), ("في", 3)], least=2))
    name = "encoder.layer.0.output.dense.weight"
    with torch.no_grad():
        model.get_parameter(name).add_(1.0)
        other.get_parameter(name).add_(0.5)
        other.embeddings.word_embeddings.weight.add_(4.0)
    add(model, tokenizer, other, others, packed, 0.25)
    expected = packed.weights[name] + 1.0 + 0.125
    torch.testing.assert_close(model.state_dict()[name], expected)
    rows, old = model.embeddings.word_embeddings.weight, packed.weights["embeddings.word_embeddings.weight"]
    place = tokenizer.convert_tokens_to_ids("▁حلب")
    torch.testing.assert_close(rows[place].detach(), old[PIECES.index("▁حلب")] + 1.0)
    # The packed encoder has no such piece, so nothing is known of what the other learned of it.
    place = tokenizer.convert_tokens_to_ids("▁.")
    assert torch.equal(rows[place].detach(), old[PIECES.index(".")])
    narrow = BertModel(
        BertConfig.from_dict({**packed.config.to_dict(), "intermediate_size": 16}), add_pooling_layer=False
    )
    with pytest.raises(
        ValueError, match=r"intermediate\.dense\.weight: \(64, 32\) in one encoder, \(16, 32\) in the oth"
    ):
        add(model, tokenizer, narrow, others, packed, 0.25)


def test_the_tokenizer_cuts_raw_text_as_the_words_are_cut() -> None:
    tokenizer = fast(unigram(PIECES, SCORES)).backend_tokenizer
    for text in ("في حلب.", "فِي حَلَب", "حلب2.في", "حـلـب"):
        forms = [word.form for word in words(text)]
        assert tokenizer.encode(text).tokens == tokenizer.encode(forms, is_pretokenized=True).tokens
