// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceThread;
import dev.llamapanama.gpu.driver.Graph;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.LargestLogits;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;
import java.lang.foreign.MemorySegment;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Operations captured in a CUDA graph, which one call replays: the copy of the inputs, then all kernels. Logits are copied when they are asked
 * for. Where kernels are chosen by the number of tokens there is a graph for each choice.
 */
final class CudaPlan implements Plan {
    private final Recording recording;
    private final CudaTensor logits;
    private final DeviceThread thread;
    private final Stream stream;
    private final OpenResources open;
    private final StepAhead ahead;
    private final MemorySegment allLogits;
    private StepResults results;
    /** Of the step that is begun while the present one's are looked at. */
    private StepResults nextResults;
    /** By the most tokens of their steps. */
    private final NavigableMap<Integer, Graph> graphs = new TreeMap<>();

    /**
     * On the device's thread.
     *
     * @param recording owned by this from now on
     */
    CudaPlan(Recording recording, CudaTensor logits, DeviceThread thread, OpenResources open) {
        this.recording = recording;
        this.logits = logits;
        this.thread = thread;
        this.open = open;
        stream = recording.session().stream();
        LargestRows largest = LargestRows.of(logits, recording);
        ahead = new StepAhead(recording, largest);
        allLogits = recording.pinned((long) logits.most() * logits.width() * Float.BYTES);
        results = StepResults.of(largest, recording);
        nextResults = StepResults.of(largest, recording);
        try {
            capture();
        } catch (RuntimeException | Error e) {
            graphs.values().forEach(Graph::close);
            throw e;
        }
        open.add(this, this::free);
    }

    private void capture() {
        int above = 0;
        for (int most : recording.bounds()) {
            int from = above;
            graphs.put(most, stream.capture(() -> recording.on(stream, from, most)));
            above = most;
        }
    }

    private void free() {
        try (recording;
                ahead) {
            graphs.values().forEach(Graph::close);
        }
    }

    @Override
    public StepShape shape() {
        return recording.shape();
    }

    @Override
    public StepInputs inputs() {
        return recording.step().inputs();
    }

    @Override
    public void step() {
        recording.limits().check(inputs(), shape());
        recording.step().complete();
        thread.run(() -> {
            if (ahead.isBegun(inputs(), results.likeliest())) {
                StepResults begun = nextResults;
                nextResults = results;
                results = begun;
            } else {
                launch();
                results.bringOn(stream, inputs().logits());
            }
            ahead.begin(nextResults);
            results.await();
        });
    }

    private void launch() {
        graphs.ceilingEntry(inputs().tokens()).getValue().launch();
    }

    @Override
    public MemorySegment logits(int first, int count) {
        long row = (long) logits.width() * Float.BYTES;
        MemorySegment wanted = allLogits.asSlice(0, count * row);
        if (count > 0) {
            thread.run(() -> {
                if (ahead.hasReplacedLogits()) {
                    launch();
                }
                stream.copyToHost(logits.address() + first * row, wanted);
                stream.synchronize();
            });
        }
        return wanted;
    }

    @Override
    public LargestLogits largest(int row) {
        return results.of(row);
    }

    @Override
    public void close() {
        open.close(this);
    }

    @Override
    public String toString() {
        return "plan of " + shape();
    }
}
