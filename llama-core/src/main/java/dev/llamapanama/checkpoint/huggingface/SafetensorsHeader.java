// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.checkpoint.huggingface;

import dev.llamapanama.checkpoint.CheckpointException;
import dev.llamapanama.checkpoint.mapped.MappedFile;
import dev.llamapanama.tensor.Little;
import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;

/**
 * The header of a safetensors file (safetensors/src/tensor.rs): a length of 64 bits and as many bytes of JSON, which place every tensor in the
 * rest of the file.
 */
final class SafetensorsHeader {
    private static final int LENGTH_BYTES = Long.BYTES;
    private static final long MOST_BYTES = 100_000_000;

    private SafetensorsHeader() {}

    /**
     * @return the tensors by name, in the order of the header
     * @throws CheckpointException if the header isn't as the format demands, or the tensors don't fill the file exactly
     */
    static SequencedMap<String, SafetensorsTensor> read(MappedFile file) {
        long size = file.data().byteSize();
        if (size < LENGTH_BYTES + 2) {
            throw new CheckpointException(file.path(), "file length", size, "at least 10 bytes");
        }
        long length = file.data().get(Little.LONG, 0);
        if (length < 2 || length > Math.min(MOST_BYTES, size - LENGTH_BYTES)) {
            throw new CheckpointException(
                    file.path(),
                    "header length",
                    Long.toUnsignedString(length) + " in a file of " + size + " bytes",
                    "2 to " + MOST_BYTES + " and no more than the file has");
        }
        byte first = file.data().get(ValueLayout.JAVA_BYTE, LENGTH_BYTES);
        if (first != '{') {
            throw new CheckpointException(file.path(), "header", "first byte " + first, "{");
        }
        long start = LENGTH_BYTES + length;
        SequencedMap<String, SafetensorsTensor> tensors = new SafetensorsParser(file, LENGTH_BYTES, start).parse();
        checkTiling(file, start, List.copyOf(tensors.values()));
        return tensors;
    }

    /** No holes, no overlaps, nothing in front and nothing behind. */
    private static void checkTiling(MappedFile file, long start, List<SafetensorsTensor> tensors) {
        long position = start;
        for (SafetensorsTensor tensor : tensors.stream()
                .sorted(Comparator.comparingLong(SafetensorsTensor::begin).thenComparingLong(SafetensorsTensor::bytes))
                .toList()) {
            if (tensor.begin() != position) {
                throw new CheckpointException(
                        file.path(),
                        tensor.name() + " data_offsets",
                        "a begin of " + (tensor.begin() - start),
                        (position - start) + ", where the tensor before it ends");
            }
            position += tensor.bytes();
        }
        if (position != file.data().byteSize()) {
            throw new CheckpointException(
                    file.path(), "file length", file.data().byteSize(), position + ", where the last tensor ends");
        }
    }
}
