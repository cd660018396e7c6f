// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From files to a file. */
final class TrainedTokenizerTest {
    private static final SentencePieceOptions OPTIONS = SentencePieceOptions.builder(276)
            .characterCoverage(1)
            .controlSymbols(List.of("<pad>", "<x>"))
            .userDefinedSymbols(List.of("fox"))
            .build();

    @TempDir
    private Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private static TrainedTokenizer train(Path... files) {
        return TokenizerTrainer.sentencePiece(OPTIONS).train(List.of(files));
    }

    private static void refused(String message, Path... files) {
        var refusal = assertThrows(TokenizerException.class, () -> train(files));
        assertTrue(String.valueOf(refusal.getMessage()).endsWith(message), refusal.getMessage());
    }

    @Test
    void readsBackWhatItWrote() throws IOException {
        TrainedTokenizer trained = train(file("text", "abc abcd foxes abc\nab d\r\n"));
        Path model = folder.resolve("tokenizer.model");
        trained.write(model);
        assertArrayEquals(trained.toBytes(), Files.readAllBytes(model));

        var read = Tokenizers.read(model);
        assertEquals(trained.definition().pieces(), read.pieces());
        assertEquals(trained.definition().types(), read.types());
        assertEquals(trained.definition().scores(), read.scores());
        assertEquals(trained.definition().whitespace(), read.whitespace());
        assertEquals(3, read.special().pad());
        assertEquals(trained.definition().special(), read.special());

        Tokenizer tokenizer = Tokenizers.open(model);
        for (String text : List.of("abc", "a fox<x>", " \u00E9\n", "<s>", "")) {
            assertArrayEquals(trained.tokenizer().encode(text), tokenizer.encode(text), text);
            assertEquals(text, tokenizer.decode(tokenizer.encode(text)));
        }
    }

    @Test
    void aFileThatIsThereIsReplacedAndNothingElseIsLeft() throws IOException {
        Path text = file("text", "abc abcd foxes abc\nab d");
        Path model = file("tokenizer.model", "old");
        train(text).write(model);
        assertEquals(276, Tokenizers.read(model).pieces().size());
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
        TrainedTokenizer trained = train(text);
        Path nowhere = folder.resolve("none").resolve("tokenizer.model");
        assertThrows(TokenizerException.class, () -> trained.write(nowhere));
    }

    @Test
    void severalFilesAreOneText() throws IOException {
        Path whole = file("whole", "abc abcd foxes\nabc\nab d\n");
        Path first = file("first", "abc abcd foxes");
        Path second = file("second", "abc\nab d");
        TrainedTokenizer trained = train(first, second);
        assertArrayEquals(train(whole).toBytes(), trained.toBytes());
        assertEquals(3, trained.lines());
        assertEquals("2 files", trained.definition().source());
    }

    @Test
    void longLinesAreSkippedWhateverIsInThem() throws IOException {
        byte[] line = "abc abcd foxes abc ab d".getBytes(StandardCharsets.UTF_8);
        Path text = folder.resolve("text");
        byte[] bytes = new byte[300_000];
        Arrays.fill(bytes, (byte) 0xFF);
        System.arraycopy(line, 0, bytes, 0, line.length);
        bytes[line.length] = '\n';
        Files.write(text, bytes);
        TrainedTokenizer trained = train(text);
        assertEquals(1, trained.lines());
        assertEquals(1, trained.skippedLines());
    }

    @Test
    void otherThanTextIsRefused() throws IOException {
        Path broken = Files.write(folder.resolve("broken"), new byte[] {'a', '\n', 'b', (byte) 0xC3, '\n'});
        refused("broken: line 2: found bytes that are not UTF-8 (Input length = 1), expected UTF-8", broken);
        refused("none: path: found no file there, expected a file", folder.resolve("none"));
        refused("path: found no file there, expected a file", folder);
        refused("empty: text: found none, expected at least one line of 1 to 4192 bytes", file("empty", "\n\n"));
        refused("0 files: text: found none, expected at least one line of 1 to 4192 bytes");
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        List<String> heard = new ArrayList<>();
        Path text = file("text", "abc abcd foxes abc\nab d");
        TokenizerTrainer.sentencePiece(OPTIONS)
                .progress(new TrainingProgress() {
                    @Override
                    public void read(long done, long total) {
                        heard.add("read " + done + " of " + total);
                    }

                    @Override
                    public void learned(int done, int total) {
                        heard.add("learned " + done + " of " + total);
                    }
                })
                .train(List.of(text));
        assertEquals("read 23 of 23", heard.getFirst());
        int last = heard.size() - 1;
        assertEquals("learned " + last + " of " + last, heard.getLast());
    }
}
