// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentFileTest {
    private static final String LINE = "<|endoftext|>";

    @TempDir
    Path folder = Path.of("");

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("text"), content);
    }

    private static List<String> documents(DocumentFile file) {
        List<String> documents = new ArrayList<>();
        file.forEach(documents::add);
        return documents;
    }

    @Test
    void aLineSeparatesDocuments() throws IOException {
        Path path = file("one\n two\n" + LINE + "\n" + LINE + "\n \n" + LINE + "\nthree " + LINE + " four");
        assertEquals(
                List.of("one\n two", "three " + LINE + " four"), documents(new DocumentFile.Separated(path, LINE)));
    }

    @Test
    void aFieldOfJsonLines() throws IOException {
        Path path = file("{\"n\": 1, \"text\": \"one\\ntwo\"}\n\n{\"text\": \"\"}\n{\"text\": \"three\"}\n");
        assertEquals(List.of("one\ntwo", "three"), documents(new DocumentFile.JsonLines(path, "text")));
    }

    @Test
    void whatIsWrongIsNamed() throws IOException {
        refused("text: line 2, text: found NUMBER, expected a string", "{\"text\": \"one\"}\n{\"text\": 2}");
        refused("text: line 1, text: found nothing, expected a string", "{}");
        refused("text: line 1: found ", "{\"text\":");
        Path missing = folder.resolve("missing");
        assertEquals(
                missing + ": path: found nothing, expected a file",
                assertThrows(TrainingFileException.class, () -> documents(new DocumentFile.Separated(missing, LINE)))
                        .getMessage());
        Files.write(missing, "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThrows(TrainingFileException.class, () -> documents(new DocumentFile.Separated(missing, LINE)));
    }

    private void refused(String message, String content) throws IOException {
        DocumentFile file = new DocumentFile.JsonLines(file(content), "text");
        String found = String.valueOf(
                assertThrows(TrainingFileException.class, () -> documents(file)).getMessage());
        assertEquals(message, found.substring(folder.toString().length() + 1).substring(0, message.length()));
    }
}
