// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.Checkpoint;
import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.CheckpointTensor;
import dev.llamapanama.checkpoint.Checkpoints;
import dev.llamapanama.checkpoint.GgufWriter;
import dev.llamapanama.checkpoint.TestModel;
import dev.llamapanama.checkpoint.TestVocabulary;
import dev.llamapanama.tokenizers.TokenizerDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models in several files, as gguf-split of llama.cpp writes them. */
class GgufShardsTest {
    private static final int COUNT = 3;

    @TempDir
    Path folder = Path.of("");

    private final TestModel model =
            TestModel.builder().dim(32).heads(2).kvHeads(1).ffnDim(32).build();
    private final List<String> names = List.copyOf(model.weights().keySet());

    /** The tensors of a shard, of which the first has the metadata. */
    private GgufWriter shard(int number) {
        GgufWriter writer = model.gguf();
        for (int i = 0; i < names.size(); i++) {
            if (i * COUNT / names.size() != number) {
                writer.removeTensor(names.get(i));
            }
        }
        GgufWriter shard = number == 0 ? writer : writer.withoutPairs();
        return shard.value("split.no", GgufWriter.U16, number)
                .value("split.count", GgufWriter.U16, COUNT)
                .value("split.tensors.count", GgufWriter.I32, names.size());
    }

    private Path file(int number) {
        return folder.resolve(String.format("tiny-%05d-of-%05d.gguf", number + 1, COUNT));
    }

    private void write() {
        for (int i = 0; i < COUNT; i++) {
            shard(i).write(file(i));
        }
    }

    @Test
    void anyShardOpensTheModel() {
        write();
        for (int i = 0; i < COUNT; i++) {
            try (Checkpoint whole = Checkpoints.open(model.writeGguf(folder));
                    Checkpoint split = Checkpoints.open(file(i))) {
                assertEquals(whole.config(), split.config());
                assertEquals(names, List.copyOf(split.tensors().keySet()));
                assertEquals("test", split.metadata().get("general.name"));
                TokenizerDefinition tokenizer = split.tokenizer();
                assertNotNull(tokenizer);
                assertEquals(TestVocabulary.PIECES, tokenizer.pieces());
                assertEquals(tokenizer, Checkpoints.readTokenizer(file(i)));
                split.tensors().forEach((name, tensor) -> {
                    CheckpointTensor expected =
                            Objects.requireNonNull(whole.tensors().get(name));
                    assertEquals(-1, expected.data().mismatch(tensor.data()), name);
                });
            }
        }
    }

    /** The first may have the metadata alone, and merged files keep a key. */
    @Test
    void shardsWithoutTensorsAndMergedFilesOpen() {
        GgufWriter first = shard(0);
        GgufWriter second = shard(1);
        for (int i = 0; i < names.size() && i * COUNT / names.size() == 0; i++) {
            first.removeTensor(names.get(i));
            second.copyTensor(names.get(i), model.gguf());
        }
        first.write(file(0));
        second.write(file(1));
        shard(2).write(file(2));
        try (Checkpoint split = Checkpoints.open(file(0))) {
            assertEquals(names.size(), split.tensors().size());
        }
        Path merged = model.gguf().value("split.count", GgufWriter.U16, 0).write(folder.resolve("merged.gguf"));
        try (Checkpoint whole = Checkpoints.open(merged)) {
            assertEquals(names, List.copyOf(whole.tensors().keySet()));
        }
    }

    @Test
    void aMissingShardIsNamed() throws IOException {
        write();
        Files.delete(file(1));
        assertRefused(0, "shard 2 of 3: found no file tiny-00002-of-00003.gguf");
        write();
        Files.delete(file(0));
        assertRefused(2, "shard 1 of 3: found no file tiny-00001-of-00003.gguf");
        assertThrows(CheckpointException.class, () -> Checkpoints.readTokenizer(file(2)));
    }

    @Test
    void aRenamedShardIsRefused() throws IOException {
        write();
        Path renamed = Files.move(file(0), folder.resolve("model.gguf"));
        assertRefused(renamed, "file name: found model.gguf, expected one that ends in -00001-of-00003.gguf");
        Files.copy(file(2), file(0));
        assertRefused(0, "file name: found tiny-00001-of-00003.gguf, expected one that ends in -00003-of-00003.gguf");
        assertRefused(1, "split.no: found u16 2");
    }

    @Test
    void foreignShardsAreRefused() {
        spoil(1, shard -> shard.value("split.no", GgufWriter.U16, 0), "split.no: found u16 0");
        spoil(1, shard -> shard.value("split.no", GgufWriter.STRING, "1"), "split.no: found string");
        spoil(1, shard -> shard.remove("split.no"), "split.no: found no such key");
        spoil(1, shard -> shard.value("split.count", GgufWriter.U16, 4), "split.count: found u16 4");
        spoil(1, shard -> shard.remove("split.count"), "split.count: found no such key");
        spoil(2, shard -> shard.value("split.tensors.count", GgufWriter.I32, 7), "split.tensors.count: found i32 7");
        spoil(2, shard -> shard.remove("split.tensors.count"), "split.tensors.count: found no such key");
        spoil(2, shard -> shard.copyTensor(names.getFirst(), model.gguf()), "found a tensor of an earlier shard");
        spoil(2, shard -> shard.removeTensor(names.getLast()), "split.tensors.count: found i32 " + names.size());
        spoil(0, shard -> shard.value("split.no", GgufWriter.U16, 3), "split.no: found u16 3");
        spoil(0, shard -> shard.value("split.count", GgufWriter.U32, 65536), "split.count: found u32 65536");
        spoil(0, shard -> shard.value("split.tensors.count", GgufWriter.I32, -1), "split.tensors.count: found i32 -1");
        spoil(1, shard -> shard.version(3 << 16), "version: found a big-endian file, expected a little-endian one");
    }

    /** Either it opens or it is refused, and then whatever was mapped is unmapped. */
    @Test
    void damagedShardsAreRefused() throws IOException {
        write();
        Random random = new Random(6);
        for (int round = 0; round < 300; round++) {
            int number = random.nextInt(COUNT);
            byte[] good = shard(number).bytes();
            byte[] bad = round % 2 == 0 ? Arrays.copyOf(good, random.nextInt(good.length)) : good.clone();
            if (round % 2 != 0) {
                bad[random.nextInt(number == 0 ? good.length / 4 : 200)] = (byte) random.nextInt(256);
            }
            Files.write(file(number), bad);
            try (Checkpoint opened = Checkpoints.open(file(random.nextInt(COUNT)))) {
                assertEquals(names.size(), opened.tensors().size());
            } catch (CheckpointException refused) {
                assertTrue(String.valueOf(refused.getMessage()).startsWith(folder.toString()), refused.toString());
            }
            Files.write(file(number), good);
        }
    }

    private void spoil(int number, UnaryOperator<GgufWriter> change, String message) {
        write();
        change.apply(shard(number)).write(file(number));
        assertRefused(0, message);
    }

    private void assertRefused(int number, String message) {
        assertRefused(file(number), message);
    }

    private static void assertRefused(Path file, String message) {
        CheckpointException refused = assertThrows(
                CheckpointException.class, () -> Checkpoints.open(file).close());
        assertTrue(String.valueOf(refused.getMessage()).contains(message), refused.toString());
    }
}
