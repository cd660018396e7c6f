// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Refusal;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What users of the library see. The key/value cache holds one generation, so that what isn't given back blocks the next. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LlamaTest {
    private static final String PROMPT = "once upon a time";
    private static final GenerationOptions SEEDED =
            GenerationOptions.builder().maxTokens(40).seed(5).temperature(1).build();

    private final Path folder;

    @AutoClose
    private final Llama llama;

    LlamaTest(@TempDir Path folder) {
        this.folder = folder;
        TestModel model = TestModel.builder().layers(1).contextLength(64).build();
        long page = 2L * 2 * 16 * 16 * Short.BYTES;
        llama = Llama.open(
                model.writeGguf(folder), LlamaOptions.DEFAULT.withThreads(1).withKvCacheBytes(4 * page));
    }

    @Test
    void theCacheHoldsOneGeneration() {
        assertEquals(64, llama.diagnostics().contextLength());
        Generation generation = llama.generate(PROMPT, unending());
        assertEquals(FinishReason.CONTEXT_FULL, generation.finishReason());
        int prompt = generation.usage().promptTokens();
        assertEquals(new Usage(prompt, 0, 64 - prompt + 1), generation.usage());
    }

    /** As many tokens as fit: temperature 100 makes an end token as rare as any other. */
    private static GenerationOptions unending() {
        return GenerationOptions.builder()
                .maxTokens(1000)
                .temperature(100)
                .topP(1)
                .seed(1)
                .build();
    }

    @Test
    void allWaysGiveTheSame() {
        Generation expected = llama.generate(PROMPT, SEEDED);
        assertEquals(40, expected.tokens().size());
        assertFalse(expected.text().isEmpty());

        List<TextPiece> pieces = new ArrayList<>();
        assertEqualButForTime(llama.generate(PROMPT, SEEDED, pieces::add), expected);
        assertPieces(expected, pieces);

        pieces.clear();
        llama.stream(PROMPT, SEEDED).forEach(pieces::add);
        assertPieces(expected, pieces);

        try (Stream<TextPiece> stream = llama.stream(PROMPT, SEEDED).stream()) {
            assertPieces(expected, stream.toList());
        }
        assertEqualButForTime(llama.stream(PROMPT, SEEDED).result(), expected);
    }

    private static void assertPieces(Generation expected, List<TextPiece> pieces) {
        assertEquals(
                expected.text(),
                String.join("", pieces.stream().map(TextPiece::text).toList()));
        assertEquals(
                expected.tokens(),
                pieces.stream().map(TextPiece::tokenId).filter(id -> id >= 0).toList());
    }

    /** Equal but for the time it took. */
    private static void assertEqualButForTime(Generation found, Generation expected) {
        assertEquals(withoutTimings(expected), withoutTimings(found));
    }

    private static Generation withoutTimings(Generation g) {
        return new Generation(g.text(), g.tokens(), g.logprobs(), g.finishReason(), g.usage(), new Timings(0, 0, 0, 0));
    }

    @Test
    void timingsAreMeasured() {
        Timings timings = llama.generate(PROMPT, SEEDED).timings();
        assertTrue(timings.loadMillis() > 0 && timings.firstTokenMillis() > 0, timings.toString());
        assertTrue(timings.prefillTokensPerSecond() > 0 && timings.decodeTokensPerSecond() > 0, timings.toString());
    }

    @Test
    void anotherSeedTellsAnotherStory() {
        GenerationOptions other =
                GenerationOptions.builder().maxTokens(40).seed(4).temperature(1).build();
        assertNotEquals(
                llama.generate(PROMPT, SEEDED).tokens(),
                llama.generate(PROMPT, other).tokens());
    }

    @Test
    void theEchoIsThePrompt() {
        GenerationOptions echo = GenerationOptions.builder()
                .maxTokens(40)
                .seed(5)
                .temperature(1)
                .echo(true)
                .build();
        Generation expected = llama.generate(PROMPT, SEEDED);
        Generation found = llama.generate(PROMPT, echo);
        assertEquals(PROMPT + expected.text(), found.text());
        assertEquals(expected.tokens(), found.tokens());
    }

    @Test
    void nothingOfAStopStringOrAfterItIsShown() {
        String text = llama.generate(PROMPT, SEEDED).text();
        for (int from = 0; from + 4 <= text.length(); from += 3) {
            String stop = text.substring(from, from + 4);
            GenerationOptions options = GenerationOptions.builder()
                    .maxTokens(40)
                    .seed(5)
                    .temperature(1)
                    .stop(stop)
                    .build();
            List<TextPiece> pieces = new ArrayList<>();
            Generation found = llama.generate(PROMPT, options, pieces::add);
            assertEquals(text.substring(0, text.indexOf(stop)), found.text());
            assertEquals(FinishReason.STOP, found.finishReason());
            assertPieces(found, pieces);
        }
    }

    @Test
    void promptsMayBeEmptyAndControlTokensInThemAreText() {
        assertEquals(1, llama.generate("", SEEDED).usage().promptTokens());
        assertTrue(llama.generate("</s>", SEEDED).usage().promptTokens() > 2);
    }

    @Test
    void promptsThatDoNotFitAreRefusedAndLeaveNothingBehind() {
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class, () -> llama.generate("x ".repeat(100), SEEDED))
                .getMessage());
        assertTrue(message.startsWith("prompt: found "), message);
        assertThrows(IllegalArgumentException.class, () -> llama.stream(new int[0], SEEDED));
        assertThrows(
                IllegalArgumentException.class,
                () -> llama.stream(new int[] {1, 99_999}, SEEDED).result());
        assertEquals(40, llama.generate(PROMPT, SEEDED).tokens().size());
    }

    @Test
    void aStreamThatIsClosedEarlyGivesItsMemoryBack() {
        try (GenerationStream unread = llama.stream(PROMPT, unending())) {
            assertEquals(FinishReason.CANCELLED, closed(unread).finishReason());
        }
        try (GenerationStream stream = llama.stream(PROMPT, unending())) {
            Iterator<TextPiece> pieces = stream.iterator();
            TextPiece first = pieces.next();
            assertTrue(pieces.hasNext());
            Generation partial = closed(stream);
            assertEquals(FinishReason.CANCELLED, partial.finishReason());
            assertEquals(first.tokenId(), partial.tokens().getFirst());
            assertEquals(2, partial.tokens().size(), "one was read, one looked at");
        }
        try (Stream<TextPiece> stream = llama.stream(PROMPT, unending()).stream()) {
            assertEquals(3, stream.limit(3).count());
        }
        assertEquals(
                FinishReason.CONTEXT_FULL, llama.generate(PROMPT, unending()).finishReason());
    }

    private static Generation closed(GenerationStream stream) {
        stream.close();
        return stream.result();
    }

    @Test
    void anExceptionOfTheConsumerEndsTheGeneration() {
        RuntimeException failure = new RuntimeException("consumer");
        List<TextPiece> pieces = new ArrayList<>();
        RuntimeException thrown = assertThrows(
                RuntimeException.class,
                () -> llama.generate(PROMPT, unending(), piece -> {
                    pieces.add(piece);
                    if (pieces.size() == 3) {
                        throw failure;
                    }
                }));
        assertSame(failure, thrown);
        assertEquals(3, pieces.size());
        assertEquals(
                FinishReason.CONTEXT_FULL, llama.generate(PROMPT, unending()).finishReason());
    }

    @Test
    void aGenerationIsGoneThroughOnce() {
        GenerationStream stream = llama.stream(PROMPT, SEEDED);
        Iterator<TextPiece> pieces = stream.iterator();
        assertThrows(IllegalStateException.class, stream::iterator);
        assertThrows(IllegalStateException.class, stream::stream);
        StringBuilder text = new StringBuilder();
        while (pieces.hasNext()) {
            assertTrue(pieces.hasNext(), "asking changes nothing");
            text.append(pieces.next().text());
        }
        assertThrows(NoSuchElementException.class, pieces::next);
        assertEquals(llama.generate(PROMPT, SEEDED).text(), text.toString());
    }

    @Test
    void theResultPullsWhatIsLeft() {
        Generation expected = llama.generate(PROMPT, SEEDED);
        GenerationStream stream = llama.stream(PROMPT, SEEDED);
        Iterator<TextPiece> pieces = stream.iterator();
        pieces.next();
        pieces.next();
        assertTrue(pieces.hasNext());
        assertEqualButForTime(stream.result(), expected);
        assertEqualButForTime(stream.result(), expected);
        stream.close();
        assertEqualButForTime(stream.result(), expected);
    }

    @Test
    void aModelWithoutATokenizerTakesOneFromTheOptions() throws IOException {
        TestModel model = TestModel.builder().layers(1).build();
        Path file = model.writeLlama2c(folder);
        Path tokenizer = folder.resolve("tokenizer.bin");
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere")).resolve("tokenizer.bin");
        List<Integer> expected = tokens(file, LlamaOptions.DEFAULT);
        Files.move(tokenizer, elsewhere);
        assertEquals(expected, tokens(file, LlamaOptions.DEFAULT.withTokenizer(elsewhere)));
        try (Llama bare = Llama.open(file);
                Session session = bare.session(1)) {
            assertEquals(bare.config().vocabSize(), session.feed(1).length);
            String message = Refusal.of(() -> bare.generate(PROMPT));
            assertTrue(message.contains("tokenizer: found none in the file, expected"), message);
        }
    }

    private static List<Integer> tokens(Path file, LlamaOptions options) {
        try (Llama other = Llama.open(file, options)) {
            return other.generate(PROMPT, SEEDED).tokens();
        }
    }

    @Test
    void diagnosticsSayWhatWasChosen() {
        Diagnostics diagnostics = llama.diagnostics();
        assertEquals("GGUF v3", diagnostics.format());
        assertEquals("cpu-vector", diagnostics.backend());
        assertTrue(diagnostics.device().startsWith("Vector API, "), diagnostics.device());
        assertEquals(1, diagnostics.threads());
        assertTrue(diagnostics.loadMillis() > 0);
        assertTrue(diagnostics.file().endsWith("model.gguf"), diagnostics.file());
        assertEquals(
                List.of("cpu-vector", "cpu-scalar"),
                diagnostics.candidates().stream()
                        .map(candidate -> candidate.id())
                        .toList());
    }
}
