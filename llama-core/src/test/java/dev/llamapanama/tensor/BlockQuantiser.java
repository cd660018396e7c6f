// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.DoubleSummaryStatistics;
import java.util.stream.IntStream;

/** Makes blocks by the range of each group of values; those of ggml search for a smaller error. */
public record BlockQuantiser(BlockLayout layout) {

    /**
     * @param values a block of them
     * @param block what stands for them, all zero before
     */
    public void quantise(float[] values, byte[] block) {
        double[] scales = new double[values.length / layout.group()];
        double[] minima = new double[scales.length];
        for (int k = 0; k < scales.length; k++) {
            DoubleSummaryStatistics range = group(k).mapToDouble(i -> values[i]).summaryStatistics();
            minima[k] = layout.hasMinima() ? Math.max(0, -range.getMin()) : 0;
            double[] ends = {range.getMin() + minima[k], range.getMax() + minima[k]};
            double end = BlockNumbers.extreme(ends);
            // Scales that are never negative take no sign from codes that have both.
            scales[k] = (layout.codes().isSymmetric() ? Math.abs(end) : end)
                    / layout.codes().extreme();
        }
        double d = unit(block, layout.d(), scales, layout.scales());
        double dmin = layout.hasMinima() ? unit(block, layout.dmin(), minima, layout.minima()) : 0;
        double[] codes = new double[values.length];
        for (int k = 0; k < scales.length; k++) {
            double scale = d * layout.scales().set(block, k, scales[k] / d);
            double minimum = dmin * layout.minima().set(block, k, minima[k] / dmin);
            group(k).forEach(i -> codes[i] = scale == 0 ? 0 : (values[i] + minimum) / scale);
        }
        layout.codes().setAll(block, codes);
    }

    private IntStream group(int k) {
        return IntStream.range(k * layout.group(), (k + 1) * layout.group());
    }

    /** Stores the number by which the furthest value becomes the furthest level, and returns it. */
    private static double unit(byte[] block, BlockScale unit, double[] values, BlockNumbers levels) {
        unit.put(block, (float) (BlockNumbers.extreme(values) / levels.extreme()));
        return unit.get(block);
    }
}
