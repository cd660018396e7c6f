// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Completion;
import dev.llamapanama.engine.InferenceEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

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
                completions.add(first.fork(requests.of(options, i)));
            }
            return SideBySide.run(completions.stream()
                    .<Callable<Generation>>map(completion -> new GenerationStream(completion, loadMillis)::result)
                    .toList());
        } finally {
            completions.forEach(Completion::close);
        }
    }
}
