// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

/** Captured work, ready to be done again and again by one call. On the device's thread. */
public final class Graph implements AutoCloseable {
    private final long handle;
    private final Stream stream;

    private Graph(long handle, Stream stream) {
        this.handle = handle;
        this.stream = stream;
    }

    /** @param captured stays the caller's */
    static Graph of(long captured, Stream stream) {
        Graph graph = new Graph(
                OutParameter.readLong(out -> DriverFunction.GRAPH_INSTANTIATE.call(out, captured, 0)), stream);
        DriverFunction.GRAPH_UPLOAD.call(graph.handle, stream.handle());
        return graph;
    }

    /** Hands the work over to the stream that it was captured from. */
    public void launch() {
        stream.handedOver();
        DriverFunction.GRAPH_LAUNCH.call(handle, stream.handle());
    }

    /** Frees it. */
    @Override
    public void close() {
        DriverFunction.GRAPH_INSTANCE_DESTROY.call(handle);
    }
}
