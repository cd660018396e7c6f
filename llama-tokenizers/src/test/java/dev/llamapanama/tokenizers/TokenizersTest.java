// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TokenizersTest {
    private static final String PROVIDER = TokenizerProvider.class.getName();

    @TempDir
    private Path folder = Path.of("");

    private void refused(String message, byte[] content) throws IOException {
        Path file = Files.write(folder.resolve("tokenizer"), content);
        var refusal = assertThrows(TokenizerException.class, () -> Tokenizers.open(file));
        assertEquals(file + ": " + message, refusal.getMessage());
    }

    @Test
    void unknownContentIsRefused() throws IOException {
        String expected =
                "expected a SentencePiece or tiktoken tokenizer.model, a llama2.c tokenizer.bin or a tokenizer.json";
        refused("content: found nothing, " + expected, new byte[0]);
        for (String content : List.of("GGU\u0003", "[\"version\"]", "PK\u0003\u0004", "ab", "hello world\n")) {
            refused(
                    "content: found no format that is known, " + expected,
                    content.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    @Test
    void aGgufFileIsToldWhereToGo() throws IOException {
        Path file = Files.writeString(folder.resolve("model.gguf"), "GGUF\3\0\0\0");
        var refusal = assertThrows(TokenizerException.class, () -> Tokenizers.open(file));
        assertEquals(
                file + ": content: found a GGUF file, expected a tokenizer file; what GGUF files hold is opened by"
                        + " ModelTokenizers.open of llama-core",
                refusal.getMessage());
    }

    @Test
    void whatIsNoFileIsRefused() {
        Path missing = folder.resolve("missing");
        var refusal = assertThrows(TokenizerException.class, () -> Tokenizers.open(missing));
        assertEquals(missing + ": path: found no file there, expected a file", refusal.getMessage());
        refusal = assertThrows(TokenizerException.class, () -> Tokenizers.open(folder));
        assertEquals(
                folder
                        + ": folder: found none of [tokenizer.json, tokenizer.model, tokenizer.bin], expected a tokenizer file",
                refusal.getMessage());
    }

    @Test
    void ofAFolderTheFileThatStatesMostIsOpened() throws IOException {
        byte[] model = new ProtobufWriter()
                .message(1, new ProtobufWriter().string(1, "<unk>").integer(3, 2))
                .message(2, new ProtobufWriter().integer(3, 2))
                .toBytes();
        Path file = Files.write(folder.resolve("tokenizer.model"), model);
        assertEquals(file.toString(), Tokenizers.read(folder).source());
        HuggingFaceWriter json = HuggingFaceWriter.byteLevel(
                DefinitionBuilder.byteLevel("").token((byte) 'a', (byte) 'b').definition(), HuggingFaceWriter.LLAMA_3);
        Files.write(folder.resolve("tokenizer.json"), json.toBytes());
        assertEquals(257, Tokenizers.open(folder).vocabularySize());
    }

    @Test
    void aFileIsOpenedByItsContent() throws IOException {
        byte[] model = new ProtobufWriter()
                .message(1, new ProtobufWriter().string(1, "<unk>").integer(3, 2))
                .message(2, new ProtobufWriter().integer(3, 2))
                .toBytes();
        Path file = Files.write(folder.resolve("any.name"), model);
        assertEquals(1, Tokenizers.open(file).vocabularySize());
        assertEquals(file.toString(), Tokenizers.read(file).source());
    }

    /** On the class path the file counts, on the module path the module declaration: they must say the same. */
    @Test
    void providersAreDeclaredForBothPaths() throws IOException {
        Module module = Tokenizers.class.getModule();
        List<String> declared = module.getDescriptor().provides().stream()
                .filter(provides -> provides.service().equals(PROVIDER))
                .flatMap(provides -> provides.providers().stream())
                .toList();
        try (InputStream services = module.getResourceAsStream("META-INF/services/" + PROVIDER)) {
            assertEquals(
                    declared,
                    new String(services.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    @Test
    void providersAreFoundWithoutAContextClassLoader() {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
        try {
            assertEquals(3, DefinitionBuilder.sentencePiece().tokenizer().vocabularySize());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void byteSpellingsAreHexadecimalCapitals() {
        assertEquals(0x0A, TokenType.byteOf("<0x0A>").orElseThrow());
        assertEquals(255, TokenType.byteOf("<0xFF>").orElseThrow());
        for (String other : List.of("<0x0a>", "<0xA>", "0x0A", "<0x0A> ", "<0x100>", "")) {
            assertTrue(TokenType.byteOf(other).isEmpty(), other);
        }
    }
}
