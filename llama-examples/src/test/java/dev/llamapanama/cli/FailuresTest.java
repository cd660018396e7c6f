// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes, and one line for whatever goes wrong. MODEL in a command stands for a model, FOLDER for its folder. */
class FailuresTest {
    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void writeModel() throws IOException {
        model = TestModel.builder().build().writeGguf(folder);
        Files.write(folder.resolve("latin1.txt"), "gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1));
        Files.writeString(folder.resolve("text"), "once upon a time");
        Files.writeString(folder.resolve("empty"), "");
        Files.writeString(folder.resolve("noise.gguf"), "GGUFnoise");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "                                                    => llama: Missing required subcommand",
                "frobnicate                                          => llama: Unmatched argument at index 0: 'frobnicate'",
                "--frob                                              => llama: Unknown option: '--frob'",
                "generate --model MODEL                              => (--prompt=TEXT | --prompt-file=FILE)",
                "generate --model MODEL --prompt a --prompt-file b   => mutually exclusive",
                "generate --model MODEL --prompt a --max-tokens      => Missing required parameter for option '--max-tokens'",
                "generate --model MODEL --prompt a --max-tokens many => 'many' is not an int",
                "generate --model MODEL --prompt a --max-tokens 0    => maxTokens: found 0, expected 1 or more",
                "generate --model MODEL --prompt a --max-tokns 1     => did you mean --max-tokens",
                "generate --model MODEL --prompt a --temperature -1  => temperature: found -1.0, expected 0 or more",
                "generate --model MODEL --prompt a --top-p 2         => topP: found 2.0",
                "generate --model MODEL --prompt a --threads -1      => threads: found -1",
                "generate --model MODEL --prompt a --context -1      => contextLength: found -1",
                "generate --model MODEL --prompt a --kv-type Q8_0    => '--kv-type': expected one of [F16, F32] (case-sensitive) but was 'Q8_0'",
                "generate --model MODEL --prompt a --backend tpu     => --backend: found tpu, expected one of [auto, cuda, cpu-vector, cpu-scalar]",
                "generate --model MODEL --prompt a --seed 1 --seed 2 => '--seed' (S) should be specified only once",
                "generate --model MODEL --prompt a --lora a:b        => found 'a:b', expected a file, or a file, a colon and a number",
                "generate --model MODEL --prompt a --lora a:NaN      => scale of an adapter: found NaN",
                "logits --model MODEL                                => '--ids=IDS'",
                "logits --model MODEL --ids ,                        => --ids: found none",
                "logits --model MODEL --ids 1,x                      => found 'x', expected a token id",
                "logits --model MODEL --ids 99999999999              => found '99999999999', expected a token id",
                "tokenize --model MODEL                              => (--text=TEXT | --file=FILE | --batch=FILE)",
                "perplexity --model MODEL                            => '--file=FILE'",
                "bench --model MODEL --repetitions 0                 => --repetitions: found 0, expected 1 or more",
                "bench --model MODEL --gen-tokens -1                 => --gen-tokens: found -1, expected 0 or more",
                "bench --model MODEL --depth -1                      => --depth: found -1, expected 0 or more",
                "bench --model MODEL --sequences 0                   => --sequences: found 0, expected 1 to 32",
                "bench --model MODEL --sequences 33                  => --sequences: found 33, expected 1 to 32",
                "bench --model MODEL --sequences 32 --depth 32768    => found 1064960 positions, expected at most 1048576",
                "bench --model MODEL --variant llama3.2-1b           => --model and --variant exclude each other",
                "bench --model MODEL --type Q8_0                     => --type: found Q8_0 without --variant",
                "bench --type Q8_0                                   => --type: found Q8_0 without --variant",
                "bench --variant llama-3.2-1c                        => --variant: found llama-3.2-1c, which is none; close to it: llama3.2-1b,",
                "bench --variant llama3.2-1b --type Q8               => --type: found Q8, which is none; close to it: Q8_0,",
                "bench --variant llama3.2-1b --threads -1            => threads: found -1",
            })
    void wrongUsage(String command, String message) {
        assertFails(2, command, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '`',
            value = {
                "generate --model FOLDER/none.gguf --prompt a          => none.gguf: path: found nothing",
                "generate --model FOLDER --prompt a                    => found a folder",
                "generate --model FOLDER/noise.gguf --prompt a         => noise.gguf: ",
                "generate --model MODEL --prompt-file FOLDER/none      => none: no such file",
                "generate --model MODEL --prompt-file FOLDER/latin1.txt=> latin1.txt: found bytes that are not UTF-8",
                "generate --model MODEL --prompt-file FOLDER           => llama generate: ",
                "generate --model MODEL --prompt abcabc --context 2    => tokens, expected at most 2, the context length",
                "generate --model MODEL --prompt a --tokenizer MODEL.x => model.gguf.x: ",
                "generate --model MODEL --prompt a --backend cuda      => cuda",
                "tokenize --tokenizer FOLDER/latin1.txt --text a       => latin1.txt: content",
                "detokenize --model MODEL --ids 1,99999                => 99999",
                "inspect --model MODEL --tensor x                      => found no tensor x",
                "logits --model MODEL --ids 1,-1                       => token id: found -1",
                "logits --model MODEL --ids 1,99999 --all              => token id: found 99999",
                "perplexity --model MODEL --file FOLDER/none           => none: no such file",
                "perplexity --model MODEL --file FOLDER/text --stride 0     => stride: found 0, expected 1 to 128",
                "perplexity --model MODEL --file FOLDER/empty          => text: found 1 tokens, expected 2 or more",
                "bench --model MODEL --prompt-tokens 200               => context: found 200 positions, expected 1 to 128",
                "bench --model MODEL --prompt-tokens 9 --depth 120     => context: found 248 positions, expected 1 to 128",
                "bench --variant llama3.1-405b --type F32              => available, expected 1.4",
            })
    void failure(String command, String message) {
        assertFails(1, command, message);
    }

    private void assertFails(int exit, String command, String message) {
        List<Object> words = new ArrayList<>();
        for (String word : command == null ? new String[0] : command.split(" +")) {
            words.add(word.replace("MODEL", model.toString()).replace("FOLDER", folder.toString()));
        }

        Cli cli = Cli.run(words.toArray());

        assertEquals(exit, cli.exit(), cli.err());
        assertEquals("", cli.out());
        assertEquals(1, cli.err().lines().count(), cli.err());
        assertTrue(cli.err().startsWith("llama"), cli.err());
        assertTrue(cli.err().contains(message), cli.err());
        assertFalse(cli.err().contains("internal error"), cli.err());
    }

    @Test
    void debugShowsTheStackTrace() {
        Cli cli = Cli.run("inspect", "--model", folder.resolve("noise.gguf"), "--debug");

        assertEquals(1, cli.exit());
        assertTrue(cli.err().contains("\tat dev.llamapanama.checkpoint."), cli.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "generate", "tokenize", "detokenize", "inspect", "logits", "perplexity", "bench"})
    void helpEverywhere(String command) {
        Cli cli = command.isEmpty() ? Cli.run("--help") : Cli.run(command, "--help");

        assertEquals(0, cli.exit());
        assertEquals("", cli.err());
        assertTrue(cli.out().startsWith(("Usage: llama " + command).strip()), cli.out());
    }

    @Test
    void version() {
        assertTrue(Cli.text("--version").startsWith("llama "));
    }

    @Test
    void aReaderThatLeavesIsNoFailure() {
        assertEquals(new Cli(0, "", ""), writingFails("Broken pipe", generate()));
        assertEquals(new Cli(0, "", ""), writingFails("Broken pipe", "--help"));
    }

    @Test
    void aFullDiskIs() {
        assertEquals(
                new Cli(1, "", "llama generate: standard output: No space left on device" + System.lineSeparator()),
                writingFails("No space left on device", generate()));
        assertEquals(
                1,
                writingFails("No space left on device", "bench", "--help")
                        .err()
                        .lines()
                        .count());
    }

    private String[] generate() {
        return new String[] {"generate", "--model", model.toString(), "--prompt", "a", "--max-tokens", "100"};
    }

    private static Cli writingFails(String message, String... args) {
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(message);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(), out, new PrintStream(err, true, StandardCharsets.UTF_8), false);
        int exit = Main.run(console, args);
        return new Cli(exit, "", err.toString(StandardCharsets.UTF_8));
    }
}
