// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Usage;
import dev.llamapanama.tensor.Backend;
import dev.llamapanama.tensor.TestBackends;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a generation goes on and ends, whatever the model would say: the sampler plays from a script. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CompletionTest {
    private static final int CONTEXT = 20;
    private static final int END = 2;

    private final Checkpoint checkpoint;
    private final Backend backend = TestBackends.open("cpu-scalar", 1);
    private final InferenceEngine engine;
    private final Tokenizer tokenizer;
    private final int[] prompt;

    CompletionTest(@TempDir Path folder) {
        checkpoint = Checkpoints.open(TestModel.builder().layers(1).build().writeGguf(folder));
        engine = new InferenceEngine(checkpoint, backend, new EngineOptions(CONTEXT, 1));
        tokenizer = Tokenizers.of(Objects.requireNonNull(checkpoint.tokenizer()));
        prompt = ids("▁once", "▁up", "on");
    }

    @BeforeEach
    void allPagesAreFree() {
        // One page is all there is, so every sequence that is left open blocks the next.
        assertEquals(16, engine.contextLength());
    }

    @AfterEach
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void allPagesAreFreeAgain() {
        engine.newSequence(engine.contextLength()).close();
        engine.close();
        backend.close();
        checkpoint.close();
    }

    @Test
    void endsAfterSoManyTokens() {
        int[] script = ids("▁a", "▁time", ".");
        Completion completion = completion(3, script);
        assertAdvance("▁a", " a", completion.next());
        assertAdvance("▁time", " time", completion.next());
        assertThrows(IllegalStateException.class, completion::finishReason);
        assertAdvance(".", ".", completion.next());
        assertEquals(new Completion.Advance(-1, "", null), completion.next());
        assertNull(completion.next());
        assertEquals(FinishReason.LENGTH, completion.finishReason());
        assertArrayEquals(script, completion.tokens());
        assertEquals(new Usage(3, 0, 3), completion.usage());
    }

    @Test
    void endsAtAnEndToken() {
        Completion completion = completion(10, ids("▁a", "▁time"), new int[] {END});
        assertEquals(" a time", text(completion));
        assertEquals(FinishReason.STOP, completion.finishReason());
        assertArrayEquals(ids("▁a", "▁time"), completion.tokens());
        assertEquals(new Usage(3, 0, 2), completion.usage());
    }

    @Test
    void mayEndBeforeItBegins() {
        Completion completion = completion(10, new int[] {END});
        assertEquals("", text(completion));
        assertEquals(FinishReason.STOP, completion.finishReason());
        assertEquals(new Usage(3, 0, 0), completion.usage());
    }

    /** The last token needs no position of its own, since nothing follows it. */
    @Test
    void endsWhenTheContextIsFull() {
        int[] script = repeat("▁a", 100);
        Completion completion = completion(100, script);
        assertEquals(" a".repeat(14), text(completion));
        assertEquals(FinishReason.CONTEXT_FULL, completion.finishReason());
        assertEquals(new Usage(3, 0, 14), completion.usage());

        Completion asMany = completion(14, script);
        assertEquals(" a".repeat(14), text(asMany));
        assertEquals(FinishReason.LENGTH, asMany.finishReason());

        Completion most = completion(Integer.MAX_VALUE, script);
        assertEquals(" a".repeat(14), text(most));
        assertEquals(FinishReason.CONTEXT_FULL, most.finishReason());
    }

    @Test
    void aPromptMayFillTheContextButNoMore() {
        Completion full = new Completion(engine, tokenizer, repeat("▁a", 16), request(5, List.of(), false, ids("▁b")));
        assertEquals(" b", text(full));
        assertEquals(FinishReason.CONTEXT_FULL, full.finishReason());

        CompletionRequest request = request(5, List.of(), false);
        String message = String.valueOf(assertThrows(
                        IllegalArgumentException.class,
                        () -> new Completion(engine, tokenizer, repeat("▁a", 17), request))
                .getMessage());
        assertTrue(message.startsWith("prompt: found 17 tokens, expected at most 16"), message);
        assertThrows(IllegalArgumentException.class, () -> new Completion(engine, tokenizer, new int[0], request));
    }

    @Test
    void foreignTokensInThePromptAreRefusedWithoutALeak() {
        for (int id : new int[] {-1, engine.vocabSize()}) {
            Completion completion =
                    new Completion(engine, tokenizer, new int[] {5, id}, request(5, List.of(), false, ids("▁b")));
            assertThrows(IllegalArgumentException.class, completion::next);
            assertNull(completion.next());
        }
    }

    @Test
    void stopStringsMayCrossTokens() {
        int[] script = ids("▁a", "▁t", "h", "e", "y");
        Completion completion =
                new Completion(engine, tokenizer, prompt, request(10, List.of("the", "x"), false, script));
        assertAdvance("▁a", " a", completion.next());
        assertAdvance("▁t", " ", completion.next());
        assertAdvance("h", "", completion.next());
        assertAdvance("e", "", completion.next());
        assertNull(completion.next());
        assertEquals(FinishReason.STOP, completion.finishReason());
        assertArrayEquals(ids("▁a", "▁t", "h", "e"), completion.tokens());
    }

    @Test
    void whatWasHeldBackComesAtTheEnd() {
        Completion atLength =
                new Completion(engine, tokenizer, prompt, request(2, List.of("the"), false, ids("▁a", "▁t")));
        assertEquals(" a t", text(atLength));
        assertEquals(FinishReason.LENGTH, atLength.finishReason());

        Completion atEnd = new Completion(
                engine, tokenizer, prompt, request(9, List.of("the"), false, ids("▁a", "▁t"), new int[] {END}));
        assertEquals(" a t", text(atEnd));
        assertEquals(FinishReason.STOP, atEnd.finishReason());
    }

    /** U+20AC is E2 82 AC. */
    @Test
    void charactersMayCrossTokens() {
        Completion whole = completion(4, ids("<0xE2>", "<0x82>", "<0xAC>", "."));
        assertAdvance("<0xE2>", "", whole.next());
        assertAdvance("<0x82>", "", whole.next());
        assertAdvance("<0xAC>", "€", whole.next());
        assertEquals(".", text(whole));

        Completion half = completion(2, ids("<0xE2>", "<0x82>"));
        assertEquals("\uFFFD\uFFFD", text(half), "one for each byte, as SentencePiece has it");
        assertEquals(FinishReason.LENGTH, half.finishReason());
    }

    @Test
    void aStopStringMayEndInACharacterThatOnlyTheEndCompletes() {
        Completion completion =
                new Completion(engine, tokenizer, prompt, request(2, List.of("a\uFFFD"), false, ids("▁a", "<0xE2>")));
        assertEquals(" ", text(completion));
    }

    @Test
    void theEchoIsThePromptAndNoStopIsSoughtInIt() {
        Completion completion =
                new Completion(engine, tokenizer, prompt, request(2, List.of("upon"), true, ids("▁a", "▁b")));
        assertEquals(new Completion.Advance(-1, "once upon", null), completion.next());
        assertEquals(new Usage(3, 0, 0), completion.usage());
        assertEquals(" a b", text(completion));
        assertArrayEquals(ids("▁a", "▁b"), completion.tokens());
    }

    @Test
    void closingEndsIt() {
        Completion unread = completion(5, ids("▁a"));
        unread.close();
        assertNull(unread.next());
        assertEquals(FinishReason.CANCELLED, unread.finishReason());

        Completion begun = completion(5, ids("▁a", "▁b"));
        assertAdvance("▁a", " a", begun.next());
        begun.close();
        begun.close();
        assertNull(begun.next());
        assertEquals(FinishReason.CANCELLED, begun.finishReason());
        assertArrayEquals(ids("▁a"), begun.tokens());

        Completion ended = completion(1, ids("▁a"));
        assertEquals(" a", text(ended));
        ended.close();
        assertEquals(FinishReason.LENGTH, ended.finishReason());
    }

    @Test
    void aFailureOfTheSamplerEndsIt() {
        RuntimeException failure = new RuntimeException("sampler");
        Sampler broken = logits -> {
            throw failure;
        };
        Completion completion = new Completion(
                engine,
                tokenizer,
                prompt,
                new CompletionRequest(5, broken, List.of(), Set.of(END), false, Cancellation.never()));
        assertSame(failure, assertThrows(RuntimeException.class, completion::next));
        assertNull(completion.next());
        assertEquals(FinishReason.CANCELLED, completion.finishReason());
    }

    /** The prompt is the caller's array, and what the caller does with it later is the caller's business. */
    @Test
    void thePromptIsCopied() {
        int[] own = prompt.clone();
        Completion completion = new Completion(engine, tokenizer, own, request(1, List.of(), true, ids("▁a")));
        Arrays.fill(own, 0);
        assertEquals("once upon a", text(completion));
    }

    private Completion completion(int maxTokens, int[]... script) {
        return new Completion(engine, tokenizer, prompt, request(maxTokens, List.of(), false, script));
    }

    private static CompletionRequest request(int maxTokens, List<String> stops, boolean echo, int[]... script) {
        var tokens = Arrays.stream(script).flatMapToInt(Arrays::stream).iterator();
        return new CompletionRequest(
                maxTokens, logits -> tokens.nextInt(), stops, Set.of(END), echo, Cancellation.never());
    }

    private static String text(Completion completion) {
        StringBuilder text = new StringBuilder();
        for (Completion.Advance step = completion.next(); step != null; step = completion.next()) {
            text.append(step.text());
        }
        return text.toString();
    }

    private void assertAdvance(String piece, String text, Completion.@Nullable Advance found) {
        assertEquals(new Completion.Advance(ids(piece)[0], text, null), found);
    }

    private int[] ids(String... pieces) {
        return Arrays.stream(pieces)
                .mapToInt(piece -> tokenizer.idOf(piece).orElseThrow())
                .toArray();
    }

    private int[] repeat(String piece, int count) {
        return IntStream.range(0, count).map(i -> ids(piece)[0]).toArray();
    }
}
