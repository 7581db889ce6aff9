"""The network: llama's architecture, small, trained with a prefix that many endings share.

Computed in the order and with the conventions of llama.cpp: root mean square norms, turned
positions on pairs of neighbouring dimensions, gated feed-forward layers.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

NORM = 1e-5

LIKE_TO_LIKE = 2
"""Layers that at first look from a word to the same word."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How large it is."""

    entries: int
    width: int = 256
    layers: int = 4
    heads: int = 4
    inner: int = 640
    """Of the feed-forward layers."""
    context: int = 1024
    turns: float = 10_000.0
    """The base of the turned positions."""

    @property
    def head(self) -> int:
        """Dimensions of a head."""
        return self.width // self.heads


@dataclass(frozen=True, slots=True)
class Bundle:
    """A prefix with the endings that follow it, each ending with its answer."""

    prefix: Tensor
    """[p] Entries."""
    endings: Tensor
    """[n, e] Entries, filled up with 0 at the end."""
    lengths: Tensor
    """[n]"""


class Norm(nn.Module):
    """Root mean square norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(width))

    def forward(self, x: Tensor) -> Tensor:
        """Each row brought to a root mean square of 1: […, width]."""
        size = x.float().pow(2).mean(-1, keepdim=True).add(NORM).rsqrt()
        return x.float() * size * self.weight


def turned(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
    """[…, heads, head] with each pair of neighbouring dimensions turned; angles […, head / 2]."""
    even, odd = x[..., 0::2], x[..., 1::2]
    cosine, sine = cosine.unsqueeze(-2), sine.unsqueeze(-2)
    return torch.stack((even * cosine - odd * sine, even * sine + odd * cosine), -1).flatten(-2)


class Layer(nn.Module):
    """Attention and a gated feed-forward layer."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        width, inner = shape.width, shape.inner
        self.shape = shape
        self.attn_norm, self.ffn_norm = Norm(width), Norm(width)
        self.attn_q, self.attn_k, self.attn_v, self.attn_output = (
            nn.Linear(width, width, bias=False) for _ in range(4)
        )
        self.ffn_gate, self.ffn_up = (nn.Linear(width, inner, bias=False) for _ in range(2))
        self.ffn_down = nn.Linear(inner, width, bias=False)

    def forward(
        self, x: Tensor, angles: tuple[Tensor, Tensor], bundle: Bundle, blur: float
    ) -> Tensor:
        """[p + n * e, width] The prefix and, one behind the other, the endings."""
        h = self.attn_norm(x)
        heads = (-1, self.shape.heads, self.shape.head)
        q = turned(self.attn_q(h).view(heads), *angles)
        k = turned(self.attn_k(h).view(heads), *angles)
        v = self.attn_v(h).view(heads)
        seen = self.attn_output(_attended(q, k, v, bundle))
        x = x + functional.dropout(seen, blur, self.training)
        h = self.ffn_norm(x)
        made = self.ffn_down(functional.silu(self.ffn_gate(h)) * self.ffn_up(h))
        return x + functional.dropout(made, blur, self.training)


def _attended(q: Tensor, k: Tensor, v: Tensor, bundle: Bundle) -> Tensor:
    """[p + n * e, width] Each entry sees those before it: in the prefix, and in its own ending."""
    p, (n, e) = len(bundle.prefix), bundle.endings.shape
    heads, head = q.shape[1:]
    scale = head**-0.5
    parts = []
    if p:
        before = [one[:p].transpose(0, 1).unsqueeze(0) for one in (q, k, v)]
        of_prefix = functional.scaled_dot_product_attention(*before, is_causal=True)
        parts.append(of_prefix[0].transpose(0, 1).reshape(p, heads * head))
    own_q, own_k, own_v = (one[p:].view(n, e, heads, head).transpose(1, 2) for one in (q, k, v))
    scores = (own_q @ own_k.transpose(-1, -2)) * scale  # [n, heads, e, e]
    hidden = torch.ones(e, e, dtype=torch.bool).triu(1)
    scores = scores.float().masked_fill(hidden, float("-inf"))
    if p:
        flat_q = q[p:].transpose(0, 1)  # [heads, n * e, head]
        shared = (flat_q @ k[:p].permute(1, 2, 0)) * scale  # [heads, n * e, p]
        shared = shared.view(heads, n, e, p).transpose(0, 1).float()
        weights = torch.cat((shared, scores), -1).softmax(-1).to(v.dtype)
        of_prefix_values = weights[..., :p].transpose(0, 1).reshape(heads, n * e, p)
        mixed = of_prefix_values @ v[:p].transpose(0, 1)  # [heads, n * e, head]
        found = mixed.view(heads, n, e, head).transpose(0, 1) + weights[..., p:] @ own_v
    else:
        found = scores.softmax(-1).to(v.dtype) @ own_v
    parts.append(found.transpose(1, 2).reshape(n * e, heads * head))
    return torch.cat(parts)


class Network(nn.Module):
    """Entries -> what may follow."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.token_embd = nn.Embedding(shape.entries, shape.width)
        self.blk = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.output_norm = Norm(shape.width)
        self.output = nn.Linear(shape.width, shape.entries, bias=False)
        self.blur = 0.0
        self._begin()
        pairs = torch.arange(0, shape.head, 2) / shape.head
        speeds = shape.turns**-pairs
        angles = torch.arange(shape.context)[:, None] * speeds
        self.register_buffer("cosine", angles.cos(), persistent=False)
        self.register_buffer("sine", angles.sin(), persistent=False)

    @torch.no_grad()
    def _begin(self) -> None:
        """First weights: what is looked at is passed on as it is, and like looks at like.

        Copying a key from where it stands is most of the work; from random weights it
        takes thousands of steps until a network can.
        """
        for name, value in self.named_parameters():
            if value.ndim == 2 and name.startswith("blk"):
                nn.init.orthogonal_(value, gain=0.3 if "down" in name else 1)
        for number, layer in enumerate(self.blk):
            layer.attn_output.weight.copy_(0.5 * layer.attn_v.weight.T)
            if number < LIKE_TO_LIKE:
                layer.attn_q.weight.mul_(0.8)
                layer.attn_k.weight.copy_(layer.attn_q.weight)
        nn.init.normal_(self.token_embd.weight, std=0.5)
        self.output.weight.copy_(0.1 * self.token_embd.weight)

    def forward(self, bundle: Bundle) -> Tensor:
        """[n, e, width] What the endings end in; `scores` turns it into scores."""
        p, (n, e) = len(bundle.prefix), bundle.endings.shape
        entries = torch.cat((bundle.prefix, bundle.endings.flatten()))
        places = torch.cat((torch.arange(p), (p + torch.arange(e)).repeat(n)))
        angles = (self.cosine[places], self.sine[places])
        x = self.token_embd(entries)
        x = functional.dropout(x, self.blur, self.training)
        for layer in self.blk:
            x = layer(x, angles, bundle, self.blur)
        return self.output_norm(x[p:]).view(n, e, -1)

    def scores(self, seen: Tensor) -> Tensor:
        """How much speaks for each entry as the next: […, entries]."""
        return self.output(seen)
