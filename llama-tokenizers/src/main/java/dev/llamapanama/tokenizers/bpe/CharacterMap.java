// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.TokenizerException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * What becomes of characters before encoding, such as NFKC: {@code precompiled_charsmap} of google/sentencepiece
 * (src/normalizer.cc). Little-endian: {@code u32} length of a trie, the trie, then replacements in UTF-8, each ended by a
 * zero byte. The trie is a double array of s-yata/darts-clone over UTF-8, whose values are places of replacements; of the
 * sequences in it that begin at a place the longest is replaced.
 */
final class CharacterMap {
    private static final int HEADER = 4;
    private static final int NONE = -1;
    private static final int LABEL = 0x8000_00FF;
    private static final int HAS_VALUE = 1 << 8;

    /** Above any sequence that is replaced; the branches of a broken trie may lead back to themselves. */
    private static final int LONGEST = 1024;

    private final int[] units;
    private final byte[] replacements;
    private final SpellingMatcher kept;

    private CharacterMap(int[] units, byte[] replacements, SpellingMatcher kept) {
        this.units = units;
        this.replacements = replacements;
        this.kept = kept;
    }

    /** Leaves every character as it is, and spellings together, so that spaces within them are no extra ones. */
    static CharacterMap identity(SpellingMatcher kept) {
        return new CharacterMap(new int[1], new byte[0], kept);
    }

    /**
     * @param kept spellings that stay as they are
     * @throws TokenizerException where the lengths can't be
     */
    CharacterMap(String source, ByteBuffer content, SpellingMatcher kept) {
        this.kept = kept;
        ByteBuffer in = content.slice().order(ByteOrder.LITTLE_ENDIAN);
        int trie = in.remaining() < HEADER ? NONE : in.getInt();
        if (trie < HEADER || trie > in.remaining() || trie % HEADER != 0) {
            throw new TokenizerException(
                    source,
                    "normalizer_spec.precompiled_charsmap",
                    "a trie of " + trie + " bytes in " + content.remaining(),
                    "a trie that is there");
        }
        units = new int[trie / HEADER];
        in.asIntBuffer().get(units);
        in.position(HEADER + trie);
        replacements = new byte[in.remaining()];
        in.get(replacements);
    }

    /**
     * What becomes of the text at a place.
     *
     * @param end where what is replaced together ends
     * @param text what stands for it
     */
    record Replacement(int end, String text) {}

    /** The replacement at a place, which may be what stands there. */
    Replacement at(char[] text, int at, int to) {
        var match = kept.at(text, at, to);
        if (match != null) {
            return unchanged(text, at, match.end());
        }
        Walk walk = new Walk();
        int longest = NONE;
        int place = 0;
        int last = at + Math.min(to - at, LONGEST);
        int after;
        for (int i = at; i < last && walk.take(Character.codePointAt(text, i, to)); i = after) {
            after = CharacterClass.after(text, i);
            if (walk.hasValue()) {
                longest = after;
                place = walk.value();
            }
        }
        return longest == NONE
                ? unchanged(text, at, CharacterClass.after(text, at))
                : new Replacement(longest, replacement(place));
    }

    private static Replacement unchanged(char[] text, int at, int end) {
        return new Replacement(end, new String(text, at, end - at));
    }

    private String replacement(int place) {
        int start = Math.min(place, replacements.length);
        int end = start;
        while (end < replacements.length && replacements[end] != 0) {
            end++;
        }
        return new String(replacements, start, end - start, StandardCharsets.UTF_8);
    }

    /** A way from the root of the trie downwards. A place outside of it is a dead end. */
    private final class Walk {
        private int unit = units[0];
        private int node = offset(unit);

        boolean take(int codePoint) {
            int count = Utf8Bytes.count(codePoint);
            for (int i = 0; i < count; i++) {
                if (!takeByte(Utf8Bytes.at(codePoint, count, i))) {
                    return false;
                }
            }
            return true;
        }

        private boolean takeByte(int label) {
            int at = node ^ label;
            if (!isPlace(at) || (units[at] & LABEL) != label) {
                return false;
            }
            unit = units[at];
            node = at ^ offset(unit);
            return true;
        }

        boolean hasValue() {
            return (unit & HAS_VALUE) != 0 && isPlace(node);
        }

        int value() {
            return units[node] & Integer.MAX_VALUE;
        }

        private boolean isPlace(int at) {
            return at >= 0 && at < units.length;
        }

        private static int offset(int unit) {
            return (unit >>> 10) << ((unit & (1 << 9)) >>> 6);
        }
    }
}
