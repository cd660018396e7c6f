// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

/** Scratch memory of each worker, grown to the largest size asked for. */
final class PerWorker {
    private final float[][] buffers;

    PerWorker(int workers) {
        buffers = new float[workers][0];
    }

    float[] get(int worker, int size) {
        if (buffers[worker].length < size) {
            buffers[worker] = new float[Math.max(size, 2 * buffers[worker].length)];
        }
        return buffers[worker];
    }
}
