// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.convert;

import dev.llamapanama.config.LlamaConfig;
import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the weights of a model are stored as: all matrices as one type (what llama.cpp calls pure), or as one of its mixes.
 * Vectors, which are the weights of norms, and routers of mixtures are F32 always. A matrix whose rows don't fill the blocks of its type gets another one as
 * in llama.cpp: Q2_K and Q3_K become Q4_0, Q4_K Q5_0, Q5_K Q5_1, Q6_K Q8_0, IQ4_XS IQ4_NL; where that doesn't fit either, F16.
 */
public final class WeightTypes {
    private static final List<String> TYPES =
            Arrays.stream(DType.values()).map(DType::name).toList();
    private static final List<String> MIXES = Arrays.stream(Mix.values())
            .map(Mix::name)
            .filter(name -> !TYPES.contains(name))
            .toList();

    /** For rows that are no multiple of 256. */
    private static final Map<String, String> SMALLER_BLOCKS =
            Map.of("Q2_K", "Q4_0", "Q3_K", "Q4_0", "Q4_K", "Q5_0", "Q5_K", "Q5_1", "Q6_K", "Q8_0", "IQ4_XS", "IQ4_NL");

    private final String name;

    private final @Nullable Mix mix;

    private WeightTypes(String name, @Nullable Mix mix) {
        this.name = name;
        this.mix = mix;
    }

    /** What {@link #named} knows: every type, then the mixes. */
    public static List<String> names() {
        return Stream.concat(TYPES.stream(), MIXES.stream()).toList();
    }

    /**
     * @param name one of {@link #names}
     * @throws IllegalArgumentException if it is none
     */
    public static WeightTypes named(String name) {
        if (!names().contains(name)) {
            throw new IllegalArgumentException("type: found " + name + ", expected one of " + names());
        }
        return new WeightTypes(name, MIXES.contains(name) ? Mix.valueOf(name) : null);
    }

    /** What {@link #ofFile} knows: the names that llama-quantize has for its files. */
    public static List<String> fileTypes() {
        return Arrays.stream(Mix.values()).map(Mix::name).toList();
    }

    /**
     * The types in a file that llama-quantize makes under this name: in one that is called Q4_0, the head has six bits.
     *
     * @param name one of {@link #fileTypes}
     * @throws IllegalArgumentException if it is none
     */
    public static WeightTypes ofFile(String name) {
        if (!fileTypes().contains(name)) {
            throw new IllegalArgumentException("type: found " + name + ", expected one of " + fileTypes());
        }
        return new WeightTypes(name, Mix.valueOf(name));
    }

    /** What {@code general.file_type} says: that of the mix, or of the file that has mostly this type. */
    int fileTypeId() {
        boolean severalFiles = name.equals("Q3_K") || name.equals("Q4_K") || name.equals("Q5_K");
        return (mix == null ? Mix.valueOf(severalFiles ? name + "_S" : name) : mix).id();
    }

    /** Name of the type or mix. */
    public String name() {
        return name;
    }

    /**
     * The type of a weight.
     *
     * @param weight canonical name
     * @throws IllegalArgumentException if this version doesn't have the type
     */
    public DType of(String weight, Shape shape, LlamaConfig config) {
        if (shape.rows() == 1 || weight.contains(".ffn_gate_inp.")) {
            return DType.F32;
        }
        String wanted = mix == null ? name : mix.typeOf(weight, config);
        DType type = existing(fitting(wanted, shape.cols()));
        return shape.cols() % type.blockSize() == 0 ? type : DType.F16;
    }

    /** The type, or the one of smaller blocks that stands in for it. */
    static String fitting(String type, long cols) {
        return cols % 256 == 0 ? type : SMALLER_BLOCKS.getOrDefault(type, type);
    }

    private DType existing(String type) {
        if (!TYPES.contains(type)) {
            throw new IllegalArgumentException(
                    "type: found " + name + ", which needs " + type + ", expected types of this version: " + TYPES);
        }
        return DType.valueOf(type);
    }
}
