// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.tensor.Little;
import java.lang.foreign.MemorySegment;

/** Fields of a record of a ZIP archive by their offsets. */
record ZipRecord(MemorySegment bytes) {
    int u16(int offset) {
        return Short.toUnsignedInt(bytes.get(Little.SHORT, offset));
    }

    long u32(int offset) {
        return Integer.toUnsignedLong(bytes.get(Little.INT, offset));
    }

    long i64(int offset) {
        return bytes.get(Little.LONG, offset);
    }
}
