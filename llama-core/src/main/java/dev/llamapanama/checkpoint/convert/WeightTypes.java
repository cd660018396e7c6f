// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the weights of a model are stored as: all matrices as one type (what llama.cpp calls pure), or as one of its mixes.
 * Vectors, which are the weights of norms, and routers of mixtures are F32 always. A matrix whose rows don't fill the blocks of its type gets another one as
 * in llama.cpp: Q2_K and Q3_K become Q4_0, Q4_K Q5_0, Q5_K Q5_1, Q6_K Q8_0, IQ4_XS IQ4_NL; where that doesn't fit either, F16.
 */
public final class WeightTypes {
    private static final List<String> TYPES =
            Arrays.stream(DType.values()).map(DType::name).toList();
    private static final List<String> FILES =
            Arrays.stream(Mix.values()).map(Mix::name).toList();

    /** For rows that are no multiple of 256. */
    private static final Map<DType, DType> SMALLER_BLOCKS = Map.of(
            DType.Q2_K, DType.Q4_0,
            DType.Q3_K, DType.Q4_0,
            DType.Q4_K, DType.Q5_0,
            DType.Q5_K, DType.Q5_1,
            DType.Q6_K, DType.Q8_0,
            DType.IQ4_XS, DType.IQ4_NL);

    private final String name;
    private final Choice choice;

    /** The type of a matrix, before it is known whether its rows fill whole blocks. */
    @FunctionalInterface
    private interface Choice {
        DType typeOf(String weight, LlamaConfig config);
    }

    private WeightTypes(String name, Choice choice) {
        this.name = name;
        this.choice = choice;
    }

    /** What {@link #named} knows: every type, then the mixes. */
    public static List<String> names() {
        return Stream.concat(TYPES.stream(), FILES.stream()).distinct().toList();
    }

    /**
     * @param name one of {@link #names}
     * @throws IllegalArgumentException if it is none
     */
    public static WeightTypes named(String name) {
        requireOneOf(names(), name);
        if (!TYPES.contains(name)) {
            return ofFile(name);
        }
        DType type = DType.valueOf(name);
        return new WeightTypes(name, (weight, config) -> type);
    }

    /** What {@link #ofFile} knows: the names that llama-quantize has for its files. */
    public static List<String> fileTypes() {
        return FILES;
    }

    /**
     * The types in a file that llama-quantize makes under this name: in one that is called Q4_0, the head has six bits.
     *
     * @param name one of {@link #fileTypes}
     * @throws IllegalArgumentException if it is none
     */
    public static WeightTypes ofFile(String name) {
        requireOneOf(FILES, name);
        return of(Mix.valueOf(name));
    }

    static WeightTypes of(Mix mix) {
        return new WeightTypes(mix.name(), mix::typeOf);
    }

    private static void requireOneOf(List<String> names, String name) {
        if (!names.contains(name)) {
            throw new IllegalArgumentException("type: found " + name + ", expected one of " + names);
        }
    }

    /** Name of the type or mix. */
    public String name() {
        return name;
    }

    /**
     * The type of a weight.
     *
     * @param weight canonical name
     */
    public DType of(String weight, Shape shape, LlamaConfig config) {
        if (shape.rows() == 1 || weight.contains(".ffn_gate_inp.")) {
            return DType.F32;
        }
        DType type = fitting(choice.typeOf(weight, config), shape.cols());
        return shape.cols() % type.blockSize() == 0 ? type : DType.F16;
    }

    /** The type, or the one of smaller blocks that stands in for it. */
    static DType fitting(DType type, long cols) {
        return cols % 256 == 0 ? type : SMALLER_BLOCKS.getOrDefault(type, type);
    }
}
