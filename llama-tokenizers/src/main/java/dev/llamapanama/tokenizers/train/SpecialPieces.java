// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.TokenType;
import dev.llamapanama.tokenizers.TokenizerException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The pieces that no text decides about. They take the first ids. */
final class SpecialPieces {
    /** Where text is broken in place of a special piece that is spelled in it. */
    static final char BREAK = '\t';

    private final List<String> spellings = new ArrayList<>();
    private final List<TokenType> types = new ArrayList<>();
    private final Set<String> known = new HashSet<>();

    /** By their first character, the longest first. */
    private final Map<Character, List<String>> byStart = new HashMap<>();

    private final BitSet starts = new BitSet();

    SpecialPieces(SentencePieceOptions options) {
        add("<unk>", TokenType.UNKNOWN);
        add("<s>", TokenType.CONTROL);
        add("</s>", TokenType.CONTROL);
        options.controlSymbols().forEach(symbol -> add(symbol, TokenType.CONTROL));
        options.userDefinedSymbols().forEach(symbol -> add(symbol, TokenType.USER_DEFINED));
        for (int b = 0; options.byteFallback() && b < 256; b++) {
            add(String.format(Locale.ROOT, "<0x%02X>", b), TokenType.BYTE);
        }
        spellings.forEach(this::index);
    }

    private void index(String spelling) {
        char start = spelling.charAt(0);
        starts.set(start);
        List<String> alike = byStart.computeIfAbsent(start, _ -> new ArrayList<>());
        alike.add(spelling);
        alike.sort(Comparator.comparingInt(String::length).reversed());
    }

    private void add(String spelling, TokenType type) {
        String field = "symbol of type " + type;
        if (spelling.isEmpty()) {
            throw new TokenizerException("options", field, "an empty spelling", "at least one character");
        }
        if (spelling.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new TokenizerException("options", field, "half a surrogate pair", "Unicode text");
        }
        if (!known.add(spelling)) {
            throw new TokenizerException("options", field, "'" + spelling + "' again", "every spelling once");
        }
        spellings.add(spelling);
        types.add(type);
    }

    List<String> spellings() {
        return spellings;
    }

    List<TokenType> types() {
        return types;
    }

    int size() {
        return spellings.size();
    }

    /** The text with {@link #BREAK} for every special piece, the leftmost first and of those the longest. */
    String hideIn(String text) {
        StringBuilder hidden = new StringBuilder(text.length());
        int kept = 0;
        for (int i = 0; i < text.length(); i++) {
            String found = starts.get(text.charAt(i)) ? at(text, i) : "";
            if (!found.isEmpty()) {
                hidden.append(text, kept, i).append(BREAK);
                kept = i + found.length();
                i = kept - 1;
            }
        }
        return kept == 0 ? text : hidden.append(text, kept, text.length()).toString();
    }

    private String at(String text, int index) {
        for (String spelling : byStart.getOrDefault(text.charAt(index), List.of())) {
            if (text.startsWith(spelling, index)) {
                return spelling;
            }
        }
        return "";
    }
}
