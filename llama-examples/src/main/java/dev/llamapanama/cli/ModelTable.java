// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.config.MoeConfig;
import dev.llamapanama.tokenizers.SpecialTokens;
import java.io.PrintStream;
import java.util.Locale;
import java.util.OptionalInt;

/** Prints a {@link ModelReport} for people. */
final class ModelTable {
    private final PrintStream out;

    ModelTable(PrintStream out) {
        this.out = out;
    }

    void print(ModelReport report) {
        row("file", report.file());
        row("format", report.format());
        row("shape of", report.variants().isEmpty() ? "no published model" : String.join(", ", report.variants()));
        row("parameters", String.format(Locale.ROOT, "%,d", report.parameters()));
        row("weights", ByteCount.format(report.weightBytes()));
        row("KV cache", ByteCount.format(report.kvBytesPerToken()) + " per token");
        capacity(report.capacity());
        config(report.config());
        tokenizer(report.tokenizer());
        out.printf(Locale.ROOT, "%n%-40s %-6s %20s %14s%n", "tensor", "type", "shape", "bytes");
        for (TensorEntry tensor : report.tensors()) {
            out.printf(
                    Locale.ROOT,
                    "%-40s %-6s %20s %,14d%n",
                    tensor.name(),
                    tensor.type(),
                    tensor.shape(),
                    tensor.bytes());
        }
    }

    private void capacity(Capacity capacity) {
        MemoryNeed need = capacity.need();
        String parts = "%s of weights, %s of keys and values, %s of activations"
                .formatted(
                        ByteCount.format(need.weights()),
                        ByteCount.format(need.keysAndValues()),
                        ByteCount.format(need.activations()));
        row("memory", ByteCount.format(need.total()) + " for " + capacity.context() + " tokens: " + parts);
        row("this machine", ByteCount.format(capacity.available()) + " available: " + verdict(capacity));
    }

    private static String verdict(Capacity capacity) {
        if (capacity.fits()) {
            return "it fits";
        }
        if (capacity.longestContext() > 0) {
            return "fits up to " + capacity.longestContext() + " tokens (--context)";
        }
        return "too little"
                + (capacity.typesThatFit().isEmpty()
                        ? " for any type"
                        : "; it would fit as " + capacity.typesThatFit().getFirst());
    }

    private void config(LlamaConfig config) {
        row("width", config.dim() + ", feed-forward " + config.ffnDim());
        row("layers", config.layers());
        row("heads", config.heads() + " of " + config.headDim() + ", " + config.kvHeads() + " for keys and values");
        row("vocabulary", config.vocabSize() + (config.tiedEmbeddings() ? ", head tied to the embedding" : ""));
        row("context", config.contextLength());
        row("RMSNorm epsilon", config.normEps());
        row(
                "RoPE",
                "theta " + config.rope().theta() + ", scaling " + config.rope().scaling());
        MoeConfig moe = config.moe();
        if (moe != null) {
            row("experts", moe.experts() + ", " + moe.expertsPerToken() + " for a token");
            row("active", String.format(Locale.ROOT, "%,d parameters for a token", config.activeParameterCount()));
        }
        if (config.crossAttentionLayers() > 0) {
            row("cross-attention", config.crossAttentionLayers() + " layers, which text alone skips");
        }
    }

    private void tokenizer(TokenizerReport tokenizer) {
        String error = tokenizer.error();
        if (error != null) {
            row("tokenizer", "can't be used: " + error);
            return;
        }
        String model = tokenizer.model();
        row("tokenizer", (model == null ? "" : model + ", ") + tokenizer.vocabularySize() + " tokens");
        SpecialTokens special = tokenizer.specialTokens();
        if (special != null) {
            row("begin token", id(special.bos()) + (special.addBos() ? ", added to prompts" : ""));
            row("end token", id(special.eos()) + ", generation ends at " + special.endOfGeneration());
        }
    }

    private static String id(OptionalInt id) {
        return id.isPresent() ? String.valueOf(id.getAsInt()) : "none";
    }

    private void row(String name, Object value) {
        out.printf(Locale.ROOT, "%-16s %s%n", name, value);
    }
}
