# SPDX-License-Identifier: Apache-2.0
"""What PyTorch reaches on this device: decoding of a Llama with random BF16 weights in a CUDA graph, prompts, and a copy of device memory.

The graph has a fixed context, keys and values in one tensor, and PyTorch's own kernels: nothing is fused or compiled. Prints JSON, a line for
each shape: decode.py CONTEXT [SHAPE ...].
"""

import json
import sys

import torch
import torch.nn.functional as F

SHAPES = {  # dim, layers, heads, key/value heads, head dim, feed-forward, vocabulary
    "llama3.2-1b": (2048, 16, 32, 8, 64, 8192, 128256),
    "llama3.1-8b": (4096, 32, 32, 8, 128, 14336, 128256),
}


class Llama:
    def __init__(self, shape, context):
        self.dim, self.layers, self.heads, self.kv_heads, self.head_dim, ffn, self.vocabulary = SHAPES[shape]
        q, kv = self.heads * self.head_dim, self.kv_heads * self.head_dim
        matrix = lambda rows, cols: torch.randn(rows, cols, device="cuda", dtype=torch.bfloat16) * 0.02
        self.blocks = [
            (matrix(q + 2 * kv, self.dim), matrix(self.dim, q), matrix(2 * ffn, self.dim), matrix(self.dim, ffn))
            for _ in range(self.layers)
        ]
        self.embedding = matrix(self.vocabulary, self.dim)
        self.norm = torch.ones(self.dim, device="cuda", dtype=torch.bfloat16)
        self.cache = torch.zeros(
            self.layers, 2, 1, self.kv_heads, context, self.head_dim, device="cuda", dtype=torch.bfloat16
        )
        angles = torch.arange(context, device="cuda")[:, None] * 500000.0 ** (
            -torch.arange(0, self.head_dim, 2, device="cuda") / self.head_dim
        )
        self.cos, self.sin = angles.cos().bfloat16(), angles.sin().bfloat16()

    def rotate(self, x, positions):
        cos, sin = self.cos[positions], self.sin[positions]
        first, second = x.chunk(2, dim=-1)
        return torch.cat((first * cos - second * sin, first * sin + second * cos), dim=-1)

    def forward(self, ids, positions, causal):
        tokens = ids.shape[0]
        x = self.embedding[ids]
        for layer, (qkv, o, gate_up, down) in enumerate(self.blocks):
            y = F.rms_norm(x, (self.dim,), self.norm)
            q, k, v = F.linear(y, qkv).split(
                (self.heads * self.head_dim, self.kv_heads * self.head_dim, self.kv_heads * self.head_dim), dim=-1
            )
            q = self.rotate(q.view(tokens, self.heads, self.head_dim).transpose(0, 1), positions)
            k = self.rotate(k.view(tokens, self.kv_heads, self.head_dim).transpose(0, 1), positions)
            v = v.view(tokens, self.kv_heads, self.head_dim).transpose(0, 1)
            self.cache[layer, 0, 0].index_copy_(1, positions, k)
            self.cache[layer, 1, 0].index_copy_(1, positions, v)
            keys, values = (k[None], v[None]) if causal else (self.cache[layer, 0], self.cache[layer, 1])
            y = F.scaled_dot_product_attention(q[None], keys, values, is_causal=causal, enable_gqa=True)
            x = x + F.linear(y[0].transpose(0, 1).reshape(tokens, -1), o)
            gate, up = F.linear(F.rms_norm(x, (self.dim,), self.norm), gate_up).chunk(2, dim=-1)
            x = x + F.linear(F.silu(gate) * up, down)
        return F.linear(F.rms_norm(x[-1:], (self.dim,), self.norm), self.embedding)


def milliseconds(run, repetitions):
    for _ in range(3):
        run()
    times = []
    for _ in range(repetitions):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        run()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    return sorted(times)[len(times) // 2]


def graph_of(run):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            run()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        run()
    return graph


@torch.inference_mode()
def measure(shape, context):
    model = Llama(shape, max(context, 2048))
    ids = torch.zeros(1, device="cuda", dtype=torch.long)
    position = torch.full((1,), context - 1, device="cuda", dtype=torch.long)
    model.cache = model.cache[:, :, :, :, :context].contiguous()
    graph = graph_of(lambda: model.forward(ids, position, causal=False))
    result = {"engine": "PyTorch " + torch.__version__, "model": shape, "type": "BF16", "context": context}
    result["decodeTokensPerSecond"] = 1000 / milliseconds(graph.replay, 50)
    model.cache = torch.zeros_like(model.cache[:, :, :, :, :1]).expand(-1, -1, -1, -1, 2048, -1).contiguous()
    for prompt in (512, 2048):
        ids = torch.zeros(prompt, device="cuda", dtype=torch.long)
        positions = torch.arange(prompt, device="cuda")
        took = milliseconds(lambda: model.forward(ids, positions, causal=True), 10)
        result[f"prefill{prompt}TokensPerSecond"] = prompt * 1000 / took
    return result


def copied_gigabytes_per_second():
    source = torch.empty(1 << 30, device="cuda", dtype=torch.uint8).random_()
    target = torch.empty_like(source)
    return 2 * source.numel() / milliseconds(lambda: target.copy_(source), 20) / 1e6


print(json.dumps({"engine": "PyTorch " + torch.__version__, "copyGigabytesPerSecond": copied_gigabytes_per_second()}))
for name in sys.argv[2:] or SHAPES:
    print(json.dumps(measure(name, int(sys.argv[1]))), flush=True)
