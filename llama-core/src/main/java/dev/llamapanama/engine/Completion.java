// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import static java.util.Objects.requireNonNull;

import dev.llamapanama.events.GenerationEnded;
import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.LargestSampler;
import dev.llamapanama.generation.Sampler;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.TokenLogprob;
import dev.llamapanama.generation.Usage;
import dev.llamapanama.tensor.LargestLogits;
import dev.llamapanama.tokenizers.StreamingDecoder;
import dev.llamapanama.tokenizers.Tokenizer;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One generation, advanced token by token by whoever pulls it: reads the prompt, samples, decodes, and watches for an end.
 * For one thread at a time, but any may close it; closing it early gives its memory back.
 */
public final class Completion implements AutoCloseable {
    private final InferenceEngine engine;
    private final Tokenizer tokenizer;
    private final int promptLength;
    private final CompletionRequest request;
    private final StreamingDecoder decoder;
    private final StopStrings stops;
    private final KvSequence sequence;
    private final boolean kept;
    private final Lookahead lookahead;
    private final @Nullable LargestSampler largestSampler;
    private final float[] logits;
    private final Stopwatch stopwatch = new Stopwatch();
    private final GenerationEvent event = new GenerationEvent();
    /** Held by who advances it, so that another thread that closes it takes no pages away. */
    private final ReentrantLock turn = new ReentrantLock();

    /** The prompt, then what was generated. */
    private int[] text;

    private int length;
    private boolean echoed;
    private @Nullable FinishReason finishReason;

    /**
     * A step forward.
     *
     * @param id the token, or −1 for text that no token of its own brings: the echo, or what was held back at the end
     * @param text what can be shown now, possibly nothing
     * @param logprob how probable the token was, where that was asked for
     */
    public record Advance(int id, String text, @Nullable TokenLogprob logprob) {}

    /**
     * @param promptIds at least one, and no more than the context takes
     */
    public Completion(InferenceEngine engine, Tokenizer tokenizer, int[] promptIds, CompletionRequest request) {
        this(engine, tokenizer, promptIds, request, null);
    }

    /**
     * A completion in a sequence that stays: what it holds of the prompt isn't run again, and it holds the prompt and the answer
     * afterwards.
     *
     * @param promptIds at least one, and no more than the context takes
     * @param kept null for one of its own
     */
    public Completion(
            InferenceEngine engine,
            Tokenizer tokenizer,
            int[] promptIds,
            CompletionRequest request,
            @Nullable KvSequence kept) {
        this(
                engine,
                tokenizer,
                checked(promptIds, request, engine),
                request,
                kept != null,
                kept == null
                        ? engine.newSequence(
                                positions(engine, promptIds, request), request.adapter(), request.cancellation())
                        : kept);
        if (kept != null) {
            sequence.reserve(positions(engine, promptIds, request), request.cancellation());
            // The last token is run in any case: its logits are wanted.
            sequence.rewind(Math.min(sequence.commonPrefix(promptIds), promptIds.length - 1));
        }
    }

    private Completion(
            InferenceEngine engine,
            Tokenizer tokenizer,
            int[] promptIds,
            CompletionRequest request,
            boolean kept,
            KvSequence sequence) {
        this.engine = engine;
        this.tokenizer = tokenizer;
        this.text = promptIds;
        this.length = promptIds.length;
        this.promptLength = promptIds.length;
        this.request = request;
        this.kept = kept;
        this.sequence = sequence;
        decoder = tokenizer.streamingDecoder();
        stops = new StopStrings(request.stopStrings());
        largestSampler =
                request.needsOnlyChoice() && request.sampler() instanceof LargestSampler sampler ? sampler : null;
        lookahead = new Lookahead(engine, sequence, request.drafter(), largestSampler, request.cancellation());
        logits = new float[engine.vocabSize()];
        request.sampler().begin(promptIds);
    }

    private static int[] checked(int[] promptIds, CompletionRequest request, InferenceEngine engine) {
        int most = engine.contextLength();
        if (promptIds.length == 0) {
            throw new IllegalArgumentException("prompt: found no tokens, expected at least one");
        }
        if (promptIds.length > most) {
            throw new IllegalArgumentException(
                    "prompt: found " + promptIds.length + " tokens, expected at most " + most + ", the context length");
        }
        if (request.keptOnShift() > most / 2) {
            throw new IllegalArgumentException("shiftContext: found " + request.keptOnShift()
                    + " tokens to keep, expected at most " + most / 2 + ", half the context length");
        }
        for (int id : request.endTokens()) {
            if (id >= engine.vocabSize()) {
                throw new IllegalArgumentException(
                        "stopTokens: found " + id + ", expected 0 to " + (engine.vocabSize() - 1));
            }
        }
        return promptIds.clone();
    }

    private static int positions(InferenceEngine engine, int[] promptIds, CompletionRequest request) {
        return (int) Math.min(engine.contextLength(), (long) promptIds.length + request.maxTokens());
    }

    /**
     * Reads the prompt, if that wasn't done.
     *
     * @throws CancellationException if it is cancelled before that, or the thread is interrupted, which it stays
     */
    public void readPrompt() {
        if (stopwatch.promptRead()) {
            return;
        }
        PromptEvent event = new PromptEvent();
        int[] unread = Arrays.copyOfRange(text, sequence.length(), promptLength);
        int run = lookahead.feed(unread, logits);
        sequence.publish();
        event.end(promptLength, run, engine.telemetry());
        stopwatch.promptRead(run);
    }

