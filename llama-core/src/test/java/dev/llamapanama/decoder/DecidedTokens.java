// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Random tokens at which no activation, key or value of a model is near the middle between two roundings, and no choice of experts near a tie:
 * backends that add up in different orders round them alike, so that their logits differ by what sums in F32 do and by no more.
 */
public final class DecidedTokens {
    private final ReferenceDecoder decoder;
    private final List<Integer> vocabulary;
    private final Random random = new Random(29);

    /** @param kvType how keys and values are stored */
    public DecidedTokens(TestModel model, DType kvType) {
        decoder = new ReferenceDecoder(model, model.type(), kvType).with(Margins.WIDE);
        vocabulary = new ArrayList<>(
                IntStream.range(0, model.config().vocabSize()).boxed().toList());
    }

    /** A sequence of so many tokens. */
    public int[] sequence(int length) {
        return after(new int[0], length);
    }

    /**
     * Another sequence with the beginning of one of these.
     *
     * @param length with the beginning
     */
    public int[] after(int[] beginning, int length) {
        decoder.logits(beginning);
        int[] ids = Arrays.copyOf(beginning, length);
        if (!fill(ids, beginning.length)) {
            throw new IllegalStateException("found no " + length + " tokens that are decided");
        }
        return ids;
    }

    /** Whether there are such tokens from a position on. After some there is none. */
    private boolean fill(int[] ids, int position) {
        if (position == ids.length) {
            return true;
        }
        Collections.shuffle(vocabulary, random);
        for (int id : List.copyOf(vocabulary)) {
            decoder.forgetFrom(position);
            decoder.next(id);
            ids[position] = id;
            if (decoder.decided() > position && fill(ids, position + 1)) {
                return true;
            }
        }
        return false;
    }
}
