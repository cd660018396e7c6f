// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a model is opened. Immutable; {@link #DEFAULT} with changes: {@code LlamaOptions.DEFAULT.withThreads(4)}.
 *
 * @param backend {@code auto}, or the name of one: {@code cpu-scalar}, {@code cpu-vector}, {@code cuda}
 * @param threads threads that compute, the calling one included; 0 for one on every core
 * @param contextLength positions (prompt and answer) that one generation may have; 0 for as many as the model was made for
 * @param kvCacheBytes memory that the keys and values of all generations together may take; 0 for as much as the largest
 *     heap of this JVM, which by default is a quarter of the machine. It is taken only when used. Generations that don't fit wait
 * @param tokenizer a tokenizer file to be used instead of the model's own, or null
 */
public record LlamaOptions(
        String backend,
        int threads,
        int contextLength,
        long kvCacheBytes,
        @Nullable Path tokenizer) {

    /** Best backend, all cores, the model's context and tokenizer. */
    public static final LlamaOptions DEFAULT = new LlamaOptions("auto", 0, 0, 0, null);

    public LlamaOptions {
        require(threads >= 0, "threads", threads);
        require(contextLength >= 0, "contextLength", contextLength);
        require(kvCacheBytes >= 0, "kvCacheBytes", kvCacheBytes);
    }

    private static void require(boolean condition, String field, long found) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected 0 or more");
        }
    }

    /** With another backend. */
    public LlamaOptions withBackend(String backend) {
        return new LlamaOptions(backend, threads, contextLength, kvCacheBytes, tokenizer);
    }

    /** With another number of threads. */
    public LlamaOptions withThreads(int threads) {
        return new LlamaOptions(backend, threads, contextLength, kvCacheBytes, tokenizer);
    }

    /** With another bound of the context. */
    public LlamaOptions withContextLength(int contextLength) {
        return new LlamaOptions(backend, threads, contextLength, kvCacheBytes, tokenizer);
    }

    /** With another bound of the key/value cache. */
    public LlamaOptions withKvCacheBytes(long kvCacheBytes) {
        return new LlamaOptions(backend, threads, contextLength, kvCacheBytes, tokenizer);
    }

    /** With a tokenizer file. */
    public LlamaOptions withTokenizer(@Nullable Path tokenizer) {
        return new LlamaOptions(backend, threads, contextLength, kvCacheBytes, tokenizer);
    }
}
