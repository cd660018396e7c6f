// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.tensor.DType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensors of all files by the names that Hugging Face gives them; remembers which were asked for. */
final class StoredTensors {
    private static final String SCALE = "_scale";

    /** Where decoders begin: a language model alone, and beside an encoder in older and in newer files. */
    static final List<String> PREFIXES = List.of("model.", "language_model.model.", "model.language_model.");

    private final Path file;
    private final Map<String, SafetensorsTensor> tensors;
    private final boolean float8;
    private final String prefix;
    private final Set<String> used = new HashSet<>();

    /**
     * @param file to name where a tensor is missing
     * @param float8 whether matrices may be F8_E4M3
     */
    StoredTensors(Path file, Map<String, SafetensorsTensor> tensors, boolean float8) {
        this.file = file;
        this.tensors = tensors;
        this.float8 = float8;
        this.prefix = PREFIXES.stream()
                .filter(start -> tensors.containsKey(start + "embed_tokens.weight"))
                .findFirst()
                .orElseThrow(() -> new CheckpointException(
                        file, "embed_tokens.weight", "no such tensor", "one that begins with one of " + PREFIXES));
    }

    /** What the names of the decoder's tensors begin with. */
    String prefix() {
        return prefix;
    }

    /** Name of the head, which lies beside the decoder. */
    String head() {
        return head(prefix);
    }

    /** Name of the head beside a decoder. */
    static String head(String prefix) {
        return prefix.startsWith("language_model.") ? "language_model.lm_head.weight" : "lm_head.weight";
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /**
     * @param shape what it has to be
     */
    SafetensorsTensor get(String name, Long... shape) {
        SafetensorsTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new CheckpointException(file, name, "no such tensor", "shape " + Arrays.toString(shape));
        }
        requireShape(tensor, shape);
        used.add(name);
        return tensor;
    }

    static void requireShape(SafetensorsTensor tensor, Long... shape) {
        if (!tensor.shape().equals(List.of(shape))) {
            throw tensor.refuseShape(Arrays.toString(shape));
        }
    }

    /**
     * How to take the elements of a matrix.
     *
     * @param outputs rows of the linear layer, of all experts together
     */
    Elements elements(SafetensorsTensor tensor, long outputs) {
        DType type = tensor.type().dtype();
        if (type != null) {
            return Elements.asStored(type);
        }
        if (tensor.type() != SafetensorsType.F8_E4M3 || !float8) {
            throw tensor.refuseType("F32, F16 or BF16, or F8_E4M3 where quantization_config says so");
        }
        return Float8.scaledBy(scales(tensor, outputs));
    }

    private float[] scales(SafetensorsTensor tensor, long outputs) {
        SafetensorsTensor scale = tensors.get(tensor.name() + SCALE);
        if (scale == null) {
            throw new CheckpointException(
                    tensor.file().path(), tensor.name() + SCALE, "no such tensor", "the scales of F8_E4M3");
        }
        DType type = scale.type().dtype();
        if (type == null) {
            throw scale.refuseType("F32, F16 or BF16");
        }
        long count = scale.elements();
        if ((count != 1 && count != outputs) || count > Integer.MAX_VALUE / Float.BYTES) {
            throw scale.refuseShape("of 1 or " + outputs + " elements");
        }
        used.add(scale.name());
        float[] scales = new float[(int) count];
        type.decode(scale.data(), 0, scales, 0, scales.length);
        return scales;
    }

    /** Those that nobody asked for. */
    List<SafetensorsTensor> unused() {
        return tensors.values().stream()
                .filter(tensor -> !used.contains(tensor.name()))
                .toList();
    }

    boolean float8() {
        return float8;
    }

    /** The type of a tensor that is never quantised. */
    static DType plain(SafetensorsTensor tensor) {
        DType type = tensor.type().dtype();
        if (type == null) {
            throw tensor.refuseType("F32, F16 or BF16");
        }
        return type;
    }
}
