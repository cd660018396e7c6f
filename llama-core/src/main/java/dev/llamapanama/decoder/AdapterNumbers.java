// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.decoder;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.StoredAdapter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sum of adapters in memory, in F32 with their scales multiplied in: small beside the model, and the same whatever types and files they
 * came from. Free of their files.
 */
public final class AdapterNumbers implements AutoCloseable {
    private static final long DIGESTED_AT_ONCE = 1 << 20;

    private final Arena arena = Arena.ofShared();
    private final List<LowRankSum> sums = new ArrayList<>();

    private AdapterNumbers() {}

    /**
     * Reads adapters.
     *
     * @param adapters that fit to the decoder, one at least
     * @throws CheckpointException if a number isn't finite, or isn't when scaled
     */
    public static AdapterNumbers read(List<StoredAdapter> adapters, DecoderWeights base) {
        AdapterNumbers numbers = new AdapterNumbers();
        try {
            Set<String> names = new TreeSet<>();
            adapters.forEach(adapter -> names.addAll(adapter.pairs().keySet()));
            for (String name : names) {
                int experts = base.of(name).size();
                for (int expert = 0; expert < experts; expert++) {
                    numbers.sums.add(LowRankSum.of(adapters, name, expert, experts, numbers.arena));
                }
            }
            return numbers;
        } catch (RuntimeException | Error e) {
            numbers.close();
            throw e;
        }
    }

    List<LowRankSum> sums() {
        return sums;
    }

    /** Tells it from others that give other keys and values. */
    public void addTo(MessageDigest digest) {
        for (LowRankSum sum : sums) {
            String label = sum.weight() + " " + sum.expert() + " " + sum.shapeOfA() + " " + sum.shapeOfB();
            digest.update(label.getBytes(StandardCharsets.UTF_8));
            add(digest, sum.a());
            add(digest, sum.b());
        }
    }

    private static void add(MessageDigest digest, MemorySegment numbers) {
        for (long from = 0; from < numbers.byteSize(); from += DIGESTED_AT_ONCE) {
            long bytes = Math.min(DIGESTED_AT_ONCE, numbers.byteSize() - from);
            digest.update(numbers.asSlice(from, bytes).asByteBuffer());
        }
    }

    /** Frees the memory; nothing may use it any more. */
    @Override
    public void close() {
        arena.close();
    }
}
