// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint;

import dev.llamapanama.tensor.DType;
import dev.llamapanama.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes GGUF files for tests, valid unless told otherwise: key-value pairs and tensors in the order in which they were
 * added, padded and numbered as the format demands. Setting a key or a tensor again replaces it in place.
 */
public final class GgufWriter {
    /** Type ids of values. */
    public static final int U8 = 0, I8 = 1, U16 = 2, I16 = 3, U32 = 4, I32 = 5, F32 = 6, BOOL = 7, STRING = 8;
    /** More of them. */
    public static final int ARRAY = 9, U64 = 10, I64 = 11, F64 = 12;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Pair(String key, int type, byte[] value) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Tensor(String name, long[] ne, int type, byte[] data) {}

    private final List<Pair> pairs = new ArrayList<>();
    private final List<Tensor> tensors = new ArrayList<>();
    private int version = 3;
    private int alignment = 32;

    /** A file without keys and tensors, yet. */
    public GgufWriter() {}

    /** Sets the version, 3 unless set. */
    public GgufWriter version(int version) {
        this.version = version;
        return this;
    }

    /** Sets the alignment and its key. */
    public GgufWriter alignment(int alignment) {
        this.alignment = alignment;
        return value("general.alignment", U32, alignment);
    }

    public GgufWriter u32(String key, long value) {
        return value(key, U32, value);
    }

    public GgufWriter f32(String key, double value) {
        return value(key, F32, value);
    }

    public GgufWriter bool(String key, boolean value) {
        return value(key, BOOL, value);
    }

    public GgufWriter string(String key, String value) {
        return value(key, STRING, value);
    }

    /**
     * Sets a value of any type but an array.
     *
     * @param type id
     * @param value number, boolean or string
     */
    public GgufWriter value(String key, int type, Object value) {
        return raw(key, type, encode(type, value));
    }

