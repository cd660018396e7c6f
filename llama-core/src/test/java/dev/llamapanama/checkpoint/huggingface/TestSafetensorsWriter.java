// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.TestEncoder;
import dev.llamapanama.tensor.DType;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Writes safetensors files. */
final class TestSafetensorsWriter {
    /** A tensor to be written, whose type nothing checks. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Tensor(String dtype, List<Long> shape, byte[] data) {}

    private TestSafetensorsWriter() {}

    static Tensor floats(DType type, float[] values, long... shape) {
        return new Tensor(type.name(), Arrays.stream(shape).boxed().toList(), TestEncoder.encode(type, values));
    }

    /** Padded to eight bytes with spaces, as other programs do. */
    static byte[] bytes(Map<String, Tensor> tensors) {
        SequencedMap<String, String> header = new LinkedHashMap<>();
        header.put("__metadata__", "{\"format\":\"pt\"}");
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        tensors.forEach((name, tensor) -> {
            int begin = data.size();
            data.writeBytes(tensor.data());
            header.put(
                    name,
                    "{\"dtype\":\"" + tensor.dtype() + "\",\"shape\":" + tensor.shape() + ",\"data_offsets\":[" + begin
                            + "," + data.size() + "]}");
        });
        String json = TestFolderWriter.json(header);
        return file(json + " ".repeat(7 - (json.length() + 7) % 8), data.toByteArray());
    }

    /** A file of any header and data. */
    static byte[] file(String header, byte[] data) {
        byte[] json = utf8(header);
        return file(json.length, json, data);
    }

    static byte[] file(long length, byte[] json, byte[] data) {
        return ByteBuffer.allocate(8 + json.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(json)
                .put(data)
                .array();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
