// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

/**
 * How many blocks of how many threads run a kernel.
 *
 * @param x blocks along the first axis
 * @param y along the second, at most 65535
 * @param z along the third, at most 65535
 * @param threads of a block
 * @param shared bytes of memory that they share, beside what the kernel has by itself
 */
public record Grid(int x, int y, int z, int threads, int shared) {
    private static final int MOST = 65_535;

    public Grid {
        if (x < 1 || y < 1 || y > MOST || z < 1 || z > MOST || threads < 1 || shared < 0) {
            throw new IllegalArgumentException("grid: found " + x + " x " + y + " x " + z + " blocks of " + threads
                    + " threads, expected positive numbers, the second and third up to " + MOST);
        }
    }

    /** Blocks along three axes. */
    public Grid(int x, int y, int z, int threads) {
        this(x, y, z, threads, 0);
    }

    /** So many times these blocks, along the third axis. */
    public Grid deep(int z) {
        return new Grid(x, y, z, threads, shared);
    }

    /** The same blocks with so many bytes of shared memory each. */
    public Grid sharing(int bytes) {
        return new Grid(x, y, z, threads, bytes);
    }

    /** Blocks along one axis. */
    public static Grid of(int x, int threads) {
        return new Grid(x, 1, 1, threads);
    }

    /** Blocks along two axes. */
    public static Grid of(int x, int y, int threads) {
        return new Grid(x, y, 1, threads);
    }
}
