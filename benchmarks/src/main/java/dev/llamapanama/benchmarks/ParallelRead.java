// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Reads memory as fast as this machine can: each thread sums a share of its own, in four streams that lie far apart, which the
 * prefetchers of a core follow better than one.
 */
final class ParallelRead implements AutoCloseable {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final int STREAMS = 4;
    private static final long CONTENT = 0x0101010101010101L;

    private final Team team;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private final long streamBytes;

    /**
     * @param threads that read; 0 for one on every core
     * @param bytes to read, rounded down to whole vectors of all streams
     */
    ParallelRead(int threads, long bytes) {
        team = new Team(threads);
        streamBytes = bytes / team.size() / STREAMS / SPECIES.vectorByteSize() * SPECIES.vectorByteSize();
        memory = arena.allocate(bytes(), 64).fill((byte) CONTENT);
    }

    /** Bytes that a run reads. */
    long bytes() {
        return streamBytes * STREAMS * team.size();
    }

    /**
     * @return the sum of the memory as numbers of 64 bits
     */
    long run() {
        return team.sum(thread -> sum(memory, streamBytes * STREAMS * thread, streamBytes));
    }

    private static long sum(MemorySegment memory, long from, long streamBytes) {
        ByteOrder order = ByteOrder.nativeOrder();
        LongVector a = LongVector.zero(SPECIES);
        LongVector b = a;
        LongVector c = a;
        LongVector d = a;
        for (long at = from; at < from + streamBytes; at += SPECIES.vectorByteSize()) {
            a = a.add(LongVector.fromMemorySegment(SPECIES, memory, at, order));
            b = b.add(LongVector.fromMemorySegment(SPECIES, memory, at + streamBytes, order));
            c = c.add(LongVector.fromMemorySegment(SPECIES, memory, at + 2 * streamBytes, order));
            d = d.add(LongVector.fromMemorySegment(SPECIES, memory, at + 3 * streamBytes, order));
        }
        return a.add(b).add(c.add(d)).reduceLanes(VectorOperators.ADD);
    }

    /**
     * @throws IllegalStateException if a run doesn't read all of the memory
     */
    void check() {
        ResultCheck.holds(run() == bytes() / Long.BYTES * CONTENT, "read: the sum is not that of the memory");
    }

    @Override
    public void close() {
        team.close();
        arena.close();
    }
}
