// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama;

import java.util.Arrays;

/**
 * Scores a text window by window. A token is a target in the first window that holds it, unless it is the first of that window:
 * nothing stands before it there. A stride below the context gives later targets more to look back on, at the price of computing
 * tokens again.
 */
final class StridedPerplexity {
    private final int[] ids;
    private final int context;
    private final int stride;
    private final int total;
    private final Perplexity.Progress progress;
    private double negativeLogLikelihood;
    private int done;

    /**
     * @param vocabSize the ids run up to it
     */
    StridedPerplexity(int[] ids, int context, int stride, int vocabSize, Perplexity.Progress progress) {
        require(context >= 2, "context", context, "2 or more");
        require(stride >= 1 && stride <= context, "stride", stride, "1 to " + context + ", the context");
        require(ids.length >= 2, "text", ids.length + " tokens", "2 or more");
        for (int id : ids) {
            require(id >= 0 && id < vocabSize, "token id", id, "0 to " + (vocabSize - 1));
        }
        this.ids = ids.clone();
        this.context = context;
        this.stride = stride;
        this.progress = progress;
        total = ids.length - (stride == context ? Math.ceilDiv(ids.length, context) : 1);
    }

    private static void require(boolean condition, String field, Object found, String expected) {
        if (!condition) {
            throw new IllegalArgumentException(field + ": found " + found + ", expected " + expected);
        }
    }

    /**
     * @param session empty, with room for a window
     */
    Perplexity score(Session session) {
        int end = 0;
        for (int begin = 0; end < ids.length; begin += stride) {
            int target = Math.max(begin + 1, end);
            end = (int) Math.min((long) begin + context, ids.length);
            scoreWindow(session, begin, target, end);
        }
        return new Perplexity(negativeLogLikelihood, done, context, stride);
    }

    /** Reads what only is looked back on without logits, then all that a target follows. */
    private void scoreWindow(Session session, int begin, int target, int end) {
        if (target >= end) {
            return;
        }
        session.rewind(0);
        if (begin < target - 1) {
            session.feed(Arrays.copyOfRange(ids, begin, target - 1));
        }
        int[] predicting = Arrays.copyOfRange(ids, target - 1, end - 1);
        session.feedAll(predicting, (logits, index) -> {
            negativeLogLikelihood -= logProbability(logits, ids[target + index]);
            progress.scored(++done, total);
        });
    }

    /** The logarithm of softmax at one token, in double precision. */
    private static double logProbability(float[] logits, int id) {
        double max = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return logits[id] - max - Math.log(sum);
    }
}
