// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;

/** Opens tokenizer files and builds tokenizers from definitions. */
public final class Tokenizers {
    /** Far above any vocabulary there is, far below what a heap can't hold. */
    private static final long MAX_FILE_BYTES = 256L << 20;

    private static final List<TokenizerFormat> FORMATS =
            List.of(new Llama2cTokenizer(), new TiktokenModel(), new SentencePieceModel());

    private Tokenizers() {}

    /**
     * Opens a tokenizer file of any known format, told by its content: SentencePiece {@code tokenizer.model} (Llama 1
     * and 2), tiktoken {@code tokenizer.model} (Llama 3 and 4), llama2.c {@code tokenizer.bin}.
     *
     * @throws TokenizerException where the file cannot be read or is not as its format demands
     */
    public static Tokenizer open(Path file) {
        return of(read(file));
    }

    /**
     * Reads what a tokenizer file states, without building the tokenizer.
     *
     * @throws TokenizerException where the file cannot be read or is not as its format demands
     */
    public static TokenizerDefinition read(Path file) {
        return read(file.toString(), bytesOf(file));
    }

    static TokenizerDefinition read(String source, byte[] bytes) {
        for (TokenizerFormat format : FORMATS) {
            if (format.recognises(bytes)) {
                return format.read(source, bytes);
            }
        }
        String found = bytes.length == 0 ? "nothing" : "no format that is known";
        throw new TokenizerException(
                source, "content", found, "a SentencePiece or tiktoken tokenizer.model or a llama2.c tokenizer.bin");
    }

    private static byte[] bytesOf(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new TokenizerException(file.toString(), "path", "no file there", "a file");
            }
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new TokenizerException(file.toString(), "size", size, "at most " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TokenizerException(file.toString(), e);
        }
    }

    /**
     * Builds the tokenizer of a definition by the first {@link TokenizerProvider} that supports it.
     *
     * @throws TokenizerException where no provider knows the algorithm or the pre-tokenizer, or the definition
     *     contradicts itself
     */
    public static Tokenizer of(TokenizerDefinition definition) {
        Set<String> known = new LinkedHashSet<>();
        // The context class loader sees what an application added; the module's own sees ours where there is no such
        // loader.
        for (ServiceLoader<TokenizerProvider> providers : List.of(
                ServiceLoader.load(TokenizerProvider.class),
                ServiceLoader.load(TokenizerProvider.class, Tokenizers.class.getClassLoader()))) {
            for (TokenizerProvider provider : providers) {
                if (provider.supports(definition)) {
                    return provider.create(definition);
                }
                known.add(provider.knows());
            }
        }
        throw new TokenizerException(
                definition.source(),
                "tokenizer model and pre-tokenizer",
                "'" + definition.model() + "' and '" + definition.preTokenizer() + "'",
                known.isEmpty() ? "a tokenizer provider, but there is none" : String.join(" or ", known));
    }
}
