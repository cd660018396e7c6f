// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TrainCommandTest {
    @TempDir
    private Path folder;

    private Path text;
    private Path output;

    @BeforeEach
    void write() throws IOException {
        text = Files.writeString(folder.resolve("text"), "one two three, one two\nthree 123 one\n".repeat(20));
        output = folder.resolve("tokenizer.model");
    }

    private Cli train(Object... more) {
        Object[] args = {"tokenizer", "train", "--input", text, "--output", output};
        Object[] all = Arrays.copyOf(args, args.length + more.length);
        System.arraycopy(more, 0, all, args.length, more.length);
        return Cli.run(all);
    }

    @Test
    void theTokenizerIsUsable() {
        Cli cli = train("--vocab-size", 290, "--type", "bpe", "--byte-fallback");
        assertEquals("", cli.err());
        assertTrue(
                cli.out().matches(".*tokenizer\\.model: 290 pieces from 40 lines in .* s, 0 lines left out\\R"),
                cli.out());

        JsonNode tokens = Cli.json("tokenize", "--tokenizer", output, "--no-bos", "--text", "one 12\n");
        assertEquals(
                "[\"\u2581one\",\"\u2581\",\"1\",\"2\",\"<0x0A>\"]",
                tokens.get("pieces").toString());
    }

    @Test
    void ranksAreUsableToo() {
        Cli cli = train("--vocab-size", 269, "--type", "tiktoken");
        assertEquals("", cli.err());
        JsonNode tokens = Cli.json("tokenize", "--tokenizer", output, "--no-bos", "--text", "one two123");
        assertEquals(
                "[\"one\",\" two\",\"123\"]", tokens.get("pieces").toString().replace('\u0120', ' '));
    }

    @Test
    void printsJsonAndABar() throws IOException {
        Path more = Files.writeString(folder.resolve("more"), "one more\n");
        Cli cli = train(more, "--vocab-size", 30, "--no-byte-fallback", "--user-defined-symbols", "one,two", "--json");
        assertTrue(cli.out().contains("\"pieces\":30,\"lines\":41,\"skippedLines\":0,"), cli.out());

        Cli watched = Cli.runWatched(
                "tokenizer",
                "train",
                "--input",
                text + "," + more,
                "--output",
                output,
                "--vocab-size",
                "290",
                "--force");
        assertEquals(0, watched.exit());
        assertTrue(watched.err().contains("] 100 %"), watched.err());
    }

    @Test
    void refusesWhatIsThereAndTypesThatAreNot() throws IOException {
        Cli unknown = train("--vocab-size", 290, "--type", "unigram");
        assertEquals(2, unknown.exit());
        assertTrue(unknown.err().contains("--type: found unigram, expected bpe or tiktoken"), unknown.err());

        Cli flag = train("--vocab-size", 269, "--type", "tiktoken", "--no-byte-fallback");
        assertEquals(2, flag.exit());
        assertTrue(flag.err().contains("--byte-fallback: found with --type tiktoken"), flag.err());

        Cli small = train("--vocab-size", 250);
        assertEquals(1, small.exit());
        assertTrue(small.err().contains("vocabulary size: found 250, expected at least"), small.err());
        assertTrue(Files.notExists(output));

        assertEquals(2, train("--vocab-size", 290, "--character-coverage", 2).exit());
        assertEquals(2, Cli.run("tokenizer").exit());

        Cli nowhere = Cli.run(
                "tokenizer", "train", "--input", text, "--vocab-size", 290, "--output", folder.resolve("no/output"));
        assertEquals(1, nowhere.exit());
        assertTrue(nowhere.err().contains("its folder does not exist"), nowhere.err());

        byte[] before = Files.readAllBytes(text);
        Cli there = Cli.run("tokenizer", "train", "--input", text, "--output", text, "--vocab-size", 290);
        assertEquals(1, there.exit());
        assertTrue(there.err().contains("--force"), there.err());
        assertArrayEquals(before, Files.readAllBytes(text));
    }
}
