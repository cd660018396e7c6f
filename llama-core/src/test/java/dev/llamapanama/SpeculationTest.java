// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.Usage;
import dev.llamapanama.generation.grammar.Grammar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Guesses change how fast tokens come, and nothing else. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpeculationTest {
    private static final String PROMPT = "once upon a time once upon a time once";

    @AutoClose
    private final Llama llama;

    @AutoClose
    private final Llama other;

    SpeculationTest(@TempDir Path folder) throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        LlamaOptions options = LlamaOptions.DEFAULT.withThreads(1);
        llama = Llama.open(TestModel.builder().contextLength(64).build().writeGguf(first), options);
        other = Llama.open(
                TestModel.builder().contextLength(64).layers(1).seed(5).build().writeGguf(second), options);
    }

    static Stream<UnaryOperator<GenerationOptions.Builder>> ways() {
        return Stream.of(
                options -> options.temperature(0),
                options -> options.temperature(0.8).seed(3),
                options -> options.temperature(1.5).seed(4).logprobs(2).echo(true),
                options -> options.temperature(0).sampling(sampling -> sampling.repetitionPenalty(1.3)),
                options -> options.temperature(1).seed(9).sampling(sampling -> sampling.mirostat(3, 0.1)),
                options -> options.temperature(0).stop("time", "n"),
                options -> options.temperature(0).maxTokens(1),
                options -> options.temperature(0).maxTokens(200).ignoreEnd(true),
                options -> options.temperature(0).maxTokens(200).ignoreEnd(true).shiftContext(5),
                options -> options.temperature(1).seed(6).grammar(Grammar.ofRegex("(a|time|on){3,30}z")));
    }

    /** All but times and what was guessed. */
    private static Generation essence(Generation of) {
        Usage usage = of.usage();
        return new Generation(
                of.text(),
                of.tokens(),
                of.logprobs(),
                of.finishReason(),
                new Usage(usage.promptTokens(), 0, usage.completionTokens()),
                new Timings(0, 0, 0, 0));
    }

    private Generation generate(UnaryOperator<GenerationOptions.Builder> way, Speculation speculation) {
        GenerationOptions.Builder builder =
                way.apply(GenerationOptions.builder().maxTokens(24));
        return llama.generate(PROMPT, builder.speculation(speculation).build());
    }

    private List<Speculation> speculations() {
        return List.of(
                Speculation.promptLookup(),
                new Speculation.PromptLookup(2, 1),
                new Speculation.PromptLookup(5, 31),
                Speculation.draftModel(llama),
                Speculation.draftModel(other),
                new Speculation.DraftModel(other, 31));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void theResultIsTheSame(UnaryOperator<GenerationOptions.Builder> way) {
        Generation expected = essence(llama.generate(
                PROMPT, way.apply(GenerationOptions.builder().maxTokens(24)).build()));
        for (Speculation speculation : speculations()) {
            assertEquals(expected, essence(generate(way, speculation)), speculation.toString());
        }
    }

    @Test
    void aModelGuessesItselfRightly() {
        Usage usage = generate(
                        options -> options.temperature(0).ignoreEnd(true).sampling(s -> s.logitBias(7, 50)),
                        new Speculation.PromptLookup(2, 4))
                .usage();
        assertEquals(24, usage.completionTokens());
        assertTrue(usage.acceptedTokens() > 8, usage.toString());
        Usage sure = generate(options -> options.temperature(0).ignoreEnd(true), Speculation.draftModel(llama))
                .usage();
        assertEquals(sure.draftedTokens(), sure.acceptedTokens());
    }

    @Test
    void conversationsKeepNoGuesses() {
        GenerationOptions plain =
                GenerationOptions.builder().maxTokens(5).temperature(0).build();
        GenerationOptions guessing = GenerationOptions.builder()
                .maxTokens(5)
                .temperature(0)
                .speculation(new Speculation.DraftModel(llama, 7))
                .build();
        ChatSettings settings = ChatSettings.DEFAULT.withFormat(new PlainChatFormat(false));
        try (Chat expected = llama.chat(settings.withGeneration(plain));
                Chat found = llama.chat(settings.withGeneration(guessing))) {
            for (String said : List.of("once", "upon", "a time")) {
                assertEquals(expected.send(said).text(), found.send(said).text());
            }
        }
    }

    @Test
    void aDraftModelOfOtherTokensIsRefused(@TempDir Path folder) throws IOException {
        Path file = TestModel.builder().layers(1).build().writeGguf(folder);
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        Path changed = folder.resolve("changed.gguf");
        Files.writeString(changed, bytes.replace("time", "tame"), StandardCharsets.ISO_8859_1);
        try (Llama foreign = Llama.open(changed)) {
            String refusal = String.valueOf(assertThrows(
                            IllegalArgumentException.class,
                            () -> generate(options -> options, Speculation.draftModel(foreign)))
                    .getMessage());
            assertTrue(refusal.contains("tame\", expected \""), refusal);
        }
    }

    @Test
    void impossibleNumbersAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Speculation.DraftModel(llama, 0));
        assertThrows(IllegalArgumentException.class, () -> new Speculation.DraftModel(llama, 32));
        assertThrows(IllegalArgumentException.class, () -> new Speculation.PromptLookup(1, 4));
    }
}
