// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.engine;

import java.util.HashSet;
import java.util.List;

/**
 * Refuses tokens that sequences can't be fed with.
 *
 * @param vocabSize ids are below
 */
record TokenCheck(int vocabSize) {

    /**
     * Checks the next tokens of a sequence.
     *
     * @throws IllegalArgumentException if there are none, or too many, or one that isn't in the vocabulary
     */
    void check(KvSequence sequence, int... ids) {
        sequence.requireOpen();
        if (ids.length == 0) {
            throw new IllegalArgumentException("token ids: found none, expected at least one");
        }
        if (ids.length > sequence.capacity() - sequence.length()) {
            throw new IllegalArgumentException("token ids: found " + ids.length + ", expected at most "
                    + (sequence.capacity() - sequence.length()) + " more positions");
        }
        for (int id : ids) {
            if (id < 0 || id >= vocabSize) {
                throw new IllegalArgumentException("token id: found " + id + ", expected 0 to " + (vocabSize - 1));
            }
        }
    }

    /**
     * Checks a token of each of several sequences.
     *
     * @throws IllegalArgumentException if one can't be fed, or one comes twice, or they are too many for a step
     */
    void checkTogether(List<KvSequence> sequences, int[] ids) {
        int count = sequences.size();
        if (count > InferenceEngine.MOST_TOGETHER) {
            throw new IllegalArgumentException(
                    "sessions: found " + count + ", expected at most " + InferenceEngine.MOST_TOGETHER);
        }
        if (ids.length != count) {
            throw new IllegalArgumentException(
                    "token ids: found " + ids.length + ", expected one for each of " + count + " sessions");
        }
        if (new HashSet<>(sequences).size() < count) {
            throw new IllegalArgumentException("sessions: found one of them twice, expected each once");
        }
        for (int i = 0; i < count; i++) {
            check(sequences.get(i), ids[i]);
        }
    }
}
