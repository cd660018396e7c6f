// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Byte-level BPE written down from its definition, without any thought of speed: symbols are spellings, every step looks at all. */
final class ByteLevelReference {
    private static final Pattern LLAMA_3 = Pattern.compile(
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private final Map<String, Integer> ids = new HashMap<>();
    private final List<String> merges;

    ByteLevelReference(TokenizerDefinition definition) {
        merges = definition.merges();
        for (int id = 0; id < definition.pieces().size(); id++) {
            ids.put(definition.pieces().get(id), id);
        }
    }

    List<Integer> encode(String text) {
        String clean = RandomText.wellFormed(text);
        List<Integer> out = new ArrayList<>();
        LLAMA_3.matcher(clean).results().map(MatchResult::group).forEach(part -> {
            String spelled = ByteAlphabet.spell(part.getBytes(StandardCharsets.UTF_8));
            List<String> symbols = ids.containsKey(spelled) ? List.of(spelled) : merge(spelled);
            symbols.forEach(symbol -> out.add(ids.getOrDefault(symbol, -1)));
        });
        return out;
    }

    private List<String> merge(String spelled) {
        List<String> symbols =
                new ArrayList<>(spelled.chars().mapToObj(Character::toString).toList());
        while (true) {
            int best = -1;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                if (rank(symbols, i) < (best < 0 ? Integer.MAX_VALUE : rank(symbols, best))) {
                    best = i;
                }
            }
            if (best < 0) {
                return symbols;
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
    }

    private int rank(List<String> symbols, int left) {
        String pair = symbols.get(left) + " " + symbols.get(left + 1);
        int rank = merges.isEmpty() ? ids.getOrDefault(pair.replace(" ", ""), -1) : merges.indexOf(pair);
        return rank < 0 ? Integer.MAX_VALUE : rank;
    }
}
