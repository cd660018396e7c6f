// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.engine.InferenceEngine;
import dev.llamapanama.engine.LoadedAdapter;
import dev.llamapanama.generation.AdapterClosedException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A LoRA adapter (arXiv 2106.09685) beside an open model, made by {@link Llama#adapter}: generations, chats and sessions choose it, while others
 * use the model without it or with another one. The weights of the model stay as they are.
 *
 * {@snippet :
 * try (Adapter pirate = llama.adapter(Path.of("pirate-lora.gguf"))) {
 *     llama.generate("Once upon a time", GenerationOptions.builder().adapter(pirate).build());
 * }
 * }
 *
 * <p>Safe for any number of threads. Calls with different adapters don't share steps, but take turns.
 */
public final class Adapter implements AutoCloseable {
    /** The model alone, also where it was opened with an adapter. */
    public static final Adapter NONE = new Adapter(null);

    private final @Nullable LoadedAdapter loaded;

    Adapter(@Nullable LoadedAdapter loaded) {
        this.loaded = loaded;
    }

    /** What a choice means to an engine: null for the adapter it was opened with, if any. */
    static @Nullable LoadedAdapter chosen(@Nullable Adapter choice, InferenceEngine engine) {
        return choice == null ? engine.adapter() : choice.loaded;
    }

    /** The files whose sum it is. */
    public List<AdapterFile> files() {
        return loaded == null ? List.of() : loaded.files();
    }

    /**
     * Waits for the running step and frees the memory. What still uses the adapter fails with an {@link AdapterClosedException}; its
     * sessions and chats can only be closed. Closed with the model at the latest. Idempotent.
     */
    @Override
    public void close() {
        if (loaded != null) {
            loaded.close();
        }
    }

    @Override
    public String toString() {
        return "adapter " + files();
    }
}
