// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.DeviceThread;
import dev.llamapanama.gpu.driver.PinnedBuffer;
import dev.llamapanama.gpu.driver.Stream;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.KvLayout;
import dev.llamapanama.tensor.KvPool;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Pages of keys and values in the memory of the device, all allocated at once: {@code [page][layer][K|V][kvHead][token][headDim]}.
 */
final class CudaKvPool implements KvPool {
    private final KvLayout layout;
    private final int pages;
    private final DeviceThread thread;
    private final Stream stream;
    private final OpenResources open;
    private final DeviceBuffer memory;
    private final PinnedBuffer page;

    /**
     * On the device's thread.
     *
     * @throws dev.llamapanama.gpu.driver.CudaException if they don't fit into what is left
     */
    CudaKvPool(KvLayout layout, int pages, DeviceThread thread, Stream stream, OpenResources open) {
        this.layout = layout;
        this.pages = pages;
        this.thread = thread;
        this.stream = stream;
        this.open = open;
        memory = DeviceBuffer.allocate(
                pages + " pages of keys and values", Math.multiplyExact(layout.pageBytes(), (long) pages));
        try {
            page = PinnedBuffer.allocate(layout.pageBytes());
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
        open.add(this, this::free);
    }

    private void free() {
        memory.close();
        page.close();
    }

    @Override
    public KvLayout layout() {
        return layout;
    }

    @Override
    public int pages() {
        return pages;
    }

    long address() {
        return memory.address();
    }

    /** Elements of a page. */
    long pageElements() {
        return layout.pageBytes() / elementBytes();
    }

    /** Elements from the begin of a page to those of a layer. */
    long layerOffset(int layer) {
        Objects.checkIndex(layer, layout.layers());
        return pageElements() / layout.layers() * layer;
    }

    /** How the names of its kernels end. */
    String suffix() {
        return layout.type() == DType.F16 ? "f16" : "f32";
    }

    private int elementBytes() {
        return layout.type().blockBytes();
    }

    @Override
    public void read(int index, MemorySegment target) {
        long from = address(index);
        thread.run(() -> {
            stream.copyToHost(from, page.segment());
            stream.synchronize();
            target.copyFrom(page.segment());
        });
    }

    @Override
    public void write(int index, MemorySegment source) {
        long to = address(index);
        thread.run(() -> {
            page.segment().copyFrom(source);
            stream.copyToDevice(page.segment(), to);
            stream.synchronize();
        });
    }

    private long address(int index) {
        return memory.address() + Objects.checkIndex(index, pages) * layout.pageBytes();
    }

    @Override
    public void close() {
        open.close(this);
    }

    @Override
    public String toString() {
        return "pool of " + pages + " pages";
    }
}
