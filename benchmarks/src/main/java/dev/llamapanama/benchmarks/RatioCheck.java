// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.DType;

/** The part of {@link RegressionCheck} that measures one weight type, in a JVM that has the Vector API. */
final class RatioCheck {
    /** Small enough for a core's own cache in most types, so that arithmetic counts and not memory. */
    private static final MatrixSize CACHED = new MatrixSize(256, 2048);

    private static final MatrixSize LARGE = new MatrixSize(2048, 8192);
    private static final long COLD_BYTES = 256L << 20;
    private static final long READ_BYTES = 1L << 30;

    /** Vector kernels are 5 to 20 times as fast; one that isn't compiled as it should be is slower than scalar code. */
    private static final double LEAST_SPEEDUP = 2;
    /** Of the read limit, where weights are plain numbers: good kernels reach 0.8. */
    private static final double LEAST_READ_PLAIN = 0.25;
    /** Where they have to be decoded: good kernels reach 0.4. */
    private static final double LEAST_READ_BLOCKS = 0.07;

    private final DType type;
    private final Interleaved interleaved = new Interleaved(System::nanoTime);

    private RatioCheck(DType type) {
        this.type = type;
    }

    /** Takes a weight type and the number of threads of decoding; ends with 1 if a ratio is below its least. */
    public static void main(String[] args) {
        RatioCheck check = new RatioCheck(DType.valueOf(args[0]));
        Finding[] findings = {check.speedup(1), check.speedup(32), check.decode(Integer.parseInt(args[1]))};
        boolean passed = true;
        for (Finding finding : findings) {
            System.out.println(finding);
            passed &= finding.passed();
        }
        System.exit(passed ? 0 : 1);
    }

    /** One thread, so that nothing depends on what else the machine does. */
    private Finding speedup(int tokens) {
        try (LinearLayer scalar = new LinearLayer(Case.SCALAR, 1, type, CACHED, tokens, 1, 0);
                LinearLayer vector = new LinearLayer(Case.VECTOR, 1, type, CACHED, tokens, 1, 0)) {
            double ratio = interleaved.medianRatio(scalar::run, vector::run, LEAST_SPEEDUP);
            scalar.check();
            vector.check();
            return new Finding(
                    type + ", tokens " + tokens + ": cpu-vector beside cpu-scalar, times", ratio, LEAST_SPEEDUP);
        }
    }

    private Finding decode(int threads) {
        try (ParallelRead read = new ParallelRead(threads, READ_BYTES);
                LinearLayer layer = new LinearLayer(Case.VECTOR, threads, type, LARGE, 1, 1, COLD_BYTES)) {
            double least = type.blockSize() == 1 ? LEAST_READ_PLAIN : LEAST_READ_BLOCKS;
            double part = (double) layer.weightBytes() / read.bytes();
            double ratio = interleaved.medianRatio(read::run, layer::run, least / part);
            layer.check();
            return new Finding(type + ", decoding: part of the read limit", ratio * part, least);
        }
    }
}
