// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training.tuning;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;

/** A LoRA adapter as llama.cpp's convert_lora_to_gguf.py writes it: GGUF version 3, pairs {@code X.lora_a} and {@code X.lora_b} in F32. */
final class GgufAdapterWriter {
    private static final int VERSION = 3;
    private static final int ALIGNMENT = 32;
    private static final int TYPE_F32 = 6;
    private static final int TYPE_STRING = 8;
    private static final int GGML_F32 = 0;

    private final ByteArrayOutputStream header = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(header);
    private long dataSize;

    private GgufAdapterWriter() {}

    static void write(Path file, double alpha, List<LoraPair> pairs, float[] factors) throws IOException {
        byte[] header = new GgufAdapterWriter().header(alpha, pairs);
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, ByteBuffer.wrap(header));
            for (LoraPair pair : pairs) {
                write(channel, padded(factors, pair.offset(), pair.offsetOfB()));
                write(channel, padded(factors, pair.offsetOfB(), pair.offset() + pair.size()));
            }
        }
    }

    private byte[] header(double alpha, List<LoraPair> pairs) throws IOException {
        out.write("GGUF".getBytes(StandardCharsets.US_ASCII));
        number(VERSION);
        number(2L * pairs.size());
        number(4L);
        pair("general.type", "adapter");
        pair("general.architecture", "llama");
        pair("adapter.type", "lora");
        text("adapter.lora.alpha");
        number(TYPE_F32);
        number(Float.floatToRawIntBits((float) alpha));
        for (LoraPair pair : pairs) {
            tensor(pair.tensor().name() + ".lora_a", pair.inputs(), pair.rank());
            tensor(pair.tensor().name() + ".lora_b", pair.rank(), pair.outputs());
        }
        return Arrays.copyOf(header.toByteArray(), (int) aligned(header.size()));
    }

    private void pair(String key, String value) throws IOException {
        text(key);
        number(TYPE_STRING);
        text(value);
    }

    private void tensor(String name, int cols, int rows) throws IOException {
        text(name);
        number(2);
        number((long) cols);
        number((long) rows);
        number(GGML_F32);
        number(dataSize);
        dataSize += aligned((long) cols * rows * Float.BYTES);
    }

    private void text(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number((long) bytes.length);
        out.write(bytes);
    }

    private void number(int value) throws IOException {
        out.writeInt(Integer.reverseBytes(value));
    }

    private void number(long value) throws IOException {
        out.writeLong(Long.reverseBytes(value));
    }

    private static ByteBuffer padded(float[] values, int from, int to) {
        int bytes = (int) aligned((long) (to - from) * Float.BYTES);
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values, from, to - from);
        return buffer;
    }

    private static long aligned(long size) {
        return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
