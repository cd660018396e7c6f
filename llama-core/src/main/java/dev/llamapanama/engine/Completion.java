// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import dev.llamapanama.generation.FinishReason;
import dev.llamapanama.generation.Timings;
import dev.llamapanama.generation.Usage;
import dev.llamapanama.tokenizers.StreamingDecoder;
import dev.llamapanama.tokenizers.Tokenizer;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One generation, advanced token by token by whoever pulls it: reads the prompt, samples, decodes, and watches for an end.
 * For one thread at a time, but any may close it; closing it early gives its memory back.
 */
public final class Completion implements AutoCloseable {
    private final InferenceEngine engine;
    private final int[] promptIds;
    private final CompletionRequest request;
    private final StreamingDecoder decoder;
    private final StopStrings stops;
    private final KvSequence sequence;
    private final boolean kept;
    private final float[] logits;
    private final int[] tokens;
    private final Stopwatch stopwatch = new Stopwatch();
    /** Held by who advances it, so that another thread that closes it takes no pages away. */
    private final ReentrantLock turn = new ReentrantLock();

    private int count;
    private @Nullable FinishReason finishReason;

    /**
     * A step forward.
     *
     * @param id the token, or −1 for text that no token of its own brings: the echo, or what was held back at the end
     * @param text what can be shown now, possibly nothing
     */
    public record Advance(int id, String text) {}

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
        if (promptIds.length == 0) {
            throw new IllegalArgumentException("prompt: found no tokens, expected at least one");
        }
        int room = engine.contextLength() - promptIds.length;
        if (room < 0) {
            throw new IllegalArgumentException("prompt: found " + promptIds.length + " tokens, expected at most "
                    + engine.contextLength() + ", the context length");
        }
        this.engine = engine;
        this.promptIds = promptIds.clone();
        this.request = request;
        this.kept = kept != null;
        decoder = tokenizer.streamingDecoder();
        stops = new StopStrings(request.stopStrings());
        logits = new float[engine.vocabSize()];
        tokens = new int[Math.min(request.maxTokens(), room + 1)];
        int positions = Math.min(engine.contextLength(), promptIds.length + tokens.length);
        if (kept == null) {
            sequence = engine.newSequence(positions, request.cancellation());
        } else {
            sequence = kept;
            sequence.reserve(positions, request.cancellation());
            // The last token is run in any case: its logits are wanted.
            sequence.rewind(Math.min(sequence.commonPrefix(promptIds), promptIds.length - 1));
        }
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
            return count == 0 && !stopwatch.promptRead() ? first() : following();
        } catch (CancellationException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return finish(request.cancellation().isCancelled() ? FinishReason.CANCELLED : FinishReason.TIMEOUT, -1, "");
        }
    }

    private Advance first() {
        StringBuilder echo = new StringBuilder();
        for (int id : promptIds) {
            echo.append(decoder.push(id));
        }
        int[] unread = Arrays.copyOfRange(promptIds, sequence.length(), promptIds.length);
        int run = engine.feed(sequence, unread, logits, request.cancellation());
        sequence.publish();
        stopwatch.promptRead(run);
        return request.echo() ? new Advance(-1, echo.toString()) : following();
    }

    private Advance following() {
        if (count > 0) {
            if (count == tokens.length) {
                return finish(count == request.maxTokens() ? FinishReason.LENGTH : FinishReason.CONTEXT_FULL, -1, "");
            }
            var _ = engine.feed(sequence, new int[] {tokens[count - 1]}, logits, request.cancellation());
        }
        engine.requireNumbers(logits);
        int id = request.sampler().sample(logits);
        stopwatch.token();
        if (request.endTokens().contains(id)) {
            return finish(FinishReason.STOP, -1, "");
        }
        tokens[count++] = id;
        String text = stops.push(decoder.push(id));
        return stops.found() ? finish(FinishReason.STOP, id, text) : new Advance(id, text);
    }

    private Advance finish(FinishReason reason, int id, String text) {
        end(reason);
        String rest = stops.found() ? "" : stops.push(decoder.flush());
        return new Advance(id, text + rest + stops.flush());
    }

    /** Tokens generated so far. */
    public int[] tokens() {
        return Arrays.copyOf(tokens, count);
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
                promptIds.length, stopwatch.promptRead() ? promptIds.length - stopwatch.promptTokens() : 0, count);
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
            if (!kept) {
                sequence.close();
            }
        }
    }
}
