// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The same text through the tokenizers of several libraries, one thread. Needs files: {@code -p tokenizer=FILE -p text=FILE}.
 * Which libraries read which files: see {@link TokenizerLibrary}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TokenizerLibrariesBenchmark extends ForkedBenchmark {
    @Param
    TokenizerLibrary library = TokenizerLibrary.LLAMA_PANAMA;

    @Param("")
    String tokenizer = "";

    @Param("")
    String text = "";

    private String content = "";
    private int[] ids = {};

    @SuppressWarnings("NullAway.Init") // set by setUp
    private TokenizerLibrary.Opened opened;

    @Setup(Level.Trial)
    public void setUp() throws IOException {
        opened = library.open(Path.of(tokenizer));
        content = Files.readString(Path.of(text));
        ids = opened.encode(content);
    }

    @Benchmark
    public int[] encode() {
        return opened.encode(content);
    }

    @Benchmark
    public int count() {
        return opened.count(content);
    }

    @Benchmark
    public String decode() {
        return opened.decode(ids);
    }

    @TearDown(Level.Trial)
    public void tearDown() {
        ResultCheck.holds(opened.count(content) == ids.length, library + ": counts otherwise than it encodes");
        ResultCheck.holds(opened.decode(ids).equals(content), library + ": the text doesn't come back");
    }
}
