// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.EncodeOptions.Boundary;
import dev.llamapanama.tokenizers.SpecialTokens;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.training.network.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Documents as ids, with the begin and end of text that a model is to know. Immutable. */
public final class TokenizedDocuments {
    private final List<int[]> documents;
    private final long tokens;

    private TokenizedDocuments(List<int[]> documents) {
        this.documents = List.copyOf(documents);
        tokens = documents.stream().mapToLong(document -> document.length).sum();
    }

    /**
     * Ids of every document of a file. They begin with the begin of text if prompts do, and end with the end of text if there is one,
     * since a model only learns from it where to end. Control tokens that are spelled in the text are plain text.
     *
     * @throws TrainingFileException if the file can't be read or has no documents
     */
    public static TokenizedDocuments of(DocumentFile file, Tokenizer tokenizer) {
        SpecialTokens special = tokenizer.specialTokens();
        EncodeOptions options = EncodeOptions.TEXT
                .withBos(Boundary.AS_DEFINED)
                .withEos(special.eos().isPresent() ? Boundary.ALWAYS : Boundary.NEVER);
        List<int[]> documents = new ArrayList<>();
        file.forEach(text -> documents.add(tokenizer.encode(text, options)));
        if (documents.isEmpty()) {
            throw new TrainingFileException(file.path(), "documents", "none", "at least one");
        }
        return new TokenizedDocuments(documents);
    }

    /** Ids of documents, none of them empty; the arrays are not copied. */
    static TokenizedDocuments of(List<int[]> documents) {
        return new TokenizedDocuments(documents);
    }

    /**
     * Two parts.
     *
     * @param training what is learnt from
     * @param heldOut what is never learnt from
     */
    public record Split(TokenizedDocuments training, TokenizedDocuments heldOut) {}

    /**
     * Holds out whole documents, so that no part of one that is learnt is measured. The same seed holds out the same documents.
     *
     * @param fraction of the documents to be held out, rounded up; one at least remains for training
     */
    public Split split(double fraction, long seed) {
        int count = (int) Math.min(documents.size() - 1, Math.ceil(fraction * documents.size()));
        int[] order = Permutation.of(documents.size(), new Random(seed));
        boolean[] held = new boolean[documents.size()];
        for (int i = 0; i < count; i++) {
            held[order[i]] = true;
        }
        List<int[]> training = new ArrayList<>();
        List<int[]> heldOut = new ArrayList<>();
        for (int i = 0; i < held.length; i++) {
            (held[i] ? heldOut : training).add(documents.get(i));
        }
        return new Split(of(training), of(heldOut));
    }

    /** Number of documents. */
    public int size() {
        return documents.size();
    }

    /** Number of ids of all documents. */
    public long tokens() {
        return tokens;
    }

    /** Ids of all documents, one behind the other. */
    public IntStream ids() {
        return documents.stream().flatMapToInt(IntStream::of);
    }

    int[] document(int index) {
        return documents.get(index);
    }

    /**
     * All documents once, in order, packed; the last batch may be shorter.
     *
     * @param sequences of a batch
     * @param length of a sequence
     */
    public List<Batch> batches(int sequences, int length) {
        List<Batch> batches = new ArrayList<>();
        SequencePacker packer = new SequencePacker(sequences, length);
        for (int[] document : documents) {
            int offset = 0;
            while (offset < document.length) {
                offset += packer.add(document, offset);
                if (packer.isFull()) {
                    batches.add(packer.batch());
                    packer = new SequencePacker(sequences, length);
                }
            }
        }
        if (!packer.isEmpty()) {
            batches.add(packer.batch());
        }
        return batches;
    }
}
