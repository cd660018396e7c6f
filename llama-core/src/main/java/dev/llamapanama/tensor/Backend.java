// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Something that can run a decoder: owns its threads or device, creates everything that lives on it, and is closed after
 * all of it. Plans of one backend may be recorded and run from any thread, one at a time; the caller serialises.
 */
public interface Backend extends AutoCloseable {

    /** What it computes on. */
    DeviceInfo info();

    /** Types that {@link #importWeights} accepts. */
    Set<DType> weightTypes();

    /** How products with weights of the type are rounded. */
    Numerics numerics(DType weights);

    /**
     * Makes stored weights usable by {@link Ops}.
     *
     * @param name for messages
     * @param type how the elements are stored; one of {@link #weightTypes}
     * @param shape {@code [outputs, inputs]}
     * @param source the stored bytes; a backend may keep using them, so they must outlive the result
     * @param use what they will mostly be read for
     */
    Weights importWeights(String name, DType type, Shape shape, WeightSource source, WeightUse use);

    /** As above, for bytes that are in memory and that products are made with. */
    default Weights importWeights(String name, DType type, Shape shape, MemorySegment stored) {
        return importWeights(name, type, shape, WeightSource.of(stored), WeightUse.PRODUCT);
    }

    /** Bytes that keys and values may take where nobody says how many; asked for when the weights are imported. */
    default long kvBytes() {
        return Runtime.getRuntime().maxMemory();
    }

    /**
     * Memory for keys and values. Pages are numbered from 0; who uses which is the caller's business. Memory is committed
     * when a page is first written.
     */
    KvPool newKvPool(KvLayout layout, int pages);

    /**
     * Runs {@code body} once, which appends operations; the plan replays them with new inputs at each step.
     *
     * @param shape upper bounds of a step
     */
    Plan record(StepShape shape, Consumer<Ops> body);

    /**
     * Ends its threads and frees its memory. Idempotent.
     *
     * @throws IllegalStateException if weights, pools or plans are still open, naming them
     */
    @Override
    void close();
}
