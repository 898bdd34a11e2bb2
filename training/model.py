"""The network: an encoder of the text, linear heads for entities and cues, and a small reader of what is round a mark.

The encoder and its `classifier` are a plain Hugging Face `BertForTokenClassification` and load as one.
"""

import torch
from torch import nn
from transformers import BertConfig, BertModel, BertPreTrainedModel
from transformers.models.bert.modeling_bert import BertLayer

from labels.scheme import CUE_TAGS, ENTITY_TAGS, ROLE_TAGS
from serving.chains import Chains
from serving.layout import ACT_CLASSES, CLIP_CLASSES, ROLE_CLASSES
from serving.marks import DISTANCES, Kind
from training.chain import Chain

ROLE_LAYERS = 2


class IsnadModel(BertPreTrainedModel):  # type: ignore[no-untyped-call]  # its __init_subclass__ is untyped
    """Encoder, word heads and role reader. `config` is a BertConfig with `role_layers`, the role reader's depth."""

    config_class = BertConfig

    def __init__(self, config: BertConfig) -> None:
        super().__init__(config)
        self.bert = BertModel(config, add_pooling_layer=False)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)
        self.classifier = nn.Linear(config.hidden_size, len(ENTITY_TAGS))
        self.nested = nn.Linear(config.hidden_size, len(ENTITY_TAGS))
        self.cue = nn.Linear(config.hidden_size, len(CUE_TAGS))
        self.clips = nn.Linear(config.hidden_size, CLIP_CLASSES)
        self.roles = RoleReader(config)
        self.follow = nn.ModuleDict(
            {
                "outer": Chain(ENTITY_TAGS),
                "inner": Chain(ENTITY_TAGS),
                "cue": Chain(CUE_TAGS),
                "roles": Chain(ROLE_TAGS),
            }
        )
        self.post_init()  # type: ignore[no-untyped-call]  # untyped in transformers

    def encode(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`ids` and `mask` (1 where a piece is): [windows, pieces]; gives hidden states [windows, pieces, size]."""
        hidden: torch.Tensor = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return hidden

    def tag(self, hidden: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Logits of each word from its hidden state [words, size]: entity tags, nested entity tags, cue tags, clips."""
        hidden = self.dropout(hidden)
        return self.classifier(hidden), self.nested(hidden), self.cue(hidden), self.clips(hidden)

    def chains(self) -> Chains:
        """How tags follow one another, as serving takes it."""
        return Chains(
            **{name: chain.get_parameter("weight").detach().numpy().copy() for name, chain in self.follow.items()}
        )

    def _init_weights(self, module: nn.Module) -> None:
        """Chains begin even, also where a checkpoint is older than they are."""
        super()._init_weights(module)  # type: ignore[no-untyped-call]  # untyped in transformers
        if isinstance(module, Chain):
            nn.init.zeros_(module.weight)

    def seed_roles(self) -> None:
        """Begin the role reader's layers as copies of the encoder's last ones, which already know how to read."""
        for own, other in zip(self.roles.layers, self.bert.encoder.layer[-len(self.roles.layers) :], strict=True):
            own.load_state_dict(other.state_dict())


class RoleReader(nn.Module):
    """Reads the words around a marked cue or target: what each is to it, and what kind of act or stance it is."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        size = config.hidden_size
        self.mark = nn.Embedding(len(Kind) + 1, size)
        self.distance = nn.Embedding(DISTANCES, size)
        self.norm = nn.LayerNorm(size)
        self.dropout = nn.Dropout(config.hidden_dropout_prob)
        depth = getattr(config, "role_layers", ROLE_LAYERS)
        # transformers leaves the layer's constructor untyped.
        self.layers = nn.ModuleList(BertLayer(config) for _ in range(depth))  # type: ignore[no-untyped-call]
        self.words = nn.Linear(size, ROLE_CLASSES)
        self.act = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.Linear(size, ACT_CLASSES))

    def forward(
        self, hidden: torch.Tensor, marks: torch.Tensor, distances: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """`hidden` [marks, words, size], the rest [marks, words], `mask` 1.0 where a word is.

        Gives logits of each word [marks, words, ROLE_CLASSES] and of each mark [marks, ACT_CLASSES].
        """
        read = self.dropout(self.norm(hidden + self.mark(marks) + self.distance(distances)))
        blocked = (1.0 - mask[:, None, None, :]) * -10_000.0
        for layer in self.layers:
            read = layer(read, blocked)
        marked = (marks > 0).to(read.dtype).unsqueeze(-1)
        centre = (read * marked).sum(1) / marked.sum(1).clamp(min=1.0)
        read = self.dropout(read)
        return self.words(read), self.act(self.dropout(centre))
