// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import dev.llamapanama.tokenizers.Normalization;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.util.List;

/** The normalizers of Hugging Face, one after another (huggingface/tokenizers, src/normalizers). */
record TextNormalizer(List<Normalization> stages) {
    private static final int CAPITAL_I_WITH_DOT = 0x130;

    static TextNormalizer of(TokenizerDefinition definition) {
        return new TextNormalizer(definition.particulars().normalizations());
    }

    boolean isEmpty() {
        return stages.isEmpty();
    }

    String normalize(String spelling) {
        char[] text = spelling.toCharArray();
        NormalizedText normalized = normalize(text, 0, text.length, false);
        return new String(normalized.letters(), 0, normalized.length());
    }

    /** @param tracked whether it will be asked where characters come from */
    NormalizedText normalize(char[] text, int from, int to, boolean tracked) {
        NormalizedText normalized = NormalizedText.unchanged(text, from, to, tracked);
        for (Normalization stage : stages) {
            NormalizedText next = normalized.next();
            apply(stage, normalized, next);
            normalized = next;
        }
        return normalized;
    }

    private static void apply(Normalization stage, NormalizedText text, NormalizedText next) {
        switch (stage) {
            case Normalization.UnicodeForm(var form) -> new UnicodeNormalizer(form).normalize(text, next);
            case Normalization.Lowercase() -> lowercase(text, next);
            case Normalization.StripAccents() -> stripAccents(text, next);
            case Normalization.Strip(var left, var right) -> strip(text, left, right, next);
            case Normalization.Replace(var pattern, var content) -> replace(text, pattern, content, next);
            case Normalization.Prepend(var content) -> prepend(text, content, next);
        }
    }

    /** Character by character, as Rust's {@code char::to_lowercase}: only one has a lower case of two characters. */
    private static void lowercase(NormalizedText text, NormalizedText next) {
        char[] letters = text.letters();
        int after;
        for (int at = 0; at < text.length(); at = after) {
            after = CharacterClass.after(letters, at);
            next.addAll(lowercase(Character.codePointAt(letters, at)), text.origin(at));
        }
    }

    private static String lowercase(int codePoint) {
        return codePoint == CAPITAL_I_WITH_DOT ? "i\u0307" : Character.toString(Unicode17.toLowerCase(codePoint));
    }

    private static void stripAccents(NormalizedText text, NormalizedText next) {
        char[] letters = text.letters();
        int after;
        for (int at = 0; at < text.length(); at = after) {
            after = CharacterClass.after(letters, at);
            if (!Unicode9.isMark(Character.codePointAt(letters, at))) {
                next.addAll(text, at, after);
            }
        }
    }

    private static void strip(NormalizedText text, boolean left, boolean right, NormalizedText next) {
        char[] letters = text.letters();
        int end = text.length();
        int start = left ? CharacterClass.run(letters, 0, end, CharacterClass.WHITE) : 0;
        while (right && end > start && isWhite(letters[end - 1])) {
            end--;
        }
        next.addAll(text, start, end);
        next.end(text.origin(end));
    }

    /** No white space takes two {@code char}s. */
    private static boolean isWhite(char c) {
        return !Character.isSurrogate(c) && (CharacterClass.of(c) & CharacterClass.WHITE) != 0;
    }

    private static void replace(NormalizedText text, String pattern, String content, NormalizedText next) {
        String letters = new String(text.letters(), 0, text.length());
        int begin = 0;
        for (int at = letters.indexOf(pattern); at >= 0; at = letters.indexOf(pattern, begin)) {
            next.addAll(text, begin, at);
            next.addAll(content, text.origin(at));
            begin = at + pattern.length();
        }
        next.addAll(text, begin, text.length());
    }

    private static void prepend(NormalizedText text, String content, NormalizedText next) {
        if (text.length() > 0) {
            next.addAll(content, text.origin(0));
        }
        next.addAll(text, 0, text.length());
    }
}
