// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.bpe;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How text is split before byte-level BPE, with the names that GGUF files have for it. The patterns are those of
 * meta-llama/llama-models (models/llama3/tokenizer.py, models/llama4/tokenizer.py). Every character belongs to a match.
 */
enum PreTokenizer {
    LLAMA_3(
            Set.of("llama-bpe", "llama3", "llama-v3", "falcon3"),
            new Llama3Splitter(),
            Part.CONTRACTION,
            Part.LEAD + "?\\p{L}+",
            "\\p{N}{1,3}",
            " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*",
            "\\s*[\\r\\n]+",
            "\\s+(?!\\S)",
            "\\s+"),
    LLAMA_4(
            Set.of("llama4", "gpt-4o"),
            new Llama4Splitter(),
            Part.LEAD + "?" + Part.UPPER + "*" + Part.LOWER + "+" + Part.CONTRACTION + "?",
            Part.LEAD + "?" + Part.UPPER + "+" + Part.LOWER + "*" + Part.CONTRACTION + "?",
            "\\p{N}{1,3}",
            " ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*",
            "\\s*[\\r\\n]+",
            "\\s+(?!\\S)",
            "\\s+");

    /** What the alternatives are made of; an enum's own constants are not there yet when its values are made. */
    private static final class Part {
        private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
        private static final String LEAD = "[^\\r\\n\\p{L}\\p{N}]";
        private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
        private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    }

    private final Set<String> names;
    private final Splitter splitter;
    private final String pattern;

    PreTokenizer(Set<String> names, Splitter splitter, String... alternatives) {
        this.names = names;
        this.splitter = splitter;
        this.pattern = String.join("|", alternatives);
    }

    /** The one with a name, or with exactly this regular expression. */
    static Optional<PreTokenizer> named(String name) {
        return Stream.of(values())
                .filter(known -> known.names.contains(name) || known.pattern.equals(name))
                .findFirst();
    }

    static String allNames() {
        return String.join(
                ", ",
                Stream.of(values())
                        .flatMap(known -> known.names.stream())
                        .sorted()
                        .toList());
    }

    /** The regular expression. */
    String pattern() {
        return pattern;
    }

    /** What matches it. */
    Splitter splitter() {
        return splitter;
    }
}
