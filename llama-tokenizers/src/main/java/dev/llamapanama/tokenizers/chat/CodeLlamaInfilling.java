// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import dev.llamapanama.tokenizers.Tokenizer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Prompts that ask Code Llama (7B and 13B) for the text between a prefix and a suffix, as Meta's {@code generation.py}
 * writes them. The answer ends with {@code <EOT>}.
 */
public final class CodeLlamaInfilling {
    private static final String MARK = "\u263a";

    private CodeLlamaInfilling() {}

    /** What stands first. */
    public enum Order {
        /** The prefix: {@code PRE prefix SUF suffix MID}. */
        PREFIX_FIRST,
        /** The suffix: {@code PRE SUF suffix MID prefix}. */
        SUFFIX_FIRST
    }

    /**
     * The ids of a prompt.
     *
     * @throws ChatException where the vocabulary lacks the tokens of infilling, as that of 34B does
     */
    public static int[] encode(Tokenizer tokenizer, String prefix, String suffix, Order order) {
        int[] begin = {
            tokenizer.specialTokens().bos().orElseThrow(() -> missing("a begin token")), id(tokenizer, "<PRE>")
        };
        int[] before = tokenizer.encode(prefix);
        int[] suf = {id(tokenizer, "<SUF>")};
        int[] after = encodeWithoutSpace(tokenizer, suffix);
        int[] mid = {id(tokenizer, "<MID>")};
        return order == Order.PREFIX_FIRST
                ? join(begin, before, suf, after, mid)
                : join(begin, suf, after, mid, before);
    }

    /** Ids that aren't preceded by the space that SentencePiece adds: what follows a mark, without the mark. */
    private static int[] encodeWithoutSpace(Tokenizer tokenizer, String text) {
        int[] mark = tokenizer.encode(MARK);
        int[] marked = tokenizer.encode(MARK + text);
        return Arrays.copyOfRange(marked, Math.min(mark.length, marked.length), marked.length);
    }

    private static int id(Tokenizer tokenizer, String name) {
        return tokenizer
                .idOf("\u2581" + name)
                .orElseGet(() -> tokenizer.idOf(name).orElseThrow(() -> missing(name)));
    }

    private static ChatException missing(String name) {
        return new ChatException(
                "infilling: found a vocabulary without " + name + ", expected that of Code Llama 7B or 13B");
    }

    private static int[] join(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(IntStream::of).toArray();
    }
}
