// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Guesses what a smaller model of the same vocabulary holds for most probable, as far as that is sure of it. */
public final class ModelDrafter implements Drafter {
    /** A guess that is less probable than this isn't worth a row. */
    private static final double LEAST_PROBABILITY = 0.4;

    private final InferenceEngine engine;
    private final int vocabSize;
    private final int most;
    private final float[] logits;
    private @Nullable KvSequence sequence;

    /**
     * @param engine of the smaller model
     * @param vocabSize ids that the larger model knows
     */
    public ModelDrafter(InferenceEngine engine, int vocabSize, int most) {
        this.engine = engine;
        this.vocabSize = Math.min(vocabSize, engine.vocabSize());
        this.most = most;
        logits = new float[engine.vocabSize()];
    }

    @Override
    public int most() {
        return most;
    }

    @Override
    public int[] draft(int[] text, int length, int most, Cancellation cancellation) {
        if (length + most > engine.contextLength()) {
            return new int[0];
        }
        KvSequence read = read(text, length, most, cancellation);
        int[] guesses = new int[most];
        for (int i = 0; i < most; i++) {
            int best = best();
            if (probability(best) < LEAST_PROBABILITY) {
                return Arrays.copyOf(guesses, i);
            }
            guesses[i] = best;
            if (i + 1 < most) {
                feed(read, cancellation, best);
            }
        }
        return guesses;
    }

    /** Reads what it hasn't read of the text, the last token in any case. */
    private KvSequence read(int[] text, int length, int most, Cancellation cancellation) {
        if (sequence == null) {
            sequence = engine.newSequence(length + most, cancellation);
        }
        sequence.reserve(length + most, cancellation);
        sequence.rewind(Math.min(sequence.commonPrefix(text), length - 1));
        feed(sequence, cancellation, Arrays.copyOfRange(text, sequence.length(), length));
        return sequence;
    }

    private void feed(KvSequence to, Cancellation cancellation, int... ids) {
        var _ = engine.feed(to, ids, logits, cancellation);
    }

    private int best() {
        int best = 0;
        for (int id = 1; id < vocabSize; id++) {
            if (logits[id] > logits[best]) {
                best = id;
            }
        }
        return best;
    }

    private double probability(int id) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - logits[id]);
        }
        return 1 / sum;
    }

    @Override
    public void close() {
        if (sequence != null) {
            sequence.close();
        }
    }
}
