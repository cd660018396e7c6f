// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.jinja.Python;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What Llama Guard says of a conversation.
 *
 * @param safe whether nothing was found
 * @param categories codes of what was found, such as {@code S1}; none where it is safe
 */
public record GuardVerdict(boolean safe, List<String> categories) {
    public GuardVerdict {
        categories = List.copyOf(categories);
    }

    /** The verdict of an answer, or nothing where the model answered something else. Never throws. */
    public static Optional<GuardVerdict> parse(String answer) {
        List<String> lines = Python.strip(answer).lines().map(String::strip).toList();
        String first = lines.isEmpty() ? "" : lines.getFirst();
        if (first.equals("safe")) {
            return Optional.of(new GuardVerdict(true, List.of()));
        }
        if (!first.equals("unsafe")) {
            return Optional.empty();
        }
        List<String> categories = lines.stream()
                .skip(1)
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip)
                .filter(code -> !code.isEmpty())
                .toList();
        return Optional.of(new GuardVerdict(false, categories));
    }
}
