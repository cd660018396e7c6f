// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A conversation as a model reads it: control tokens and text, kept apart, so that text from outside stays text whatever
 * it spells. Immutable.
 *
 * @param segments in order
 * @param whole whether the text is encoded as Hugging Face does with one whole text, where only the very first stretch may
 *     be given a space before it; else each stretch is encoded by itself, as Meta's code does
 */
public record ChatPrompt(List<Segment> segments, boolean whole) {
    public ChatPrompt {
        segments = List.copyOf(segments);
    }

    /** A prompt whose stretches of text are encoded each by itself. */
    public ChatPrompt(List<Segment> segments) {
        this(segments, false);
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
     * The prompt for a model. Control tokens stand where the segments have them and nowhere else.
     *
     * @throws ChatException where the vocabulary lacks one of the control tokens
     */
    public int[] encode(Tokenizer tokenizer) {
        int[] apart = segments.stream()
                .flatMapToInt(segment -> IntStream.of(encode(segment, tokenizer)))
                .toArray();
        if (!whole) {
            return apart;
        }
        // Text that spells a control token has other ones when it is encoded as a whole.
        int[] together = tokenizer.encode(text(), EncodeOptions.TEXT.withParseSpecial(true));
        return Arrays.equals(controls(apart, tokenizer), controls(together, tokenizer)) ? together : apart;
    }

    private static int[] controls(int[] ids, Tokenizer tokenizer) {
        return IntStream.of(ids)
                .filter(id -> tokenizer.type(id) == TokenType.CONTROL || tokenizer.type(id) == TokenType.UNKNOWN)
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
