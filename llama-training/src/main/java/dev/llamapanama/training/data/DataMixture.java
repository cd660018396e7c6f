// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.data;

import dev.llamapanama.training.network.Batch;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Packed sequences from several sources, without end. The next document is of the source that is furthest behind its weight, so that shares
 * are exact at any length and need no random state; its documents come in an order drawn for each epoch. The same seed gives
 * the same sequences, however many are asked for at once. Mutable, for one thread.
 */
public final class DataMixture {
    private final List<DataSource> sources;
    private final long seed;
    private final int[][] orders;
    private final MixturePosition.Source[] positions;
    private int current = -1;

    /** @param sources at least one */
    public DataMixture(List<DataSource> sources, long seed) {
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("sources: found none, expected at least one");
        }
        this.sources = List.copyOf(sources);
        this.seed = seed;
        orders = new int[sources.size()][];
        positions = new MixturePosition.Source[sources.size()];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = MixturePosition.Source.START;
            orders[i] = order(i, 0);
        }
    }

    /** The next sequences, in one batch. */
    public Batch next(int sequences, int length) {
        SequencePacker packer = new SequencePacker(sequences, length);
        while (!packer.isFull()) {
            if (current < 0) {
                current = furthestBehind();
            }
            MixturePosition.Source at = positions[current];
            int[] document = sources.get(current).documents().document(orders[current][at.document()]);
            advance(packer.add(document, at.offset()), document.length);
        }
        return packer.batch();
    }

    private int furthestBehind() {
        int best = 0;
        for (int i = 1; i < positions.length; i++) {
            if (progress(i) < progress(best)) {
                best = i;
            }
        }
        return best;
    }

    private double progress(int source) {
        return positions[source].tokens() / sources.get(source).weight();
    }

    private void advance(int taken, int length) {
        MixturePosition.Source at = positions[current];
        long tokens = at.tokens() + taken;
        int offset = at.offset() + taken;
        if (offset < length) {
            positions[current] = new MixturePosition.Source(at.epoch(), at.document(), offset, tokens);
            return;
        }
        if (at.document() + 1 < orders[current].length) {
            positions[current] = new MixturePosition.Source(at.epoch(), at.document() + 1, 0, tokens);
        } else {
            positions[current] = new MixturePosition.Source(at.epoch() + 1, 0, 0, tokens);
            orders[current] = order(current, at.epoch() + 1);
        }
        current = -1;
    }

    private int[] order(int source, long epoch) {
        long mixed = (seed * 31 + source) * 0x9E3779B97F4A7C15L + epoch;
        return Permutation.of(sources.get(source).documents().size(), new Random(mixed));
    }

    /** How far it has come. */
    public MixturePosition position() {
        return new MixturePosition(current, List.of(positions));
    }

    /**
     * Goes on from a position, exactly.
     *
     * @throws IllegalArgumentException if it isn't one of these sources
     */
    public void restore(MixturePosition position) {
        if (position.sources().size() != positions.length
                || position.current() < -1
                || position.current() >= positions.length) {
            throw new IllegalArgumentException(
                    "position: found " + position + ", expected one of " + positions.length + " sources");
        }
        for (int i = 0; i < positions.length; i++) {
            requireWithin(position.sources().get(i), i);
        }
        for (int i = 0; i < positions.length; i++) {
            positions[i] = position.sources().get(i);
            orders[i] = order(i, positions[i].epoch());
        }
        current = position.current();
    }

    private void requireWithin(MixturePosition.Source at, int source) {
        TokenizedDocuments documents = sources.get(source).documents();
        boolean within = at.epoch() >= 0 && at.document() >= 0 && at.document() < documents.size() && at.offset() >= 0;
        if (!within || at.offset() >= documents.document(order(source, at.epoch())[at.document()]).length) {
            throw new IllegalArgumentException(
                    "position in " + sources.get(source).name() + ": found " + at + ", expected one within its "
                            + documents.size() + " documents");
        }
    }

    /** The sources. */
    public List<DataSource> sources() {
        return sources;
    }

    /** How often each source has been read through, in their order: 1.5 is all of it and half of it again. */
    public List<Double> epochs() {
        return IntStream.range(0, positions.length)
                .mapToObj(i -> (double) positions[i].tokens()
                        / sources.get(i).documents().tokens())
                .toList();
    }
}
