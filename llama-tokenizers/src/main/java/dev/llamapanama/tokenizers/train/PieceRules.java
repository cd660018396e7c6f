// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.lang.Character.UnicodeScript;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which spellings may be pieces: of one script, a space at most at the start, digits alone, not too long
 * ({@code IsValidSentencePiece} in google/sentencepiece src/trainer_interface.cc). Scripts are those of the JVM's Unicode;
 * SentencePiece counts what came after Unicode 9 among the common characters.
 */
record PieceRules(int maxLength, boolean splitDigits, boolean whitespacePieces) implements Predicate<int[]> {
    static final char SPACE = '\u2581';

    private static final int PROLONGED_SOUND = '\u30FC';

    @Override
    public boolean test(int[] spelling) {
        return spelling.length <= maxLength
                && !(splitDigits
                        && spelling.length > 1
                        && Arrays.stream(spelling).anyMatch(PieceRules::isDigit))
                && spacesAreAtTheStart(spelling)
                && isOfOneScript(spelling);
    }

    private static boolean isDigit(int c) {
        return (c >= '0' && c <= '9') || (c >= '\uFF10' && c <= '\uFF19');
    }

    private boolean spacesAreAtTheStart(int... spelling) {
        long inside = Arrays.stream(spelling).skip(1).filter(c -> c == SPACE).count();
        return inside == 0 || (whitespacePieces && inside == spelling.length - 1 && spelling[0] == SPACE);
    }

    private static boolean isOfOneScript(int... spelling) {
        UnicodeScript before = null;
        for (int c : spelling) {
            UnicodeScript script = c == SPACE ? before : script(c, before);
            if (before != null && script != before) {
                return false;
            }
            before = script;
        }
        return true;
    }

    /** A character's script, or that of the character before it for a mark that goes with any, or null for any. */
    private static @Nullable UnicodeScript script(int c, @Nullable UnicodeScript before) {
        UnicodeScript script = UnicodeScript.of(c);
        return switch (script) {
            case HIRAGANA, KATAKANA -> UnicodeScript.HAN;
            case INHERITED -> before;
            case UNKNOWN -> UnicodeScript.COMMON;
            default -> c == PROLONGED_SOUND ? UnicodeScript.HAN : script;
        };
    }
}
