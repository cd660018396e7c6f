// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.gguf;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.Cursor;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The key-value pairs of a GGUF file. Every getter refuses a value of another type or range by key; any integer type
 * will do where a whole number is expected, any float type where a real one is, for writers differ.
 */
final class GgufMetadata {
    private static final int KEY_BYTES = 65535;

    private final Path file;
    private final SequencedMap<String, GgufValue> values = new LinkedHashMap<>();

    private GgufMetadata(Path file) {
        this.file = file;
    }

    static GgufMetadata read(Cursor cursor, int count) {
        GgufMetadata metadata = new GgufMetadata(cursor.file());
        for (int i = 0; i < count; i++) {
            String key = cursor.name("key " + i, KEY_BYTES);
            if (metadata.values.putIfAbsent(key, GgufValue.read(cursor, key)) != null) {
                throw cursor.refuse(key, "the key twice", "it once");
            }
        }
        return metadata;
    }

    /** Key to plain value, in file order. */
    SequencedMap<String, Object> plain() {
        SequencedMap<String, Object> plain = LinkedHashMap.newLinkedHashMap(values.size());
        values.forEach((key, value) -> plain.put(key, value.value()));
        return plain;
    }

    /** Key to value with its type, in file order. */
    SequencedMap<String, GgufValue> values() {
        return Collections.unmodifiableSequencedMap(values);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    @Nullable
    GgufValue get(String key) {
        return values.get(key);
    }

    /** The error for the value of a key, or for its absence. */
    CheckpointException refuse(String key, String expected) {
        GgufValue value = values.get(key);
        return new CheckpointException(file, key, value == null ? "no such key" : value.inWords(), expected);
    }

    /** A whole number from 1 to {@code most}. */
    int positive(String key, int most) {
        return integer(key, 1, most);
    }

    /** A whole number from {@code least} to {@code most}. */
    int integer(String key, int least, int most) {
        GgufValue value = values.get(key);
        String expected = "a whole number from " + least + " to " + most;
        if (value == null || value.isArray() || !value.type().isInteger()) {
            throw refuse(key, expected);
        }
        // A BigInteger is above every long: the least long stands for "out of range".
        long number = value.value() instanceof BigInteger ? Long.MIN_VALUE : ((Number) value.value()).longValue();
        if (number < least || number > most) {
            throw refuse(key, expected);
        }
        return (int) number;
    }

    /** A finite number above 0. */
    double positiveReal(String key) {
        double number = real(key);
        if (!(number > 0)) {
            throw refuse(key, "a finite number above 0");
        }
        return number;
    }

    /**
     * A finite number. A float stands for the shortest decimal that it is the nearest float to: 1e-5, not
     * 9.9999997e-6.
     */
    double real(String key) {
        GgufValue value = values.get(key);
        if (value != null && !value.isArray() && value.type().isReal()) {
            double number = Double.parseDouble(value.value().toString());
            if (Double.isFinite(number)) {
                return number;
            }
        }
        throw refuse(key, "a finite real number");
    }

    String string(String key) {
        return scalar(key, GgufType.STRING, String.class);
    }

    boolean flag(String key) {
        return scalar(key, GgufType.BOOL, Boolean.class);
    }

    List<String> strings(String key) {
        return list(key, "an array of strings", type -> type == GgufType.STRING);
    }

    List<Number> integers(String key) {
        return list(key, "an array of whole numbers", GgufType::isInteger);
    }

    List<Number> reals(String key) {
        return list(key, "an array of real numbers", GgufType::isReal);
    }

    private <T> T scalar(String key, GgufType type, Class<T> as) {
        GgufValue value = values.get(key);
        if (value == null || value.isArray() || value.type() != type) {
            throw refuse(key, "a " + type);
        }
        return as.cast(value.value());
    }

    @SuppressWarnings(
            "unchecked") // The type of the elements is known; a checked copy could be far larger than the file.
    private <T> List<T> list(String key, String expected, Predicate<GgufType> type) {
        GgufValue value = values.get(key);
        if (value == null || !value.isArray() || !type.test(value.type())) {
            throw refuse(key, expected);
        }
        return (List<T>) value.value();
    }
}
