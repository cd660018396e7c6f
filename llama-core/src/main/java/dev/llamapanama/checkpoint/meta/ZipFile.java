// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.meta;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import java.lang.foreign.MemorySegment;

/** A mapped ZIP archive, of which no part is touched that isn't within the file. */
record ZipFile(MappedFile file) {

    long size() {
        return file.data().byteSize();
    }

    MemorySegment part(String field, long position, long bytes) {
        if (position < 0 || bytes < 0 || position > size() || bytes > size() - position) {
            throw refuse(field, bytes + " bytes at " + position, "a part of the " + size() + " bytes of the file");
        }
        return file.data().asSlice(position, bytes);
    }

    /** A record of fixed size that begins with a signature. */
    ZipRecord record(String field, long position, int bytes, int signature) {
        ZipRecord record = new ZipRecord(part(field, position, bytes));
        if ((int) record.u32(0) != signature) {
            throw refuse(
                    field,
                    "%08x at %d".formatted(record.u32(0), position),
                    "the signature %08x of a ZIP archive".formatted(signature));
        }
        return record;
    }

    CheckpointException refuse(String field, Object found, String expected) {
        return new CheckpointException(file.path(), field, found, expected);
    }
}
