// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.bundled;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.Generation;
import dev.llamapanama.GenerationOptions;
import dev.llamapanama.Llama;
import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.generation.FinishReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BundledModelTest {
    private static final long MOST_BYTES = 6_000_000;

    @TempDir
    private Path folder;

    @Test
    void isSmallAndWhatItsHashSays() throws IOException, NoSuchAlgorithmException {
        byte[] bytes = Files.readAllBytes(BundledModel.file());

        assertTrue(bytes.length <= MOST_BYTES, "bytes: " + bytes.length);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
        assertEquals(HexFormat.of().formatHex(hash), BundledModel.sha256());
    }

    /** The licence of what it was trained on asks for its name to begin so, and for the note. */
    @Test
    void saysWhatItIs() {
        try (Checkpoint model = Checkpoints.open(BundledModel.file())) {
            assertEquals("Llama Panama Stories 5M", model.metadata().get("general.name"));
            for (String key : List.of("description", "license", "license.link", "author", "version")) {
                assertFalse(
                        String.valueOf(model.metadata().getOrDefault("general." + key, ""))
                                .isBlank(),
                        key);
            }
            String description = String.valueOf(model.metadata().get("general.description"));
            assertTrue(description.contains("Built with Llama"), description);
        }
    }

    @Test
    void writesAStory() {
        GenerationOptions options =
                GenerationOptions.builder().temperature(0).maxTokens(60).build();
        try (Llama llama = Llama.open(BundledModel.file())) {
            Generation story = llama.generate("Once upon a time", options);
            List<String> words = Stream.of(story.text().split("[^A-Za-z']+"))
                    .filter(word -> !word.isEmpty())
                    .toList();
            assertTrue(words.contains("was"), story.text());
            assertTrue(words.stream().distinct().count() > words.size() / 2, story.text());
            assertNotEquals(FinishReason.STOP, story.finishReason(), story.text());
        }
    }

    @Test
    void isCopiedOnce() throws IOException {
        Path cache = folder.resolve("not", "there");
        Path copy = BundledModel.copyIn(cache);
        assertArrayEquals(Files.readAllBytes(BundledModel.file()), Files.readAllBytes(copy));

        FileTime early = FileTime.fromMillis(0);
        Files.setLastModifiedTime(copy, early);
        assertEquals(copy, BundledModel.copyIn(cache));
        assertEquals(early, Files.getLastModifiedTime(copy));
        try (Stream<Path> files = Files.list(cache)) {
            assertEquals(List.of(copy), files.toList());
        }
    }

    @Test
    void goesElsewhereWhereNothingCanBeWritten() throws IOException {
        Path cache = Files.createFile(folder.resolve("file"));

        Path copy = BundledModel.copyIn(cache);

        assertFalse(copy.startsWith(folder));
        assertArrayEquals(Files.readAllBytes(BundledModel.file()), Files.readAllBytes(copy));
        Files.delete(copy);
    }
}