    /**
     * Another continuation of the same prompt, which has been read.
     *
     * @param other may differ in anything
     */
    public Completion fork(CompletionRequest other) {
        Completion fork =
                new Completion(engine, tokenizer, Arrays.copyOf(text, promptLength), other, false, sequence.fork());
        System.arraycopy(logits, 0, fork.logits, 0, logits.length);
        fork.stopwatch.promptRead(0);
        return fork;
    }

    /**
     * The next token and its text, or null when the generation has ended.
     *
     * @throws CancellationException if the thread is interrupted, which it stays; the generation has ended then
     */
    public @Nullable Advance next() {
        turn.lock();
        try {
            return finishReason == null ? advance() : null;
        } catch (RuntimeException | Error e) {
            end(FinishReason.CANCELLED);
            throw e;
        } finally {
            turn.unlock();
            if (request.cancellation().isCancelled()) {
                close();
            }
        }
    }

    private Advance advance() {
        try {
            readPrompt();
            return echoed ? following() : echo();
        } catch (CancellationException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return finish(request.cancellation().isCancelled() ? FinishReason.CANCELLED : FinishReason.TIMEOUT);
        }
    }

    private Advance echo() {
        echoed = true;
        StringBuilder echo = new StringBuilder();
        for (int i = 0; i < promptLength; i++) {
            echo.append(decoder.push(text[i]));
        }
        return request.echo() ? new Advance(-1, echo.toString(), null) : following();
    }

    private Advance following() {
        int count = length - promptLength;
        if (count == request.maxTokens()) {
            return finish(FinishReason.LENGTH);
        }
        if (count > 0) {
            if (lookahead.length() < engine.contextLength()) {
                LargestLogits largest = lookahead.next(text, length, request.maxTokens() - count - 1, logits);
                if (largest != null) {
                    return picked(choice(largest), null);
                }
            } else if (request.keptOnShift() < 0) {
                return finish(FinishReason.CONTEXT_FULL);
            } else {
                shift();
            }
        }
        return ofAll();
    }

    /** Forgets the first half of what isn't to be kept, and runs the rest again, since it has other positions then. */
    private void shift() {
        int keep = request.keptOnShift();
        int[] ids = Arrays.copyOf(sequence.ids(), lookahead.length());
        int from = keep + Math.max(1, (ids.length - keep) / 2);
        lookahead.rewind(keep);
        var _ = lookahead.feed(
                IntStream.concat(Arrays.stream(ids, from, ids.length), IntStream.of(text[length - 1]))
                        .toArray(),
                logits);
    }

    private int choice(LargestLogits largest) {
        int id = requireNonNull(largestSampler).sample(largest);
        largestSampler.accept(id);
        return id;
    }

    private Advance ofAll() {
        engine.requireNumbers("logits", logits);
        if (request.logprobs() < 0) {
            return picked(pick(), null);
        }
        float[] own = logits.clone();
        int id = pick();
        return picked(id, TokenLogprob.of(own, id, request.logprobs()));
    }

    private Advance picked(int id, @Nullable TokenLogprob logprob) {
        stopwatch.token();
        if (request.endTokens().contains(id)) {
            return finish(FinishReason.STOP);
        }
        add(id);
        String text = stops.push(decoder.push(id));
        if (stops.found()) {
            end(FinishReason.STOP);
        } else if (request.sampler().isFinished()) {
            return new Advance(id, text + finish(FinishReason.STOP).text(), logprob);
        }
        return new Advance(id, text, logprob);
    }

    private int pick() {
        Sampler sampler = request.sampler();
        request.impossible().forEach(id -> logits[id] = Float.NEGATIVE_INFINITY);
        sampler.process(logits);
        int id = sampler.sample(logits);
        if (id < 0 || id >= logits.length) {
            throw new IllegalStateException("sampler: found token " + id + ", expected 0 to " + (logits.length - 1));
        }
        sampler.accept(id);
        return id;
    }

    private void add(int id) {
        if (length == text.length) {
            text = Arrays.copyOf(text, 2 * length);
        }
        text[length++] = id;
    }

    private Advance finish(FinishReason reason) {
        end(reason);
        return new Advance(-1, stops.push(decoder.flush()) + stops.flush(), null);
    }

    /** Tokens generated so far. */
    public int[] tokens() {
        return Arrays.copyOfRange(text, promptLength, length);
    }

    /** Why it ended. */
    public FinishReason finishReason() {
        if (finishReason == null) {
            throw new IllegalStateException("the generation has not ended yet");
        }
        return finishReason;
    }

    /** Tokens so far. */
    public Usage usage() {
        return new Usage(
                promptLength,
                stopwatch.promptRead() ? promptLength - stopwatch.promptTokens() : 0,
                length - promptLength,
                lookahead.drafted(),
                lookahead.accepted());
    }

    /**
     * Times so far.
     *
     * @param loadMillis time that loading the model took
     */
    public Timings timings(double loadMillis) {
        return stopwatch.timings(loadMillis);
    }

    /** Ends it now, if it hasn't ended; while another thread is in {@link #next}, at its next step. Idempotent. */
    @Override
    public void close() {
        request.cancellation().cancel();
        if (turn.tryLock()) {
            try {
                end(FinishReason.CANCELLED);
            } finally {
                turn.unlock();
            }
        }
    }

    private void end(FinishReason reason) {
        if (finishReason == null) {
            finishReason = reason;
            lookahead.close();
            if (!kept) {
                sequence.close();
            }
            event.end(new GenerationEnded(reason, usage(), timings(0)), engine.telemetry());
        }
    }
}
