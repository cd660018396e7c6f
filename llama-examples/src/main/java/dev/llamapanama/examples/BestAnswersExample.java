// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import dev.llamapanama.Generation;
import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.EncodeOptions.Boundary;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.training.StoredReward;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rejection sampling (arXiv 2307.09288, 3.2.3): of several sampled answers to a question the one that a reward model likes best, as examples for
 * {@code llama train sft}.
 */
public final class BestAnswersExample {
    private static final int ANSWERS = 10;
    private static final int LONGEST = 1024;
    private static final JsonMapper MAPPER = JsonMapper.shared();
    private static final EncodeOptions PROMPT = EncodeOptions.TEXT.withBos(Boundary.AS_DEFINED);

    private BestAnswersExample() {}

    /** Takes a model, the output folder of {@code llama train reward}, the file to write, and questions. */
    public static void main(String[] args) throws IOException {
        List<String> lines = new ArrayList<>();
        try (Llama llama = Llama.open(Path.of(args[0]));
                StoredReward reward = StoredReward.open(Path.of(args[1]), LONGEST)) {
            for (String question : List.of(args).subList(3, args.length)) {
                String prompt = "[INST] " + question + " [/INST]";
                String answer = best(llama, reward, prompt);
                System.out.println(question + answer);
                lines.add(MAPPER.createObjectNode()
                        .put("prompt", prompt)
                        .put("completion", answer)
                        .toString());
            }
        }
        Files.write(Path.of(args[2]), lines);
    }

    private static String best(Llama llama, StoredReward reward, String prompt) {
        List<Generation> answers = IntStream.range(0, ANSWERS)
                .mapToObj(seed -> llama.generate(prompt, sampled(seed)))
                .toList();
        Tokenizer tokenizer = llama.tokenizer();
        double[] worth = reward.of(
                tokenizer.encode(prompt, PROMPT),
                answers.stream().map(answer -> tokens(tokenizer, answer)).toList());
        int best = IntStream.range(0, ANSWERS)
                .reduce((one, other) -> worth[other] > worth[one] ? other : one)
                .orElseThrow();
        return answers.get(best).text();
    }

    private static GenerationOptions sampled(int seed) {
        return GenerationOptions.builder()
                .temperature(1)
                .maxTokens(64)
                .seed(seed)
                .build();
    }

    /** With the token that ended it, since a reward is read from the last one. */
    private static int[] tokens(Tokenizer tokenizer, Generation answer) {
        IntStream said = answer.tokens().stream().mapToInt(id -> id);
        IntStream end = answer.finishReason() == FinishReason.STOP
                ? tokenizer.specialTokens().eos().stream()
                : IntStream.empty();
        return IntStream.concat(said, end).toArray();
    }
}
