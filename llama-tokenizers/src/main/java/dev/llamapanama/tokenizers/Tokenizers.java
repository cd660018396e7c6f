// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;

/** Opens tokenizer files and builds tokenizers from definitions. */
public final class Tokenizers {
    /** Far above any vocabulary there is, far below what a heap can't hold. */
    private static final long MAX_FILE_BYTES = 256L << 20;

    private static final byte[] GGUF = {'G', 'G', 'U', 'F'};

    private static final List<TokenizerFormat> FORMATS =
            List.of(new HuggingFaceFormat(), new Llama2cFormat(), new TiktokenFormat(), new SentencePieceFormat());

    private static final List<String> NAMES = List.of("tokenizer.json", "tokenizer.model", "tokenizer.bin");

    private Tokenizers() {}

    /**
     * Opens a tokenizer file of any known format, told by its content: SentencePiece {@code tokenizer.model} (Llama 1
     * and 2), tiktoken {@code tokenizer.model} (Llama 3 and 4), llama2.c {@code tokenizer.bin}, Hugging Face
     * {@code tokenizer.json} (all of them). What {@code tokenizer_config.json}, {@code special_tokens_map.json},
     * {@code chat_template.jinja} and {@code additional_chat_templates} beside it say of tokens, roles and templates
     * has its effect. Of a folder, what {@link #read} says. GGUF files are opened by {@code ModelTokenizers} of llama-core.
     *
     * @throws TokenizerException where the file cannot be read or is not as its format demands
     */
    public static Tokenizer open(Path path) {
        return of(read(path));
    }

    /**
     * Reads what a tokenizer file states, without building the tokenizer. In a folder it is {@code tokenizer.json}, which
     * states most, else {@code tokenizer.model}, else {@code tokenizer.bin}.
     *
     * @throws TokenizerException where the file cannot be read or is not as its format demands
     */
    public static TokenizerDefinition read(Path path) {
        Path file = Files.isDirectory(path) ? within(path) : path;
        return read(file.toString(), bytesOf(file), new Siblings(file));
    }

    private static Path within(Path folder) {
        return NAMES.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() ->
                        new TokenizerException(folder.toString(), "folder", "none of " + NAMES, "a tokenizer file"));
    }

    /** What lies beside a file. */
    private record Siblings(Path file) implements Neighbours {
        @Override
        public Optional<Neighbour> find(String name) {
            Path sibling = file.resolveSibling(name);
            return Files.isRegularFile(sibling)
                    ? Optional.of(new Neighbour(sibling.toString(), ByteBuffer.wrap(bytesOf(sibling))))
                    : Optional.empty();
        }

        @Override
        public List<String> list(String folder) {
            Path sibling = file.resolveSibling(folder);
            if (!Files.isDirectory(sibling)) {
                return List.of();
            }
            try (Stream<Path> files = Files.list(sibling)) {
                return files.map(each -> each.getFileName().toString()).sorted().toList();
            } catch (IOException | UncheckedIOException e) {
                throw new TokenizerException(sibling.toString(), e);
            }
        }
    }

    /**
     * Reads the content of a tokenizer file that stands alone.
     *
     * @param source what to call it in messages
     * @throws TokenizerException where it is not as its format demands
     */
    public static TokenizerDefinition read(String source, byte[] bytes) {
        return read(source, bytes, Neighbours.NONE);
    }

    static TokenizerDefinition read(String source, byte[] bytes, Neighbours beside) {
        for (TokenizerFormat format : FORMATS) {
            if (format.recognises(bytes)) {
                return format.read(source, bytes, beside);
            }
        }
        String found = bytes.length == 0 ? "nothing" : "no format that is known";
        throw new TokenizerException(
                source,
                "content",
                found,
                "a SentencePiece or tiktoken tokenizer.model, a llama2.c tokenizer.bin or a tokenizer.json");
    }

    private static byte[] bytesOf(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new TokenizerException(file.toString(), "path", "no file there", "a file");
            }
            requireNoGguf(file);
            long size = Files.size(file);
            if (size > MAX_FILE_BYTES) {
                throw new TokenizerException(file.toString(), "size", size, "at most " + MAX_FILE_BYTES + " bytes");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TokenizerException(file.toString(), e);
        }
    }

    /** A GGUF file may have gigabytes of weights, so that it is told before it is read. */
    private static void requireNoGguf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            boolean gguf = Arrays.equals(in.readNBytes(GGUF.length), GGUF);
            Require.that(
                    !gguf,
                    file.toString(),
                    "content",
                    "a GGUF file",
                    "a tokenizer file; what GGUF files hold is opened by ModelTokenizers.open of llama-core");
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
