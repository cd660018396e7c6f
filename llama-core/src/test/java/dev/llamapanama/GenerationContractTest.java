// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.TokenLogprob;
import dev.llamapanama.generation.grammar.Grammar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every option does what it says: each test fails if its option is ignored. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class GenerationContractTest {
    private static final int CONTEXT = 48;
    private static final String PROMPT = "once upon a time";

    @AutoClose
    private final Llama llama;

    private final int end;

    GenerationContractTest(@TempDir Path folder) {
        Path file = TestModel.builder().contextLength(CONTEXT).build().writeGguf(folder);
        long pageBytes = 16L * 2 * 2 * 2 * 16 * Short.BYTES;
        llama = Llama.open(file, LlamaOptions.DEFAULT.withThreads(1).withKvCacheBytes(12 * pageBytes));
        end = llama.tokenizer().specialTokens().eos().orElseThrow();
    }

    private Generation generate(UnaryOperator<GenerationOptions.Builder> change) {
        return llama.generate(PROMPT, options(change));
    }

    /** Twenty tokens, greedily, which the model doesn't end by itself. */
    private static GenerationOptions options(UnaryOperator<GenerationOptions.Builder> change) {
        return change.apply(
                        GenerationOptions.builder().maxTokens(20).temperature(0).ignoreEnd(true))
                .build();
    }

    @Test
    void stopTokensEndItAndAreNoPartOfIt() {
        List<Integer> all = generate(options -> options).tokens();
        int stop = all.get(5);
        Generation found = generate(options -> options.stopTokens(Set.of(stop)));
        assertEquals(all.subList(0, all.indexOf(stop)), found.tokens());
        assertEquals(FinishReason.STOP, found.finishReason());
    }

    @Test
    void tokensThatTheVocabularyLacksAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> generate(options -> options.stopTokens(Set.of(1_000_000))));
        assertThrows(
                IllegalArgumentException.class,
                () -> generate(options -> options.sampling(sampling -> sampling.logitBias(1_000_000, 1))));
        allMemoryIsFree();
    }

    @Test
    void theModelsEndIsIgnoredOnRequestOnly() {
        UnaryOperator<GenerationOptions.Builder> ending =
                options -> options.sampling(sampling -> sampling.logitBias(end, 1000));
        Generation ended = generate(options -> ending.apply(options).ignoreEnd(false));
        assertEquals(List.of(), ended.tokens());
        assertEquals(FinishReason.STOP, ended.finishReason());
        Generation ignored = generate(ending);
        assertEquals(FinishReason.LENGTH, ignored.finishReason());
        assertFalse(ignored.tokens().contains(end));
    }

    @Test
    void samplingIsThatOfTheOptions() {
        Generation biased = generate(options -> options.sampling(sampling -> sampling.logitBias(7, 1000)));
        assertEquals(Set.of(7), Set.copyOf(biased.tokens()));
        Generation penalised = generate(options ->
                options.sampling(sampling -> sampling.presencePenalty(1e9).penaltyWindow(-1)));
        assertEquals(20, Set.copyOf(penalised.tokens()).size(), "no token comes twice");
        for (int id : llama.tokenizer().encode(PROMPT)) {
            assertFalse(penalised.tokens().contains(id), "none of the prompt either");
        }
        Generation processed = generate(options ->
                options.sampling(sampling -> sampling.processor((tokens, logits) -> logits[tokens.length % 3] = 1e9f)));
        assertEquals(Set.of(0, 1, 2), Set.copyOf(processed.tokens()));
    }

    @Test
    void anOwnSamplerPicksTheTokens() {
        List<Integer> heard = new ArrayList<>();
        Generation own = generate(options -> options.sampler(() -> new Sampler() {
            private int next = 3;

            @Override
            public int sample(float[] logits) {
                return next++;
            }

            @Override
            public void begin(int[] prompt) {
                IntStream.of(prompt).forEach(heard::add);
            }

            @Override
            public void accept(int token) {
                heard.add(token);
            }
        }));
        assertEquals(IntStream.range(3, 23).boxed().toList(), own.tokens());
        List<Integer> expected = new ArrayList<>();
        expected.add(llama.tokenizer().specialTokens().bos().orElseThrow());
        IntStream.of(llama.tokenizer().encode(PROMPT)).forEach(expected::add);
        expected.addAll(own.tokens());
        assertEquals(expected, heard);
        assertThrows(IllegalStateException.class, () -> generate(options -> options.sampler(() -> logits -> -1)));
    }

    @Test
    void theTextIsWhatTheGrammarSays() {
        GenerationOptions constrained = GenerationOptions.builder()
                .maxTokens(30)
                .temperature(2)
                .grammar(Grammar.ofRegex("a(b|time){2,4}z"))
                .build();
        for (int i = 0; i < 50; i++) {
            Generation found = llama.generate(PROMPT, constrained);
            assertEquals(FinishReason.STOP, found.finishReason());
            assertTrue(found.text().matches("a(b|time){2,4}z"), found.text());
        }
        Generation greedy = llama.generate(
                PROMPT,
                GenerationOptions.builder()
                        .temperature(0)
                        .grammar(Grammar.ofRegex("xx|yy"))
                        .sampling(sampling -> sampling.logitBias(7, 1000).logitBias(end, 1000))
                        .build());
        assertTrue(greedy.text().matches("xx|yy"), "the grammar has the last word");
        assertThrows(
                IllegalArgumentException.class,
                () -> generate(options -> options.grammar(Grammar.json())),
                "a text that may not end");
    }

    @Test
    void logprobsAreThoseOfTheModelWhateverIsDoneToItsLogits() {
        Generation found = generate(options -> options.logprobs(3).sampling(sampling -> sampling.logitBias(7, 1000)));
        assertEquals(
                found.tokens(),
                found.logprobs().stream().map(TokenLogprob::token).toList());
        try (Session session = llama.session()) {
            float[] logits = session.feed(prompt());
            for (TokenLogprob logprob : found.logprobs()) {
                assertEquals(TokenLogprob.of(logits, 7, 3), logprob);
                logits = session.feed(7);
            }
        }
        assertEquals(
                List.of(),
                generate(options -> options.logprobs(0)).logprobs().getFirst().top());
        assertEquals(List.of(), generate(options -> options).logprobs());
        try (GenerationStream stream = llama.stream(PROMPT, options(options -> options.logprobs(1)))) {
            for (TextPiece piece : stream) {
                TokenLogprob logprob = piece.logprob();
                assertEquals(piece.tokenId() < 0, logprob == null);
            }
        }
    }

    private int[] prompt() {
        return IntStream.concat(
                        IntStream.of(llama.tokenizer().specialTokens().bos().orElseThrow()),
                        IntStream.of(llama.tokenizer().encode(PROMPT)))
                .toArray();
    }

    /** The same by hand: what stays is read as a prompt. */
    @Test
    void whereTheContextIsFullItGoesOnWithHalf() {
        int keep = 3;
        Generation stopped = generate(options -> options.maxTokens(200));
        assertEquals(FinishReason.CONTEXT_FULL, stopped.finishReason());
        Generation found = generate(options -> options.maxTokens(100).shiftContext(keep));
        assertEquals(FinishReason.LENGTH, found.finishReason());
        assertEquals(
                stopped.tokens(), found.tokens().subList(0, stopped.tokens().size()));

        List<Integer> text = new ArrayList<>();
        IntStream.of(prompt()).forEach(text::add);
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            if (text.size() > CONTEXT) {
                int last = text.removeLast();
                text.subList(keep, keep + (CONTEXT - keep) / 2).clear();
                text.add(last);
            }
            float[] logits = fresh(text);
            logits[end] = Float.NEGATIVE_INFINITY;
            int next = Sampler.argmax(logits);
            expected.add(next);
            text.add(next);
        }
        assertEquals(expected, found.tokens());
        assertThrows(IllegalArgumentException.class, () -> generate(options -> options.shiftContext(CONTEXT / 2 + 1)));
    }

    private float[] fresh(List<Integer> ids) {
        try (Session session = llama.session()) {
            return session.feed(ids.stream().mapToInt(Integer::intValue).toArray());
        }
    }

    @Test
    void theTimeoutEndsItWithWhatThereIs() {
        Generation late = generate(options -> options.timeout(Duration.ofNanos(1)));
        assertEquals(FinishReason.TIMEOUT, late.finishReason());
        assertEquals(List.of(), late.tokens());
        assertEquals(
                FinishReason.LENGTH,
                generate(options -> options.timeout(Duration.ofDays(1_000_000_000)))
                        .finishReason());
    }

    @Test
    void waitingForMemoryCountsToo() {
        try (Session _ = llama.session();
                Session _ = llama.session();
                Session _ = llama.session();
                Session _ = llama.session()) {
            assertThrows(CancellationException.class, () -> generate(options -> options.timeout(Duration.ofMillis(1))));
        }
    }

    @Test
    void severalContinuationsAreWhatEachIsAlone() {
        UnaryOperator<GenerationOptions.Builder> warm =
                options -> options.temperature(1).topP(1);
        List<Generation> found =
                llama.generate(PROMPT, options(options -> warm.apply(options).seed(5)), 3);
        assertEquals(
                IntStream.range(5, 8)
                        .mapToObj(
                                seed -> generate(options -> warm.apply(options).seed(seed))
                                        .tokens())
                        .toList(),
                found.stream().map(Generation::tokens).toList());
        assertEquals(
                found.getFirst().usage().promptTokens(), found.getLast().usage().cachedTokens());
        assertThrows(IllegalArgumentException.class, () -> llama.generate(PROMPT, GenerationOptions.DEFAULT, 0));
    }

    @Test
    void anInterruptEndsItAndStays() throws Exception {
        FutureTask<Boolean> task = new FutureTask<>(() -> {
            Thread.currentThread().interrupt();
            assertThrows(CancellationException.class, () -> generate(options -> options));
            return Thread.currentThread().isInterrupted();
        });
        Thread.ofPlatform().start(task);
        assertTrue(task.get());
        allMemoryIsFree();
    }

    @Test
    void anotherThreadMayCloseTheStream() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        GenerationStream stream = llama.stream(
                PROMPT,
                options(options -> options.sampling(sampling -> sampling.processor((tokens, logits) -> {
                    inside.countDown();
                    await(closed);
                }))));
        FutureTask<Generation> reading = new FutureTask<>(stream::result);
        Thread.ofPlatform().start(reading);
        await(inside);
        stream.close();
        closed.countDown();
        Generation found = reading.get();
        assertEquals(FinishReason.CANCELLED, found.finishReason());
        assertEquals(1, found.tokens().size());
        allMemoryIsFree();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Four times the whole context is all there is. */
    private void allMemoryIsFree() {
        try (Session _ = llama.session();
                Session _ = llama.session();
                Session _ = llama.session();
                Session last = llama.session()) {
            assertEquals(CONTEXT, last.capacity());
        }
    }
}
