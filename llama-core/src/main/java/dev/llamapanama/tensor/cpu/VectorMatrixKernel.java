// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Epilogue;

/**
 * Products with rows as they are stored, which are decoded a part at a time and multiplied with several tokens: see {@link DenseProduct}
 * for a few and {@link PlainProduct} for many. In any case a product is one vector of sums over ascending columns, folded at the end, so
 * that its bits don't depend on the company it is computed in.
 */
abstract class VectorMatrixKernel implements MatrixKernel {
    private static final int SOME_TOKENS = 4;

    private final Arrangement arrangement;
    private final Transposition transposition;
    private final Readiness forToken;
    private final Readiness forTokens;
    /** Whether weights are a file's memory. */
    private volatile boolean mapped;

    /**
     * @param type what it multiplies with
     * @param policy how it gets ready
     */
    VectorMatrixKernel(DType type, Arrangement arrangement, Readiness.Policy policy) {
        this.arrangement = arrangement;
        transposition = new Transposition(arrangement);
        forToken = policy.of(Readiness.Urgency.TOKEN, () -> new MatrixExercise(this, type, 1, mapped));
        forTokens = policy.of(Readiness.Urgency.NONE, () -> new MatrixExercise(this, type, SOME_TOKENS, mapped));
    }

    final Arrangement arrangement() {
        return arrangement;
    }

    /** Decodes so many elements of a row to their places in the arrangement, from a column on; they fill whole vectors. */
    abstract void decode(StoredWeights w, int row, int from, int count, float[] target, int start);

    /**
     * Decodes the columns of a row that fill whole vectors, in their order and without vectors, as {@link #decode} does.
     *
     * @param halves memory for as many
     */
    abstract void decodeWithLoops(StoredWeights w, int row, short[] halves, float[] target);

    private Readiness readiness(int tokens) {
        return tokens == 1 ? forToken : forTokens;
    }

    @Override
    public final Transposition preparation() {
        return transposition;
    }

    @Override
    public final int scratchSize(int cols, int tokens) {
        return Transposition.transposes(tokens) ? PlainProduct.scratchSize(tokens) : DenseProduct.scratchSize(tokens);
    }

    @Override
    public final void multiply(
            StoredWeights w, int from, int to, Activations x, float[] out, Epilogue epilogue, float[] scratch) {
        boolean add = epilogue == Epilogue.ADD;
        Readiness readiness = readiness(x.tokens());
        int row = readiness.isReady() ? from : multiplyWithLoops(w, from, to, x, out, add, readiness);
        if (row < to) {
            multiplyWithVectors(w, row, to, x, out, add, scratch);
        }
    }

    /** Multiplies until the kernel is ready, and returns the row that is next then. */
    final int multiplyWithLoops(
            StoredWeights w, int from, int to, Activations x, float[] out, boolean add, Readiness readiness) {
        mapped = w.data().isMapped();
        ColdMatrixProduct product = new ColdMatrixProduct(this, w, x, out, add);
        int row = from;
        for (; row < to && !readiness.isReady(); row++) {
            product.multiply(row);
        }
        readiness.missed((long) (row - from) * w.cols() * x.tokens());
        return row;
    }

    void multiplyWithVectors(
            StoredWeights w, int from, int to, Activations x, float[] out, boolean add, float[] scratch) {
        if (Transposition.transposes(x.tokens())) {
            new PlainProduct(this, w, x, out, add, scratch).multiply(from, to);
        } else {
            new DenseProduct(this, w, x, out, add, scratch).multiply(from, to);
        }
    }

    /** The product of a row, of which the sum over whole vectors is known; the last columns are multiplied one by one. */
    final float product(StoredWeights w, int row, float[] x, int xo, float sum) {
        int whole = arrangement.whole(w.cols());
        float product = sum * arrangement.factor();
        if (whole < w.cols()) {
            float[] last = new float[w.cols() - whole];
            w.type().decode(w.data(), row * w.rowBytes() + w.type().bytes(whole), last, 0, last.length);
            for (int i = 0; i < last.length; i++) {
                product = Math.fma(last[i], x[xo + whole + i], product);
            }
        }
        return product;
    }

    static void store(float[] out, int at, float value, boolean add) {
        out[at] = add ? out[at] + value : value;
    }
}
