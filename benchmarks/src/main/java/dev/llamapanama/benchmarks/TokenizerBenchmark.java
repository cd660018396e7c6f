// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tokenizers.Tokenizer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** Text to ids and back. */
public class TokenizerBenchmark extends ForkedBenchmark {
    @Param
    SyntheticVocabulary vocabulary = SyntheticVocabulary.BYTE_LEVEL;

    @Param({"100", "100000"})
    int characters;

    private String text = "";
    private int[] ids = {};

    @SuppressWarnings("NullAway.Init") // set by setUp
    private Tokenizer tokenizer;

    @Setup(Level.Trial)
    public void setUp() {
        tokenizer = vocabulary.tokenizer();
        text = new SyntheticText(10).text(characters);
        ids = tokenizer.encode(text);
    }

    @Benchmark
    public int[] encode() {
        return tokenizer.encode(text);
    }

    @Benchmark
    public String decode() {
        return tokenizer.decode(ids);
    }

    /** No oracle of BPE stands here: text must come back as it was, and in far fewer tokens than characters. */
    @TearDown(Level.Trial)
    public void tearDown() {
        ResultCheck.holds(tokenizer.decode(encode()).equals(text), vocabulary + ": the text doesn't come back");
        ResultCheck.holds(2 * ids.length < text.length(), vocabulary + ": " + ids.length + " tokens are too many");
    }
}
