// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

/** What a device brings back of a row of logits in place of all of them: enough for most samplers, and a thousandth of the bytes. Immutable. */
public final class LargestLogits {
    /** As many at most. */
    public static final int MOST = 64;

    private final int[] ids;
    private final float[] logits;
    private final double total;

    /**
     * @param ids of the tokens with the largest logits, of the largest first, of equal ones of the smaller id first; {@value #MOST}, or all of
     *     a smaller vocabulary
     * @param logits theirs
     * @param total the sum of {@code exp((logit − largest) / temperature)} over all logits of the row, at the temperature that
     *     {@link StepInputs} had for it, to about 1e-6; 1 at temperature 0; not a number if a logit of the row isn't
     */
    public LargestLogits(int[] ids, float[] logits, double total) {
        if (ids.length != logits.length) {
            throw new IllegalArgumentException(
                    "largest logits: found " + ids.length + " ids and " + logits.length + " logits, expected as many");
        }
        this.ids = ids.clone();
        this.logits = logits.clone();
        this.total = total;
    }

    /** How many. */
    public int size() {
        return ids.length;
    }

    /** The token at a place of the order, of which the first is 0. */
    public int id(int place) {
        return ids[place];
    }

    /** Those of the tokens, in descending order; a copy. */
    public float[] logits() {
        return logits.clone();
    }

    /** The sum over all logits of the row. */
    public double total() {
        return total;
    }
}
