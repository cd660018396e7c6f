// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Llama;
import dev.llamapanama.LlamaOptions;
import dev.llamapanama.bundled.BundledModel;
import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.ModelTokenizers;
import dev.llamapanama.tensor.BackendSelection;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model, and how it is run. */
final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "PATH",
            description =
                    "A GGUF file (any of its shards), a Hugging Face or Meta folder, or a llama2.c .bin file; without it: the small model"
                            + " that comes with the program, which writes stories.")
    private @Nullable Path model;

    @Option(
            names = "--tokenizer",
            paramLabel = "PATH",
            description =
                    "Use this tokenizer instead of the model's: tokenizer.json, tokenizer.model, tokenizer.bin or a"
                            + " GGUF file.")
    private @Nullable Path tokenizer;

    @Option(names = "--threads", paramLabel = "N", description = "Threads that compute; 0, the default: all cores.")
    private int threads;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "auto",
            description = "auto, cpu-scalar, cpu-vector or cuda (default: ${DEFAULT-VALUE}).")
    private String backend = "auto";

    @Option(
            names = "--context",
            paramLabel = "N",
            description = "Tokens that the model looks at, prompt and answer; 0, the default: what it was made for.")
    private int context;

    @Option(
            names = "--kv-type",
            paramLabel = "TYPE",
            defaultValue = "F16",
            description = "What keys and values are rounded to, ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private KvType kvType = KvType.F16;

    @Option(
            names = "--keep-stored",
            description =
                    "Use quantised weights mapped as the file stores them: starts at once, shares memory with other processes,"
                            + " and is several times slower.")
    private boolean keepStored;

    @Option(
            names = "--round-prompts",
            description =
                    "Let a GPU round what prompts are computed with to 11 bits, as other engines do, where that is faster.")
    private boolean roundPrompts;

    /** Whether a file was named. */
    boolean named() {
        return model != null;
    }

    /** The file that was named, or else the bundled one. */
    Path model() {
        return model == null ? BundledModel.file() : model;
    }

    /** Tokens as stated, or 0. */
    int context() {
        return context;
    }

    /** What keys and values are rounded to. */
    DType kvType() {
        return kvType.type;
    }

    Llama open(List<AdapterFile> adapters) {
        LlamaOptions options = options();
        for (AdapterFile adapter : adapters) {
            options = options.withAdapter(adapter.path(), adapter.scale());
        }
        return Llama.open(model(), options);
    }

    /** Opens a smaller model to be run in the same way, as long as its own context. */
    Llama openDraft(Path draft) {
        return Llama.open(draft, options().withContextLength(0).withTokenizer(null));
    }

    /**
     * Opens what isn't a file, or is open already.
     *
     * @param checkpoint becomes the Llama's own
     * @param kvBytes least memory that the keys and values of all sessions may take
     */
    Llama open(Checkpoint checkpoint, long kvBytes) {
        long positions = (long) KvLayout.pagesFor(context) * KvLayout.PAGE_TOKENS;
        long asked = positions * checkpoint.config().kvBytesPerToken(Math.toIntExact(kvType().bytes(1)));
        return Llama.open(checkpoint, options().withPrefixCacheBytes(0).withKvCacheBytes(Math.max(asked, kvBytes)));
    }

    private LlamaOptions options() {
        List<String> choices = BackendSelection.choices();
        if (!choices.contains(backend)) {
            throw new UsageException("--backend: found " + backend + ", expected one of " + choices);
        }
        try {
            return LlamaOptions.DEFAULT
                    .withBackend(backend)
                    .withThreads(threads)
                    .withContextLength(context)
                    .withTokenizer(tokenizer)
                    .withKvType(kvType.type)
                    .withKeepStored(keepStored)
                    .withRoundPrompts(roundPrompts);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e);
        }
    }

    /** The tokenizer alone: the one given, or the model's, whose weights aren't needed. */
    Tokenizer openTokenizer() {
        return Tokenizers.of(tokenizerDefinition());
    }

    /** Whether a file was named that may have a tokenizer. */
    boolean namesTokenizer() {
        return tokenizer != null || model != null;
    }

    /** What the tokenizer's file says: the one given, or the model's. */
    TokenizerDefinition tokenizerDefinition() {
        return tokenizer == null
                ? ModelTokenizers.definitionOfModel(model())
                : ModelTokenizers.readDefinition(tokenizer);
    }

    /** What the file of {@code --tokenizer} says, or null where none was given. */
    @Nullable
    TokenizerDefinition givenTokenizer() {
        return tokenizer == null ? null : ModelTokenizers.readDefinition(tokenizer);
    }

    /** What keys and values may be, so that picocli names no other type. */
    private enum KvType {
        F16(DType.F16),
        F32(DType.F32);

        final DType type;

        KvType(DType type) {
            this.type = type;
        }
    }
}
