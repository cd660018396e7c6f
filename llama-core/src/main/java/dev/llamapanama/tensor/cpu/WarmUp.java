// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;
import dev.llamapanama.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs the kernels of the weight types of a model on a few zeros while the weights are loaded, so that the JIT has compiled them when the
 * first token comes: until then a kernel is a thousand times slower. What is compiled once serves all backends of the JVM.
 */
final class WarmUp implements AutoCloseable {
    private static final Set<DType> WARM = EnumSet.noneOf(DType.class);

    /** A multiple of every block. */
    private static final int COLS = 256;
    /** As many groups as a kernel takes at once, at any width. */
    private static final int ROWS = 64;
    /** More than the JIT waits for, and some for the time that it takes. */
    private static final int ROUNDS = 3000;
    /** Products of one token for each of several. */
    private static final int ALONE = 8;

    private static final long MOST_NANOS = 2_000_000_000L;

    private final LinkedBlockingQueue<Runnable> kernels = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private @Nullable Thread thread;

    /** Warms the kernels of a type up, once in the life of a JVM. */
    void of(DType type, MatrixKernel kernel) {
        if (isNew(type)) {
            run(arena -> {
                MemorySegment zeros = arena.allocate(type.bytes(COLS) * ROWS, 64);
                StoredWeights weights = new StoredWeights("zeros", type, new Shape(ROWS, COLS), zeros, kernel);
                return (x, out, scratch) -> weights.multiply(0, 1, x, out, Epilogue.STORE, scratch);
            });
        }
    }

    /** As above, for packed weights. */
    void of(PackedKernel kernel) {
        if (isNew(kernel.layout().type())) {
            run(arena -> {
                int groups = ROWS / PackedLayout.ROWS;
                MemorySegment zeros = arena.allocate(groups * kernel.layout().groupBytes(COLS), 64);
                return (x, out, scratch) -> new PackedProduct(kernel, ROWS, COLS, x, out, Epilogue.STORE, scratch)
                        .multiply(zeros, 0, groups);
            });
        }
    }

    private static boolean isNew(DType type) {
        synchronized (WARM) {
            return WARM.add(type);
        }
    }

    private interface Product {
        void multiply(Activations x, float[] out, float[] scratch);
    }

    private interface Factory {
        Product newProduct(Arena arena);
    }

    private void run(Factory factory) {
        kernels.add(() -> {
            try (Arena arena = Arena.ofShared()) {
                repeat(factory.newProduct(arena));
            }
        });
        if (thread == null) {
            thread = new Thread(this::work, "llama-cpu-warm-up");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void work() {
        try {
            while (!closed) {
                kernels.take().run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // by close
        }
    }

    private void repeat(Product product) {
        int tokens = Activations.PADDING;
        float[] x = new float[tokens * COLS];
        float[] out = new float[tokens * ROWS];
        float[] scratch = new float[1 << 16];
        long deadline = System.nanoTime() + MOST_NANOS;
        for (int i = 0; i < ROUNDS && !closed && System.nanoTime() < deadline; i++) {
            product.multiply(new Activations(x, x, i % ALONE == 0 ? tokens : 1), out, scratch);
        }
    }

    /** Stops and waits for the thread to end. */
    @Override
    public void close() {
        closed = true;
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        boolean interrupted = false;
        while (running.isAlive()) {
            try {
                running.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
