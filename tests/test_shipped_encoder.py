"""The encoder that the project keeps: whole, small, and able to guess hidden words of news."""

import pytest
import torch
from transformers import BertForMaskedLM, PreTrainedTokenizerFast

from serving import manifest
from training import checkpoint
from training.adapt import ADAPTED


def test_the_folder_is_small_and_what_its_manifest_promises() -> None:
    listed = manifest.read(ADAPTED)
    assert {f.name for f in ADAPTED.iterdir()} == {*listed.files, manifest.NAME}
    manifest.check(ADAPTED, listed, *listed.files)
    assert sum(f.stat().st_size for f in ADAPTED.iterdir()) < 64_000_000


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return checkpoint.tokenizer(str(ADAPTED))


@pytest.fixture(scope="module")
def encoder() -> BertForMaskedLM:
    # It comes in evaluation mode.
    model: BertForMaskedLM = BertForMaskedLM.from_pretrained(ADAPTED, dtype=torch.float32)
    return model


@pytest.mark.parametrize(
    ("sentence", "guess"),
    [
        ("قصف الطيران الحربي مدينة <mask> شمالي سوريا .", "▁حلب"),
        ("قال المتحدث باسم الأمم <mask> إن المساعدات وصلت .", "▁المتحدة"),
        ("أعلن تنظيم <mask> مسؤوليته عن الهجوم .", "▁داعش"),
    ],
)
def test_it_guesses_hidden_words(
    encoder: BertForMaskedLM, tokenizer: PreTrainedTokenizerFast, sentence: str, guess: str
) -> None:
    ids = torch.tensor([tokenizer.backend_tokenizer.encode(sentence).ids])
    with torch.inference_mode():
        logits = encoder(input_ids=ids).logits[ids == tokenizer.mask_token_id]
    assert tokenizer.convert_ids_to_tokens(logits.argmax(-1).tolist()) == [guess]
