// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Llama;
import dev.llamapanama.Speculation;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** How tokens are guessed, so that the model verifies several at a time. */
final class SpeculationOption {
    @ArgGroup
    private @Nullable Way way;

    @Option(
            names = "--draft-tokens",
            paramLabel = "N",
            description = "Most tokens that are guessed at a time (default: 8).")
    private @Nullable Integer tokens;

    /** One of them. */
    private static final class Way {
        @Option(
                names = "--prompt-lookup",
                description =
                        "Guess that what followed the last few tokens before follows again; the text is the same.")
        private boolean lookup;

        @Option(
                names = "--draft-model",
                paramLabel = "PATH",
                description = "Guess what a smaller model of the same tokens says; the text is the same.")
        private @Nullable Path draft;
    }

    /** What was asked for, with the smaller model open. */
    record Guesses(
            @Nullable Speculation speculation, @Nullable Llama draft) implements AutoCloseable {
        @Override
        public void close() {
            if (draft != null) {
                draft.close();
            }
        }
    }

    Guesses open(ModelOptions model) {
        if (way == null) {
            if (tokens != null) {
                throw new UsageException("--draft-tokens: found without --prompt-lookup or --draft-model");
            }
            return new Guesses(null, null);
        }
        int most = tokens == null ? Speculation.promptLookup().tokens() : tokens;
        Speculation lookup = lookup(most);
        if (way.draft == null) {
            return new Guesses(way.lookup ? lookup : null, null);
        }
        Llama draft = model.openDraft(way.draft);
        return new Guesses(new Speculation.DraftModel(draft, most), draft);
    }

    private static Speculation lookup(int most) {
        try {
            return new Speculation.PromptLookup(3, most);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--draft-" + e.getMessage());
        }
    }
}
