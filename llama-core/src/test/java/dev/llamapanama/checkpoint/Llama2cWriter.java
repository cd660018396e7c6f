// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.config.LlamaConfig;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes a {@link TestModel} as llama2.c v1 or v2, as export.py does. */
public final class Llama2cWriter {
    private static final int HEADER = 256;
    private static final List<String> MATRICES =
            List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_down", "ffn_up");

    private final TestModel model;
    private final LlamaConfig config;
    private final int groupSize;
    private final ByteBuffer out;

    private Llama2cWriter(TestModel model, int groupSize) {
        this.model = model;
        this.config = model.config();
        this.groupSize = groupSize;
        int floats = model.weights().values().stream()
                .mapToInt(values -> values.length)
                .sum();
        this.out = ByteBuffer.allocate(HEADER + floats * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Version 1: floats. */
    public static byte[] v1(TestModel model) {
        return new Llama2cWriter(model, 0).write(1);
    }

    /** Version 2: bytes with a scale for each group. */
    public static byte[] v2(TestModel model, int groupSize) {
        return new Llama2cWriter(model, groupSize).write(2);
    }

    private byte[] write(int version) {
        out.putInt(0x616b3432).putInt(version);
        out.putInt(config.dim()).putInt(config.ffnDim()).putInt(config.layers());
        out.putInt(config.heads()).putInt(config.kvHeads()).putInt(config.vocabSize());
        out.putInt(config.contextLength()).put((byte) (config.tiedEmbeddings() ? 1 : 0));
        if (version == 2) {
            out.putInt(groupSize);
        }
        out.position(HEADER);
        layers("attn_norm");
        layers("ffn_norm");
        floats(values("output_norm.weight"));
        matrix("token_embd.weight");
        MATRICES.forEach(this::layers);
        if (!config.tiedEmbeddings()) {
            matrix("output.weight");
        }
        byte[] file = new byte[out.position()];
        out.flip().get(file);
        return file;
    }

    private void layers(String kind) {
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "blk." + layer + "." + kind + ".weight";
            if (kind.endsWith("_norm")) {
                floats(values(name));
            } else {
                matrix(name);
            }
        }
    }

    private void matrix(String name) {
        float[] values = values(name);
        if (groupSize == 0) {
            floats(values);
            return;
        }
        float[] scales = new float[values.length / groupSize];
        for (int i = 0; i < values.length; i++) {
            scales[i / groupSize] = Math.max(scales[i / groupSize], Math.abs(values[i]) / 127);
        }
        for (int i = 0; i < values.length; i++) {
            out.put((byte) Math.round(values[i] / scales[i / groupSize]));
        }
        floats(scales);
    }

    private void floats(float[] values) {
        for (float value : values) {
            out.putFloat(value);
        }
    }

    private float[] values(String name) {
        float[] values = model.weights().get(name);
        if (values == null) {
            throw new IllegalStateException(name);
        }
        return values;
    }
}
