// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.StepShape;
import java.util.ArrayList;
import java.util.List;

/**
 * Records attention over pages. Where there are kernels for it, rows of sequences with many in the step are taken together, on tensor cores, and
 * only the others one by one, their pages dealt to several blocks. On the device's thread.
 */
record PagedAttention(Launches launches) {
    private static final int THREADS = 128;
    private static final int ALL = Integer.MAX_VALUE;

    /**
     * One operation.
     *
     * @param scale of scores
     * @param chunk positions that see each other, or 0 for all
     */
    private record Attention(CudaTensor q, KvPages pages, float scale, int chunk, CudaTensor out) {
        int headDim() {
            return pages.layout().headDim();
        }

        int kvHeads() {
            return pages.layout().kvHeads();
        }

        int heads() {
            return q.width() / headDim();
        }
    }

    /** {@code out = softmax(scale q · kᵀ) · v} for the positions that each row sees. */
    void attend(CudaTensor q, KvPages pages, double scale, int chunk, CudaTensor out) {
        Attention attention = new Attention(CudaTensor.ofHeads(q, pages.width()), pages, (float) scale, chunk, out);
        StepShape shape = launches.recording().shape();
        StepBlock step = launches.recording().step();
        List<Maker> makers = new ArrayList<>();
        if (PromptTiles.suit(pages, attention.heads(), shape)) {
            int mostTokens = shape.maxSequences() == 1 ? SingleRows.LEAST_RUN - 1 : ALL;
            makers.add(attendSingly(attention, step.singleRows(), SingleRows.most(shape), mostTokens));
            makers.add(attendTogether(attention));
        } else {
            makers.add(attendSingly(attention, step.allRows(), q.most(), ALL));
        }
        launches.made(out, attention.headDim(), makers);
    }

    private Maker attendTogether(Attention attention) {
        StepBlock step = launches.recording().step();
        PromptTiles tiles = PromptTiles.of(
                attention.pages, attention.heads(), launches.recording().shape());
        StepGrid grid = tokens -> Grid.of(attention.kvHeads(), tiles.most(tokens), PromptTiles.THREADS);
        Object[] arguments = attention.pages.between(
                List.of(
                        attention.q.address(),
                        step.sequences(),
                        step.sequenceStarts(),
                        SingleRows.LEAST_RUN,
                        step.positions()),
                List.of(
                        attention.heads(),
                        attention.kvHeads(),
                        attention.scale,
                        attention.chunk,
                        attention.out.address()));
        return new Maker(
                launches.launchFor(SingleRows.LEAST_RUN - 1, ALL, tiles.kernel(), grid, arguments), grid, null);
    }

    /**
     * @param mostRows that are listed
     * @param mostTokens of steps where there may be any
     */
    private Maker attendSingly(Attention attention, ListedRows rows, int mostRows, int mostTokens) {
        Recording recording = launches.recording();
        AttentionSplits splits = AttentionSplits.of(recording, attention.pages.layout(), attention.heads(), mostRows);
        DeviceBuffer partials = recording.workspace().allocate(splits.partialBytes());
        launches.launchFor(
                0,
                mostTokens,
                attention.pages.kernel("attention"),
                tokens -> new Grid(attention.kvHeads(), Math.min(mostRows, tokens), splits.splits(), THREADS),
                attention.pages.between(
                        List.of(attention.q.address(), rows.count(), rows.rows(), rows.positions(), rows.sequences()),
                        List.of(
                                attention.heads(),
                                attention.kvHeads(),
                                attention.headDim(),
                                attention.scale,
                                attention.chunk,
                                splits.splits(),
                                partials.address())));
        int threads = splits.combiningThreads(attention.headDim());
        StepGrid grid = tokens -> Grid.of(attention.heads(), Math.min(mostRows, tokens), threads);
        Object[] arguments = {
            partials.address(),
            rows.count(),
            rows.rows(),
            attention.heads(),
            attention.headDim(),
            splits.splits(),
            attention.out.address()
        };
        RecordedLaunch launch = launches.launchFor(0, mostTokens, "attention_combine", grid, arguments);
        recording.workspace().release(partials);
        return new Maker(launch, grid, null);
    }
}
