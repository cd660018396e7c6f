// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;
import dev.llamapanama.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Kernels that multiply matrices: how much of a product a block of threads computes. */
enum ProductKernel {
    /** One token: bound by the memory that weights are read from. */
    T1("linear", 1, 4, 128),
    /** A few tokens, of which each has the bits that it has alone. */
    T8("linear", 8, 4, 128),
    /** More, on tensor cores, in small pieces: for many multiprocessors there are enough of these in few rows. */
    T32("gemm", 32, 32, 256),
    /** Most, on tensor cores. */
    T128("gemm", 128, 128, 256),
    /** As many, on tensor cores of compute capability 9.0. */
    W128("gemm", "_w", 128, 128, 384),
    /** The same, of activations rounded to one half. */
    W256("gemm", "_w", 256, 128, 384);

    /** Columns that tensor cores want a multiple of. */
    private static final int STAGE = 64;

    /** Rows of a block of {@code gemm_f16_t32} and {@code gemm_bf16_t32}, of whose columns several blocks may have a part each. */
    private static final int FEW_ROWS = 128;

    /** Bytes of the stages of wide kernels: 6 of 32 KB, at a multiple of 1 KB. */
    private static final int WIDE_STAGES = (6 * 32 + 1) << 10;

    private static final int ALL = Integer.MAX_VALUE;

    private final String prefix;
    private final String suffix;
    private final int tokens;
    private final int rows;
    private final int threads;

    ProductKernel(String prefix, int tokens, int rows, int threads) {
        this(prefix, "_t", tokens, rows, threads);
    }

    ProductKernel(String prefix, String suffix, int tokens, int rows, int threads) {
        this.prefix = prefix;
        this.suffix = suffix + tokens;
        this.tokens = tokens;
        this.rows = rows;
        this.threads = threads;
    }

    int tokens() {
        return tokens;
    }

    /** Rows that a block computes. */
    int rows(DeviceFormat format) {
        return takesSeveral(format) ? FEW_ROWS : rows;
    }

    int threads() {
        return threads;
    }

    /**
     * Blocks for products.
     *
     * @param ofRows blocks that rows are dealt to
     */
    Grid grid(int ofRows, int tokens) {
        int ofTokens = Math.ceilDiv(tokens, this.tokens);
        Grid grid = isOfTensorCores() ? Grid.of(ofTokens, ofRows, threads) : Grid.of(ofRows, ofTokens, threads);
        return isWide() ? grid.sharing(WIDE_STAGES) : grid;
    }

    /** Whether several blocks may have a part of the columns each. */
    boolean hasParts(DeviceFormat format) {
        return isWide() || takesSeveral(format);
    }

    /** Whether it has a multiprocessor for itself. */
    boolean isWide() {
        return this == W128 || this == W256;
    }

    /** Whether a launch may have up to three matrices. */
    boolean takesSeveral(DeviceFormat format) {
        return this == T32 && !format.isQuantised();
    }

    boolean isOfTensorCores() {
        return this != T1 && this != T8;
    }

    String name(DeviceFormat format) {
        return prefix + "_" + format.suffix() + suffix;
    }

    /** That of the kernel for rows of experts. */
    String nameForExperts(DeviceFormat format) {
        return "experts_" + format.suffix() + "_t" + tokens;
    }

    /**
     * A kernel for so many rows. Whether tensor cores work is a matter of a step's tokens, of which a product may have only some: as one of few
     * tokens, each of them has the same bits in any step. Which of their kernels then works is a matter of the rows.
     *
     * @param above rows are more
     * @param most rows
     */
    record Use(ProductKernel kernel, int above, int most) {
        /** Tokens that a step has at most: one that has more than {@code above} may have any number, unless they are the rows. */
        int mostTokens(CudaTensor in) {
            return in.rows() == Tensor.Rows.TOKENS || !kernel.isOfTensorCores() ? most : ALL;
        }

        /** Rows in a step of so many tokens at most. */
        int most(CudaTensor in, int tokens) {
            return Math.min(in.most(tokens), most);
        }

        /** Rows that there are more of. */
        int rowsAbove(CudaTensor in) {
            return in.rows() == Tensor.Rows.TOKENS || kernel != T32 ? above : 0;
        }
    }

    /**
     * The kernels that a plan needs for a product, whatever its steps are like.
     *
     * @param most tokens that a step has
     * @param target what the kernels are translated for
     * @param roundPrompts whether activations of many tokens may be rounded to halves
     */
    static List<Use> forPlan(int most, CudaWeights weight, KernelTarget target, boolean roundPrompts) {
        if (most == 1) {
            return List.of(new Use(T1, 0, ALL));
        }
        if (most <= T8.tokens || !isForTensorCores(weight)) {
            return List.of(new Use(T8, 0, ALL));
        }
        int few = most <= T128.tokens ? T8.tokens : 0;
        List<Use> uses = new ArrayList<>();
        if (few > 0) {
            uses.add(new Use(T8, 0, few));
        }
        if (target == KernelTarget.SM_90A && !weight.format().isQuantised()) {
            ProductKernel wide = roundPrompts ? W256 : W128;
            uses.add(new Use(T32, few, T32.tokens));
            uses.add(new Use(wide, T32.tokens, wide.tokens));
            uses.add(new Use(wide, wide.tokens, ALL));
        } else {
            uses.add(new Use(T32, few, T128.tokens));
            uses.add(new Use(T128, T128.tokens, ALL));
        }
        return uses.stream().filter(use -> use.above < most).toList();
    }

    /**
     * The kernels that a plan needs for the products of experts: one by one while most choose alone, then together.
     *
     * @param most tokens that a step has
     * @param perToken experts that each chooses among so many
     */
    static List<Use> forExperts(int most, int perToken, int experts, boolean onTensorCores) {
        int alone = Math.max(1, experts / perToken / 2);
        int few = Math.max(T8.tokens, T8.tokens * experts / perToken);
        List<Use> uses = new ArrayList<>(List.of(new Use(T1, 0, Math.min(most, alone))));
        if (most > alone) {
            uses.add(new Use(T8, alone, onTensorCores ? Math.min(most, few) : most));
        }
        if (most > few && onTensorCores) {
            uses.add(new Use(T32, few, most));
        }
        return uses;
    }

    /** Whether there are kernels on tensor cores for a matrix. */
    static boolean isForTensorCores(CudaWeights weight) {
        return weight.isForTensorCores() && weight.cols() % STAGE == 0;
    }
}
