// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

import java.lang.foreign.MemorySegment;

/** Work of a device in the order in which it was handed over. On the device's thread. */
public final class Stream implements AutoCloseable {
    /** Doesn't wait for the default stream, nor it for this one. */
    private static final int NON_BLOCKING = 1;

    /** Only what this thread does meanwhile must be fit to be captured. */
    private static final int CAPTURE_THREAD_LOCAL = 1;

    private final long handle;
    private long work;

    private Stream(long handle) {
        this.handle = handle;
    }

    /** A new one, of the current context. */
    public static Stream create() {
        return new Stream(OutParameter.readLong(out -> DriverFunction.STREAM_CREATE.call(out, NON_BLOCKING)));
    }

    long handle() {
        return handle;
    }

    /** Something was handed over. */
    void handedOver() {
        work++;
    }

    /** How much it has been handed so far: where that is what it was, nothing has come behind. */
    public long work() {
        return work;
    }

    /** Copies pinned memory to the device, at some time before {@link #synchronize} returns. */
    public void copyToDevice(MemorySegment from, long to) {
        handedOver();
        DriverFunction.COPY_TO_DEVICE.call(to, from.address(), from.byteSize(), handle);
    }

    /** Fills pinned memory from the device, at some time before {@link #synchronize} returns. */
    public void copyToHost(long from, MemorySegment to) {
        handedOver();
        DriverFunction.COPY_TO_HOST.call(to.address(), from, to.byteSize(), handle);
    }

    /** Waits for the end of all work. */
    public void synchronize() {
        DriverFunction.STREAM_SYNCHRONIZE.call(handle);
    }

    /** Records work instead of doing it. */
    public Graph capture(Runnable work) {
        DriverFunction.STREAM_BEGIN_CAPTURE.call(handle, CAPTURE_THREAD_LOCAL);
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            abandonCapture();
            throw e;
        }
        long graph = OutParameter.readLong(out -> DriverFunction.STREAM_END_CAPTURE.call(handle, out));
        try {
            return Graph.of(graph, this);
        } finally {
            DriverFunction.GRAPH_DESTROY.call(graph);
        }
    }

    private void abandonCapture() {
        long graph = OutParameter.readLong(out -> DriverFunction.STREAM_END_CAPTURE.result(handle, out));
        if (graph != 0) {
            DriverFunction.GRAPH_DESTROY.result(graph);
        }
    }

    /** Ends it. */
    @Override
    public void close() {
        DriverFunction.STREAM_DESTROY.call(handle);
    }
}
