// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

/**
 * Two answers to a prompt, one of which is better. Their masks say which tokens are compared: in Llama 3 (arXiv 2407.21783, 4.1.4) not those of
 * headers and terminators, since they are the same in both and a loss that wants them both likely and unlikely spoils them.
 *
 * @param likely the tokens of the chosen one once more, with a mask of those that shall stay likely, terminators among them
 */
public record Preference(Example chosen, Example rejected, Example likely) {
    public Preference {
        if (!likely.hasTokensOf(chosen)) {
            throw new IllegalArgumentException("likely tokens: found others than the chosen ones");
        }
        if (likely.answerSize() == 0) {
            throw new IllegalArgumentException("likely tokens: found none");
        }
    }

    /** The tokens that are compared are those that shall stay likely. */
    public static Preference of(Example chosen, Example rejected) {
        return new Preference(chosen, rejected, chosen);
    }

    /** Tokens of both. */
    public int size() {
        return chosen.size() + rejected.size();
    }

    /** The chosen one, with all tokens that any part of the loss looks at. */
    Example allOfChosen() {
        return chosen.answering(at -> chosen.answered(at) || likely.answered(at));
    }
}
