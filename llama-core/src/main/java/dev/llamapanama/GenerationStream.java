// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import dev.llamapanama.engine.Completion;
import dev.llamapanama.generation.TokenLogprob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * A generation that runs as it is pulled: each piece is computed when it is asked for. Can be gone through once, by one thread.
 * Close it when you leave early; one that has been read to its end needs no closing.
 */
public final class GenerationStream implements Iterable<TextPiece>, AutoCloseable {
    private final Completion completion;
    private final double loadMillis;
    private final StringBuilder text = new StringBuilder();
    private final List<TokenLogprob> logprobs = new ArrayList<>();
    private boolean begun;

    GenerationStream(Completion completion, double loadMillis) {
        this.completion = completion;
        this.loadMillis = loadMillis;
    }

    /**
     * The pieces, as they are generated.
     *
     * @throws IllegalStateException if it was called before
     */
    @Override
    public Iterator<TextPiece> iterator() {
        if (begun) {
            throw new IllegalStateException("a generation can be gone through once only");
        }
        begun = true;
        return new Pieces();
    }

    /** The pieces as a sequential stream; closing that closes this. */
    public Stream<TextPiece> stream() {
        int traits = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator(), traits), false)
                .onClose(this::close);
    }

    /**
     * What was generated. Pulls what is left first.
     */
    public Generation result() {
        if (!begun) {
            forEach(piece -> {});
        }
        for (TextPiece piece = pull(); piece != null; piece = pull()) {}
        return new Generation(
                text.toString(),
                Arrays.stream(completion.tokens()).boxed().toList(),
                logprobs,
                completion.finishReason(),
                completion.usage(),
                completion.timings(loadMillis));
    }

    /** Ends the generation, if it hasn't ended. Idempotent. */
    @Override
    public void close() {
        completion.close();
    }

    private @Nullable TextPiece pull() {
        Completion.Advance advance = completion.next();
        if (advance == null) {
            return null;
        }
        text.append(advance.text());
        if (advance.logprob() != null) {
            logprobs.add(advance.logprob());
        }
        return new TextPiece(advance.text(), advance.id(), advance.logprob());
    }

    private final class Pieces implements Iterator<TextPiece> {
        private @Nullable TextPiece ahead;

        @Override
        public boolean hasNext() {
            if (ahead == null) {
                ahead = pull();
            }
            return ahead != null;
        }

        @Override
        public TextPiece next() {
            if (!hasNext() || ahead == null) {
                throw new NoSuchElementException();
            }
            TextPiece piece = ahead;
            ahead = null;
            return piece;
        }
    }
}
