// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

/** The split patterns of Llama 3 and 4 as regular expressions, for libraries that are given one. */
final class SplitPatterns {
    private static final String CONTRACTION = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private static final String SPACES = "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
    private static final String UPPER = "[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LOWER = "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]";
    private static final String LEAD = "[^\\r\\n\\p{L}\\p{N}]?";
    private static final String LLAMA_3 =
            CONTRACTION + "|" + LEAD + "\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*" + SPACES;
    private static final String LLAMA_4 = LEAD + UPPER + "*" + LOWER + "+" + CONTRACTION + "?|" + LEAD + UPPER + "+"
            + LOWER + "*" + CONTRACTION + "?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*" + SPACES;

    private SplitPatterns() {}

    static String of(String name) {
        return switch (name) {
            case "llama-bpe" -> LLAMA_3;
            case "llama4" -> LLAMA_4;
            default -> throw new IllegalArgumentException("no split pattern is known for " + name);
        };
    }
}
