// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.checkpoint.AdapterFile;
import dev.llamapanama.checkpoint.LoadProgress;
import dev.llamapanama.events.LlamaListener;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Sampling;
import dev.llamapanama.tensor.DType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class OptionsTest {

    @Test
    void defaultsOfAGeneration() {
        assertEquals(
                new GenerationOptions(
                        256, Sampling.DEFAULT, null, null, List.of(), Set.of(), false, false, -1, -1, null, null, null),
                GenerationOptions.DEFAULT);
        assertEquals(new Sampling(0.6, 0, 0.9, OptionalLong.empty()), Sampling.DEFAULT);
        assertEquals(GenerationOptions.DEFAULT, GenerationOptions.builder().build());
    }

    @Test
    void everyOptionOfAGenerationIsTaken() {
        Supplier<Sampler> own = () -> Sampler::argmax;
        GenerationOptions options = GenerationOptions.builder()
                .maxTokens(7)
                .temperature(0.25)
                .topK(11)
                .topP(0.5)
                .seed(13)
                .stop("a", "b")
                .echo(true)
                .stopTokens(Set.of(3))
                .ignoreEnd(true)
                .logprobs(4)
                .shiftContext(5)
                .sampler(own)
                .adapter(Adapter.NONE)
                .speculation(Speculation.promptLookup())
                .timeout(Duration.ofSeconds(6))
                .build();
        Sampling sampling = new Sampling(0.25, 11, 0.5, OptionalLong.of(13));
        assertEquals(
                new GenerationOptions(
                        7,
                        sampling,
                        own,
                        null,
                        List.of("a", "b"),
                        Set.of(3),
                        true,
                        true,
                        4,
                        5,
                        Adapter.NONE,
                        Speculation.promptLookup(),
                        Duration.ofSeconds(6)),
                options);
    }

    @Test
    void impossibleOptionsAreRefusedByName() {
        GenerationOptions.Builder builder = GenerationOptions.builder();
        assertRefused(
                "maxTokens: found 0, expected 1 or more",
                () -> builder.maxTokens(0).build());
        builder.maxTokens(1);
        assertRefused(
                "stop: found an empty string, expected none",
                () -> builder.stop("x", "").build());
        builder.stop();
        assertRefused(
                "topP: found 2.0, expected more than 0, at most 1",
                () -> builder.topP(2).build());
        assertRefused(
                "stopTokens: found -1, expected ids of tokens",
                () -> builder.stopTokens(Set.of(-1)).build());
        builder.stopTokens(Set.of());
        assertRefused(
                "logprobs: found -2, expected 0 or more, or −1 for none",
                () -> builder.logprobs(-2).build());
        builder.logprobs(-1);
        assertRefused(
                "shiftContext: found -2, expected 0 or more, or −1 for an end",
                () -> builder.shiftContext(-2).build());
        builder.shiftContext(-1);
        assertRefused(
                "timeout: found PT0S, expected more than 0",
                () -> builder.timeout(Duration.ZERO).build());
        assertRefused("threads: found -1, expected 0 or more", () -> LlamaOptions.DEFAULT.withThreads(-1));
        assertRefused("contextLength: found -1, expected 0 or more", () -> LlamaOptions.DEFAULT.withContextLength(-1));
        assertRefused("kvCacheBytes: found -1, expected 0 or more", () -> LlamaOptions.DEFAULT.withKvCacheBytes(-1));
        assertRefused("kvType: found Q8_0, expected F16 or F32", () -> LlamaOptions.DEFAULT.withKvType(DType.Q8_0));
    }

    @Test
    void listsAreCopied() {
        List<String> stops = new ArrayList<>(List.of("a"));
        GenerationOptions options = GenerationOptions.builder().stop(stops).build();
        stops.add("");
        assertEquals(List.of("a"), options.stop());
    }

    @Test
    void everyOptionOfAModelIsTaken() {
        Path file = Path.of("tokenizer.model");
        LlamaListener listener = new LlamaListener() {};
        LoadProgress progress = (done, total) -> {};
        LlamaOptions options = LlamaOptions.DEFAULT
                .withBackend("cpu-scalar")
                .withThreads(3)
                .withContextLength(5)
                .withKvCacheBytes(7)
                .withPrefixCacheBytes(9)
                .withKvType(DType.F32)
                .withKeepStored(true)
                .withRoundPrompts(true)
                .withProgress(progress)
                .withListener(listener)
                .withTokenizer(file)
                .withAdapter(file)
                .withAdapter(file, 0.5);
        List<AdapterFile> adapters = List.of(new AdapterFile(file, 1), new AdapterFile(file, 0.5));
        assertEquals(
                new LlamaOptions("cpu-scalar", 3, 5, 7, 9, DType.F32, true, true, progress, listener, file, adapters),
                options);
        assertEquals(
                new LlamaOptions(
                        "auto",
                        0,
                        0,
                        0,
                        256L << 20,
                        DType.F16,
                        false,
                        false,
                        LoadProgress.NONE,
                        LlamaListener.NONE,
                        null,
                        List.of()),
                LlamaOptions.DEFAULT);
        assertNull(options.withTokenizer(null).tokenizer());
        assertRefused(
                "scale of an adapter: found NaN, expected a finite number",
                () -> LlamaOptions.DEFAULT.withAdapter(file, Double.NaN));
    }

    private static void assertRefused(String message, Runnable action) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, action::run).getMessage());
    }
}
