// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.tuning.Example;
import dev.llamapanama.training.tuning.Unlikelihood;

/**
 * What an example of {@link TuningKind#SFT} teaches.
 *
 * @param example of whose tokens those that are meant are marked as answered
 * @param likely whether these are to become likelier, or less likely
 */
record Lesson(Example example, boolean likely) {

    /** A line of a file, read. */
    static Lesson of(ExampleFile file, Example example, WordBegins words) {
        if (file.unlikely() == null) {
            return new Lesson(example, true);
        }
        Example again = Unlikelihood.repeated(example, file.unlikely());
        return new Lesson(again.answering(at -> again.answered(at) && words.at(again, at)), false);
    }

    /** Whether it fits and teaches something: a text without repetitions has nothing to avoid. */
    boolean isFor(int longest) {
        return example.size() <= longest && example.answerSize() > 0;
    }
}
