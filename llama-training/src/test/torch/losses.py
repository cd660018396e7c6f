# SPDX-License-Identifier: Apache-2.0
"""The losses of twenty steps that PyTorchLossesTest expects: the same model, data and schedule in PyTorch. Arguments: none, or "tied"."""
import math
import sys

import torch
from torch.nn.functional import cross_entropy, silu

DIM, LAYERS, HEADS, KV_HEADS, HEAD_DIM, FFN, VOCABULARY = 64, 4, 4, 2, 16, 160, 256
TIED = "tied" in sys.argv


class JavaRandom:
    """java.util.Random."""

    def __init__(self, seed):
        self.seed, self.gaussian = (seed ^ 0x5DEECE66D) & ((1 << 48) - 1), None

    def bits(self, n):
        self.seed = (self.seed * 0x5DEECE66D + 0xB) & ((1 << 48) - 1)
        return self.seed >> (48 - n)

    def below(self, power_of_two):
        return power_of_two * self.bits(31) >> 31

    def double(self):
        return ((self.bits(26) << 27) + self.bits(27)) * 2.0**-53

    def normal(self):
        if self.gaussian is not None:
            value, self.gaussian = self.gaussian, None
            return value
        while True:
            v1, v2 = 2 * self.double() - 1, 2 * self.double() - 1
            s = v1 * v1 + v2 * v2
            if 0 < s < 1:
                factor = math.sqrt(-2 * math.log(s) / s)
                self.gaussian = v2 * factor
                return v1 * factor


random = JavaRandom(7)


def matrix(rows, cols, deviation=0.02):
    return torch.tensor([[deviation * random.normal() for _ in range(cols)] for _ in range(rows)]).requires_grad_()


def norm():
    return torch.ones(DIM, requires_grad=True)


embedding = matrix(VOCABULARY, DIM)
residual = 0.02 / math.sqrt(2 * LAYERS)
layers = []
for _ in range(LAYERS):
    layers.append({
        "attention_norm": norm(),
        "q": matrix(HEADS * HEAD_DIM, DIM),
        "k": matrix(KV_HEADS * HEAD_DIM, DIM),
        "v": matrix(KV_HEADS * HEAD_DIM, DIM),
        "o": matrix(DIM, HEADS * HEAD_DIM, residual),
        "ffn_norm": norm(),
        "gate": matrix(FFN, DIM),
        "up": matrix(FFN, DIM),
        "down": matrix(DIM, FFN, residual),
    })
output_norm = norm()
head = embedding if TIED else matrix(VOCABULARY, DIM)


def rms(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight


def rotated(x):
    angles = torch.arange(len(x), dtype=torch.float64)[:, None] * 10000.0 ** (-torch.arange(0, HEAD_DIM, 2, dtype=torch.float64) / HEAD_DIM)
    cos, sin = angles.cos().float()[:, None], angles.sin().float()[:, None]
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), -1).flatten(-2)


def logits(ids):
    x, n = embedding[ids], len(ids)
    mask = torch.full((n, n), float("-inf")).triu(1)
    for w in layers:
        h = rms(x, w["attention_norm"])
        q = rotated((h @ w["q"].T).view(n, HEADS, HEAD_DIM))
        k = rotated((h @ w["k"].T).view(n, KV_HEADS, HEAD_DIM)).repeat_interleave(HEADS // KV_HEADS, 1)
        v = (h @ w["v"].T).view(n, KV_HEADS, HEAD_DIM).repeat_interleave(HEADS // KV_HEADS, 1)
        scores = torch.einsum("ihd,jhd->hij", q, k) / math.sqrt(HEAD_DIM) + mask
        x = x + torch.einsum("hij,jhd->ihd", scores.softmax(-1), v).reshape(n, -1) @ w["o"].T
        h = rms(x, w["ffn_norm"])
        x = x + (silu(h @ w["gate"].T) * (h @ w["up"].T)) @ w["down"].T
    return rms(x, output_norm) @ head.T


def document(data, length):
    ids, following = [], data.below(256)
    for _ in range(length):
        ids.append(following)
        following = data.below(256) if data.below(4) == 0 else (following * 5 + 1) % 256
    return torch.tensor(ids)


weights = [embedding] + [w for layer in layers for w in layer.values()] + [output_norm] + ([] if TIED else [head])
groups = [
    {"params": [w for w in weights if w.dim() == 2], "weight_decay": 0.1},
    {"params": [w for w in weights if w.dim() == 1], "weight_decay": 0.0},
]
optimiser = torch.optim.AdamW(groups, lr=3e-3, betas=(0.9, 0.95), eps=1e-5)
schedule = torch.optim.lr_scheduler.LambdaLR(
    optimiser, lambda step: (step + 1) / 5 if step < 5 else 0.1 + 0.9 * (1 + math.cos(math.pi * (step - 5) / 15)) / 2)
data = JavaRandom(3)
losses = []
for _ in range(20):
    documents = [document(data, length) for length in (70, 48, 33, 64)]
    optimiser.zero_grad()
    total = sum(cross_entropy(logits(ids)[:-1], ids[1:], reduction="sum") for ids in documents)
    loss = total / sum(len(ids) - 1 for ids in documents)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights, 1.0)
    optimiser.step()
    schedule.step()
    losses.append(f"{loss.item():.6f}")
print(", ".join(losses))
