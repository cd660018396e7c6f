// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.train.SentencePieceOptions;
import dev.llamapanama.tokenizers.train.TokenizerTrainer;
import dev.llamapanama.training.network.Batch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizedDocumentsTest {
    @TempDir
    Path folder = Path.of("");

    @Test
    void haveBeginAndEnd() throws IOException {
        Path path = Files.writeString(folder.resolve("text"), "one two\n--\ntwo </s> one\n");
        Tokenizer tokenizer = TokenizerTrainer.sentencePiece(
                        SentencePieceOptions.builder(276).byteFallback(true).build())
                .train(List.of(path))
                .tokenizer();
        TokenizedDocuments documents = TokenizedDocuments.of(new DocumentFile.Separated(path, "--"), tokenizer);

        assertEquals(2, documents.size());
        int bos = tokenizer.specialTokens().bos().orElseThrow();
        int eos = tokenizer.specialTokens().eos().orElseThrow();
        for (int i = 0; i < 2; i++) {
            int[] ids = documents.document(i);
            assertEquals(bos, ids[0]);
            assertEquals(eos, ids[ids.length - 1]);
            assertEquals(1, IntStream.of(ids).filter(id -> id == eos).count());
        }
        assertEquals(documents.document(0).length + documents.document(1).length, documents.tokens());

        Path empty = Files.writeString(folder.resolve("empty"), "\n--\n");
        assertThrows(
                TrainingFileException.class,
                () -> TokenizedDocuments.of(new DocumentFile.Separated(empty, "--"), tokenizer));
    }

    private static TokenizedDocuments numbered(int count) {
        List<int[]> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            documents.add(new int[] {i, i, i});
        }
        return TokenizedDocuments.of(documents);
    }

    private static int[] first(TokenizedDocuments documents) {
        return IntStream.range(0, documents.size())
                .map(i -> documents.document(i)[0])
                .toArray();
    }

    @Test
    void areHeldOutWhole() {
        TokenizedDocuments.Split split = numbered(20).split(0.22, 5);

        assertEquals(5, split.heldOut().size());
        int[] both = IntStream.concat(IntStream.of(first(split.training())), IntStream.of(first(split.heldOut())))
                .sorted()
                .toArray();
        assertArrayEquals(IntStream.range(0, 20).toArray(), both);
        assertArrayEquals(
                first(split.heldOut()), first(numbered(20).split(0.22, 5).heldOut()));
        assertEquals(1, numbered(1).split(0.5, 5).training().size());
        assertEquals(0, numbered(20).split(0, 5).heldOut().size());
    }

    @Test
    void arePackedOnce() {
        List<Batch> batches = numbered(5).batches(2, 4);

        assertEquals(List.of(8, 7), batches.stream().map(Batch::size).toList());
        // The third document is cut between the batches: its second token still knows what follows.
        assertEquals(List.of(6, 4), batches.stream().map(Batch::targetCount).toList());
    }
}
