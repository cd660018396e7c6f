// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Completion;
import dev.llamapanama.engine.InferenceEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Several continuations of one prompt. */
record Continuations(InferenceEngine engine, Requests requests, double loadMillis) {

    List<Generation> generate(int[] prompt, GenerationOptions options, int count) {
        if (count < 1) {
            throw new IllegalArgumentException("count: found " + count + ", expected 1 or more");
        }
        List<Completion> completions = new ArrayList<>();
        try {
            Completion first = new Completion(engine, requests.tokenizer(), prompt, requests.of(options));
            completions.add(first);
            first.readPrompt();
            for (int i = 1; i < count; i++) {
                completions.add(first.fork(requests.of(options.seededAfter(i))));
            }
            return run(completions);
        } finally {
            completions.forEach(Completion::close);
        }
    }

    private List<Generation> run(List<Completion> completions) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Generation>> futures = new ArrayList<>();
            for (Completion completion : completions) {
                futures.add(threads.submit(() -> new GenerationStream(completion, loadMillis).result()));
            }
            try {
                List<Generation> generations = new ArrayList<>();
                for (Future<Generation> future : futures) {
                    generations.add(future.get());
                }
                return generations;
            } catch (InterruptedException e) {
                threads.shutdownNow();
                Thread.currentThread().interrupt();
                throw (CancellationException) new CancellationException("interrupted").initCause(e);
            } catch (ExecutionException e) {
                threads.shutdownNow();
                throw unchecked(e.getCause());
            }
        }
    }

    private static RuntimeException unchecked(@Nullable Throwable cause) {
        return switch (cause) {
            case null -> new IllegalStateException();
            case RuntimeException e -> e;
            case Error e -> throw e;
            default -> new IllegalStateException(cause);
        };
    }
}
