// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * SentencePiece BPE written down from its definition, without any thought of speed: the oracle of the real one. Symbols are
 * strings; every step looks at every pair.
 */
final class SentencePieceReference {
    private final TokenizerDefinition definition;
    private final Map<String, Integer> texts = new HashMap<>();
    private final boolean byteFallback;

    private record Symbol(String text, boolean fixed) {}

    SentencePieceReference(TokenizerDefinition definition) {
        this.definition = definition;
        for (int id = 0; id < definition.pieces().size(); id++) {
            switch (definition.types().get(id)) {
                case NORMAL, USER_DEFINED, UNUSED ->
                    texts.put(definition.pieces().get(id), id);
                case UNKNOWN, CONTROL, BYTE -> {}
            }
        }
        byteFallback = definition.types().contains(TokenType.BYTE);
    }

    List<Integer> encode(String text) {
        List<Symbol> symbols = symbols(normalize(text));
        Map<String, List<String>> considered = new HashMap<>();
        for (int i = 0; i + 1 < symbols.size(); i++) {
            consider(symbols, i, considered);
        }
        for (int best = best(symbols); best >= 0; best = best(symbols)) {
            symbols.set(best, new Symbol(joined(symbols, best), false));
            symbols.remove(best + 1);
            consider(symbols, best - 1, considered);
            consider(symbols, best, considered);
        }
        List<String> parts = new ArrayList<>();
        symbols.forEach(symbol -> takeApart(symbol.text(), considered, parts));
        return ids(parts);
    }

    private String normalize(String text) {
        String clean = RandomText.wellFormed(text);
        boolean remove = definition.whitespace().removeExtraWhitespaces();
        if (remove) {
            clean = clean.replaceAll("^ +", "").replaceAll(" +", " ");
        }
        if (clean.isEmpty()) {
            return "";
        }
        String prefix = definition.whitespace().addDummyPrefix() ? " " : "";
        String spelled = (prefix + clean).replace(' ', '\u2581');
        return remove ? spelled.replaceAll("\u2581+$", "") : spelled;
    }

    private List<Symbol> symbols(String text) {
        List<Symbol> symbols = new ArrayList<>();
        for (int at = 0; at < text.length(); at += symbols.getLast().text().length()) {
            String rest = text.substring(at);
            String fixed = "";
            for (String piece : texts.keySet()) {
                boolean userDefined = definition.types().get(idOf(piece)) == TokenType.USER_DEFINED;
                fixed = userDefined && rest.startsWith(piece) && piece.length() > fixed.length() ? piece : fixed;
            }
            symbols.add(
                    fixed.isEmpty()
                            ? new Symbol(Character.toString(rest.codePointAt(0)), false)
                            : new Symbol(fixed, true));
        }
        return symbols;
    }

    private int idOf(String piece) {
        return texts.getOrDefault(piece, -1);
    }

    private static String joined(List<Symbol> symbols, int left) {
        return symbols.get(left).text() + symbols.get(left + 1).text();
    }

    private boolean isPair(List<Symbol> symbols, int left) {
        return left >= 0
                && left + 1 < symbols.size()
                && !symbols.get(left).fixed()
                && !symbols.get(left + 1).fixed()
                && texts.containsKey(joined(symbols, left));
    }

    private int best(List<Symbol> symbols) {
        int best = -1;
        for (int i = 0; i + 1 < symbols.size(); i++) {
            if (isPair(symbols, i) && (best < 0 || score(symbols, i) > score(symbols, best))) {
                best = i;
            }
        }
        return best;
    }

    private float score(List<Symbol> symbols, int left) {
        return definition.scores().get(idOf(joined(symbols, left)));
    }

    private void consider(List<Symbol> symbols, int left, Map<String, List<String>> considered) {
        if (isPair(symbols, left)) {
            considered.put(
                    joined(symbols, left),
                    List.of(symbols.get(left).text(), symbols.get(left + 1).text()));
        }
    }

    private void takeApart(String text, Map<String, List<String>> considered, List<String> parts) {
        boolean unused = idOf(text) >= 0 && definition.types().get(idOf(text)) == TokenType.UNUSED;
        List<String> pair = considered.get(text);
        if (unused && pair != null) {
            pair.forEach(part -> takeApart(part, considered, parts));
        } else {
            parts.add(text);
        }
    }

    private List<Integer> ids(List<String> parts) {
        List<Integer> ids = new ArrayList<>();
        boolean afterUnknown = false;
        for (String part : parts) {
            boolean unknown = idOf(part) < 0;
            if (!unknown) {
                ids.add(idOf(part));
            } else if (byteFallback) {
                for (byte b : part.getBytes(StandardCharsets.UTF_8)) {
                    ids.add(definition.pieces().indexOf("<0x%02X>".formatted(b & 0xFF)));
                }
            } else if (!afterUnknown) {
                ids.add(definition.special().unknown());
            }
            afterUnknown = unknown;
        }
        return ids;
    }
}
