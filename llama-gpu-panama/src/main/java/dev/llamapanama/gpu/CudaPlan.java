// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceThread;
import dev.llamapanama.gpu.driver.Graph;
import dev.llamapanama.gpu.driver.PinnedBuffer;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.Plan;
import dev.llamapanama.tensor.StepInputs;
import dev.llamapanama.tensor.StepShape;
import java.lang.foreign.MemorySegment;

/** Operations captured in a CUDA graph, which one call replays: the copy of the inputs, then all kernels. Logits are copied after it. */
final class CudaPlan implements Plan {
    private final Recording recording;
    private final CudaTensor logits;
    private final DeviceThread thread;
    private final Stream stream;
    private final OpenResources open;
    private final PinnedBuffer results;
    private final Graph graph;

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
        results = PinnedBuffer.allocate((long) logits.most() * logits.width() * Float.BYTES);
        try {
            graph = stream.capture(() -> recording.on(stream));
        } catch (RuntimeException | Error e) {
            results.close();
            throw e;
        }
        open.add(this, this::free);
    }

    private void free() {
        try (recording;
                results) {
            graph.close();
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
    public MemorySegment run() {
        recording.limits().check(inputs(), shape());
        recording.step().complete();
        MemorySegment wanted = results.segment().asSlice(0, (long) inputs().logits() * logits.width() * Float.BYTES);
        thread.run(() -> {
            graph.launch();
            if (wanted.byteSize() > 0) {
                stream.copyToHost(logits.address(), wanted);
            }
            stream.synchronize();
        });
        return wanted;
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