    /** Sets an array of any element type. */
    public GgufWriter array(String key, int elementType, List<?> values) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(encode(I32, elementType));
        out.writeBytes(encode(U64, values.size()));
        values.forEach(value -> out.writeBytes(encode(elementType, value)));
        return raw(key, ARRAY, out.toByteArray());
    }

    /** Sets a value by its bytes, which nothing checks. */
    public GgufWriter raw(String key, int type, byte[] value) {
        set(pairs, indexOfPair(key), new Pair(key, type, value));
        return this;
    }

    /** Removes a key. */
    public GgufWriter remove(String key) {
        pairs.remove(indexOfPair(key));
        return this;
    }

    /** Removes all keys. */
    public GgufWriter withoutPairs() {
        pairs.clear();
        return this;
    }

    /** Writes a key twice. */
    public GgufWriter repeat(String key) {
        pairs.add(pairs.get(indexOfPair(key)));
        return this;
    }

    /** Sets a tensor of one row (a vector) or of two dimensions, encoded as its type. */
    public GgufWriter tensor(String name, DType type, Shape shape, float[] values) {
        long[] ne = shape.rows() == 1 ? new long[] {shape.cols()} : new long[] {shape.cols(), shape.rows()};
        return tensor(name, ggmlId(type), ne, TestEncoder.encode(type, values));
    }

    /**
     * Sets a tensor by its bytes, which nothing checks.
     *
     * @param type ggml type id
     * @param ne dimensions, the contiguous one first
     */
    public GgufWriter tensor(String name, int type, long[] ne, byte[] data) {
        set(tensors, indexOfTensor(name), new Tensor(name, ne, type, data));
        return this;
    }

    /** Sets a tensor as another file has it. */
    public GgufWriter copyTensor(String name, GgufWriter other) {
        set(tensors, indexOfTensor(name), other.tensors.get(other.indexOfTensor(name)));
        return this;
    }

    /** Removes a tensor. */
    public GgufWriter removeTensor(String name) {
        tensors.remove(indexOfTensor(name));
        return this;
    }

    /** Writes a tensor twice. */
    public GgufWriter repeatTensor(String name) {
        tensors.add(tensors.get(indexOfTensor(name)));
        return this;
    }

    /** The id that ggml.h gives a type. */
    public static int ggmlId(DType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case Q4_0 -> 2;
            case Q4_1 -> 3;
            case Q5_0 -> 6;
            case Q5_1 -> 7;
            case Q8_0 -> 8;
            case Q2_K -> 10;
            case Q3_K -> 11;
            case Q4_K -> 12;
            case Q5_K -> 13;
            case Q6_K -> 14;
            case IQ4_NL -> 20;
            case IQ4_XS -> 23;
            case Q8_K -> 15;
            case IQ2_XXS -> 16;
            case IQ2_XS -> 17;
            case IQ3_XXS -> 18;
            case IQ1_S -> 19;
            case IQ3_S -> 21;
            case IQ2_S -> 22;
            case I8 -> 24;
            case I16 -> 25;
            case I32 -> 26;
            case I64 -> 27;
            case F64 -> 28;
            case IQ1_M -> 29;
            case BF16 -> 30;
            case TQ1_0 -> 34;
            case TQ2_0 -> 35;
            case MXFP4 -> 39;
            case NVFP4 -> 40;
            case Q1_0 -> 41;
            case Q2_0 -> 42;
        };
    }

    /** The file. */
    public byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(encode(U32, version));
        out.writeBytes(encode(I64, tensors.size()));
        out.writeBytes(encode(I64, pairs.size()));
        for (Pair pair : pairs) {
            out.writeBytes(encode(STRING, pair.key));
            out.writeBytes(encode(I32, pair.type));
            out.writeBytes(pair.value);
        }
        long offset = 0;
        for (Tensor tensor : tensors) {
            writeInfo(out, tensor, offset);
            offset += tensor.data.length + padding(tensor.data.length);
        }
        for (Tensor tensor : tensors) {
            out.writeBytes(new byte[padding(out.size())]);
            out.writeBytes(tensor.data);
        }
        return out.toByteArray();
    }

    /** Writes the file. */
    public Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeInfo(ByteArrayOutputStream out, Tensor tensor, long offset) {
        out.writeBytes(encode(STRING, tensor.name));
        out.writeBytes(encode(U32, tensor.ne.length));
        for (long n : tensor.ne) {
            out.writeBytes(encode(I64, n));
        }
        out.writeBytes(encode(I32, tensor.type));
        out.writeBytes(encode(U64, offset));
    }

    private int padding(long length) {
        return (int) Math.floorMod(-length, (long) alignment);
    }

    private int indexOfPair(String key) {
        return pairs.stream().map(Pair::key).toList().indexOf(key);
    }

    private int indexOfTensor(String name) {
        return tensors.stream().map(Tensor::name).toList().indexOf(name);
    }

    private static <T> void set(List<T> list, int index, T element) {
        if (index < 0) {
            list.add(element);
        } else {
            list.set(index, element);
        }
    }

    private static byte[] encode(int type, Object value) {
        if (type == STRING) {
            byte[] text = ((String) value).getBytes(StandardCharsets.UTF_8);
            return ByteBuffer.allocate(8 + text.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(text.length)
                    .put(text)
                    .array();
        }
        if (type == BOOL) {
            return new byte[] {(byte) ((Boolean) value ? 1 : 0)};
        }
        Number number = (Number) value;
        ByteBuffer out = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        switch (type) {
            case U8, I8 -> out.put(number.byteValue());
            case U16, I16 -> out.putShort(number.shortValue());
            case U32, I32 -> out.putInt(number.intValue());
            case F32 -> out.putFloat(number.floatValue());
            case U64, I64 -> out.putLong(number.longValue());
            case F64 -> out.putDouble(number.doubleValue());
            default -> throw new IllegalArgumentException("type " + type);
        }
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
