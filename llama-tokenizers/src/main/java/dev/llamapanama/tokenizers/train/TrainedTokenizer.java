// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import dev.llamapanama.tokenizers.TokenizerException;
import dev.llamapanama.tokenizers.Tokenizers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** What training gave. Immutable. */
public final class TrainedTokenizer {
    private final TokenizerDefinition definition;
    private final byte[] content;
    private final long lines;
    private final long skippedLines;

    TrainedTokenizer(String source, byte[] content, long lines, long skippedLines) {
        definition = Tokenizers.read(source, content);
        this.content = content;
        this.lines = lines;
        this.skippedLines = skippedLines;
    }

    /** The tokenizer as its file states it. */
    public TokenizerDefinition definition() {
        return definition;
    }

    /** Builds the tokenizer. */
    public Tokenizer tokenizer() {
        return Tokenizers.of(definition);
    }

    /** Number of lines of text that the vocabulary comes from. */
    public long lines() {
        return lines;
    }

    /** Number of lines that were left out: too long, or with a character in them that SentencePiece reserves. */
    public long skippedLines() {
        return skippedLines;
    }

    /** The bytes of {@code tokenizer.model}. */
    public byte[] toBytes() {
        return content.clone();
    }

    /**
     * Writes {@code tokenizer.model}, as a whole or not at all; a file that is there is replaced.
     *
     * @throws TokenizerException where it can't be written
     */
    public void write(Path file) {
        String name = file.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime() + ".tmp";
        Path unfinished = file.resolveSibling(name);
        try {
            try {
                Files.write(unfinished, content, StandardOpenOption.CREATE_NEW);
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw new TokenizerException(file.toString(), e);
        }
    }
}
