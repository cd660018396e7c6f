// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.Tokenizer;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A conversation as a model reads it: control tokens and text, kept apart, so that text from outside stays text whatever
 * it spells. Immutable.
 *
 * @param segments in order; each stretch of text is encoded by itself
 */
public record ChatPrompt(List<Segment> segments) {
    public ChatPrompt {
        segments = List.copyOf(segments);
    }

    /** A control token or a stretch of text. */
    public sealed interface Segment {
        /** How it is written for people. */
        String text();
    }

    /** @param text the spelling of a token */
    public record Control(String text) implements Segment {}

    /** @param text anything; spells no control token, even where it looks so */
    public record Text(String text) implements Segment {}

    /** The prompt for people: control tokens spelled out. Encoding this text may give other ids. */
    public String text() {
        return segments.stream().map(Segment::text).collect(Collectors.joining());
    }

    /**
     * The prompt for a model.
     *
     * @throws ChatException where the vocabulary lacks one of the control tokens
     */
    public int[] encode(Tokenizer tokenizer) {
        return segments.stream()
                .flatMapToInt(segment -> IntStream.of(encode(segment, tokenizer)))
                .toArray();
    }

    private static int[] encode(Segment segment, Tokenizer tokenizer) {
        return switch (segment) {
            case Text(String text) -> tokenizer.encode(text);
            case Control(String spelling) ->
                new int[] {
                    tokenizer
                            .idOf(spelling)
                            .orElseThrow(() -> new ChatException(
                                    "vocabulary: found no token " + spelling + ", expected those of the chat format"))
                };
        };
    }
}
