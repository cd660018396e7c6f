// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.tuning.Example;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/** A CRC-32C of numbers in a row, by which others are told wherever they are stored. */
final class Fingerprint {
    private static final int AT_ONCE = 1 << 16;

    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);

    /** Of weights. */
    static String of(float[] values) {
        Fingerprint print = new Fingerprint();
        for (float value : values) {
            print.add(Float.floatToRawIntBits(value));
        }
        return print.value();
    }

    Fingerprint add(IntStream values) {
        values.forEach(this::add);
        return this;
    }

    Fingerprint add(int value) {
        if (!buffer.hasRemaining()) {
            empty();
        }
        buffer.putInt(value);
        return this;
    }

    /** Tokens, and which of them are answered. */
    Fingerprint add(Example example) {
        add(example.size());
        return add(IntStream.range(0, example.size())
                .map(at -> example.answered(at) ? ~example.token(at) : example.token(at)));
    }

    String value() {
        empty();
        return HexFormat.of().toHexDigits((int) checksum.getValue());
    }

    private void empty() {
        checksum.update(buffer.flip());
        buffer.clear();
    }
}
