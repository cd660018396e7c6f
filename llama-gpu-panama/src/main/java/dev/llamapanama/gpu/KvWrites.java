// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.RopeFrequencies;
import dev.llamapanama.tensor.Tensor;
import java.util.List;

/** Records what writes keys and values to pages. On the device's thread. */
record KvWrites(Launches launches, RotaryTables tables) {
    private static final int THREADS = 128;

    /** Writes them as they are. */
    void write(Tensor keys, Tensor values, KvPages pages) {
        KvLayout layout = pages.layout();
        CudaTensor k = CudaTensor.of(keys, pages.width());
        CudaTensor v = CudaTensor.of(values, pages.width());
        StepBlock step = launches.recording().step();
        launches.launch(
                pages.kernel("write_kv"),
                tokens -> Grid.of(layout.kvHeads(), k.most(tokens), THREADS),
                pages.between(
                        List.of(k.address(), v.address(), step.count(k.rows()), step.positions(), step.sequenceOfRow()),
                        List.of(layout.kvHeads(), layout.headDim())));
    }

    /** Turns queries and keys, and writes keys and values. */
    void turnAndWrite(Tensor q, Tensor keys, Tensor values, RopeFrequencies frequencies, KvPages pages) {
        KvLayout layout = pages.layout();
        CudaTensor queries = CudaTensor.ofHeads(q, frequencies.headDim());
        CudaTensor k = CudaTensor.of(keys, layout.kvHeads() * frequencies.headDim());
        CudaTensor v = CudaTensor.of(values, pages.width());
        CudaTensor.of(keys, v.width());
        RotaryTables.Table table = tables.of(frequencies);
        StepBlock step = launches.recording().step();
        int pairs = queries.width() / 2 + k.width() / 2 + v.width() / 2;
        launches.launch(
                pages.kernel("rope_write_kv"),
                tokens -> Grid.of(Math.ceilDiv(pairs, THREADS), queries.most(tokens), THREADS),
                pages.between(
                        List.of(
                                queries.address(),
                                k.address(),
                                v.address(),
                                step.count(queries.rows()),
                                table.cosines(),
                                table.sines(),
                                step.positions(),
                                step.sequenceOfRow()),
                        List.of(queries.width() / layout.headDim(), layout.kvHeads(), layout.headDim())));
    }
}
