// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.generation.grammar.Grammar;
import dev.llamapanama.generation.grammar.GrammarMatcher;
import dev.llamapanama.generation.grammar.GrammarVocabulary;
import dev.llamapanama.tokenizers.Tokenizer;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Masks of constrained output: the tokens of one JSON text, for the first time and again. */
public class GrammarBenchmark extends ForkedBenchmark {
    private static final int TOKENS = 32;
    private static final String SCHEMA = """
            {"type": "object", "additionalProperties": false, "required": ["name", "tags"], "properties": {
              "name": {"type": "string", "maxLength": 1000},
              "tags": {"type": "array", "items": {"type": "string"}}}}
            """;

    /** The vocabularies of the tokenizer benchmarks. */
    @Param
    SyntheticVocabulary vocabulary = SyntheticVocabulary.BYTE_LEVEL;

    private final Grammar grammar = Grammar.ofJsonSchema(SCHEMA);
    private int[] tokens = {};
    private float[] logits = {};

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Tokenizer tokenizer;

    @SuppressWarnings("NullAway.Init") // set by setUp
    private GrammarVocabulary known;

    @Setup(Level.Trial)
    public void setUp() {
        tokenizer = vocabulary.tokenizer();
        known = GrammarVocabulary.of(tokenizer);
        logits = new float[known.size()];
        GrammarMatcher matcher = matcher();
        tokens = new int[TOKENS];
        for (int i = 0; i < TOKENS; i++) {
            tokens[i] = longest(matcher);
            matcher.accept(tokens[i]);
        }
        ResultCheck.holds(!matcher.isComplete(), "the text is longer than its beginning");
    }

    /** The longest token that may follow: a word, where words may. */
    private int longest(GrammarMatcher matcher) {
        Arrays.fill(logits, 0);
        matcher.mask(logits);
        int best = -1;
        for (int token = 0; token < logits.length; token++) {
            boolean longer = best < 0 || tokenizer.tokenBytes(token).length > tokenizer.tokenBytes(best).length;
            best = logits[token] == 0 && longer ? token : best;
        }
        return best;
    }

    private GrammarMatcher matcher() {
        return new GrammarMatcher(grammar, known, List.of());
    }

    @Benchmark
    @OperationsPerInvocation(TOKENS)
    public float[] repeatedMask() {
        GrammarMatcher matcher = matcher();
        for (int token : tokens) {
            Arrays.fill(logits, 0);
            matcher.mask(logits);
            matcher.accept(token);
        }
        return logits;
    }

    /** All that a vocabulary takes, once. */
    @Benchmark
    public GrammarVocabulary vocabulary() {
        return GrammarVocabulary.of(tokenizer);
    }
}
