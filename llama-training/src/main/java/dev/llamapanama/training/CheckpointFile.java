// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import dev.llamapanama.training.data.TrainingFileException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * All that a training goes on from: {@code LPTRAIN1}, the length of the state, the state as JSON, arrays of floats, and the CRC-32C of all
 * that; little-endian.
 */
record CheckpointFile(Path path) {
    private static final long MAGIC = 0x314E_4941_5254_504CL;
    private static final int AT_ONCE = 1 << 20;
    private static final int MAX_STATE = 1 << 24;

    void write(TrainingState state, List<float[]> arrays) {
        byte[] head = state.toBytes();
        AtomicFile.write(path, channel -> {
            Writer writer = new Writer(channel);
            writer.room(Long.BYTES).putLong(MAGIC);
            writer.room(Integer.BYTES).putInt(head.length);
            for (byte each : head) {
                writer.room(1).put(each);
            }
            for (float[] array : arrays) {
                writer.floats(array);
            }
            writer.finish();
        });
    }

    /**
     * The state, after the whole file was found to be as it was written.
     *
     * @throws TrainingFileException if it isn't
     */
    TrainingState verify() {
        try (FileChannel channel = FileChannel.open(path)) {
            long size = channel.size();
            long least = Long.BYTES + Integer.BYTES + Long.BYTES;
            require(size >= least, "size", size, "at least " + least);
            Reader reader = new Reader(channel);
            require(reader.bytes(Long.BYTES).getLong() == MAGIC, "magic", "another", "LPTRAIN1");
            int length = reader.bytes(Integer.BYTES).getInt();
            require(length > 0 && length <= Math.min(MAX_STATE, size - least), "length of the state", length, "less");
            byte[] head = new byte[length];
            reader.bytes(length).get(head);
            for (long rest = size - least - length; rest > 0; ) {
                int count = (int) Math.min(rest, AT_ONCE);
                reader.bytes(count);
                rest -= count;
            }
            long computed = reader.checksum.getValue();
            long stored = reader.bytes(Long.BYTES).getLong();
            require(computed == stored, "checksum", Long.toHexString(computed), Long.toHexString(stored));
            return TrainingState.of(path, head);
        } catch (IOException e) {
            throw new TrainingFileException(path, e);
        }
    }

    /** Reads arrays of a file that is {@linkplain #verify verified}. */
    void read(List<float[]> arrays) {
        try (FileChannel channel = FileChannel.open(path)) {
            Reader reader = new Reader(channel);
            reader.bytes(Long.BYTES);
            int length = reader.bytes(Integer.BYTES).getInt();
            reader.bytes(length);
            long expected = 2L * Long.BYTES + Integer.BYTES + length;
            expected += Float.BYTES
                    * arrays.stream().mapToLong(array -> array.length).sum();
            require(channel.size() == expected, "size", channel.size(), Long.toString(expected));
            for (float[] array : arrays) {
                for (int i = 0; i < array.length; ) {
                    int count = Math.min(array.length - i, AT_ONCE / Float.BYTES);
                    reader.bytes(count * Float.BYTES).asFloatBuffer().get(array, i, count);
                    i += count;
                }
            }
        } catch (IOException e) {
            throw new TrainingFileException(path, e);
        }
    }

    private void require(boolean holds, String field, Object found, String expected) {
        if (!holds) {
            throw new TrainingFileException(path, field, found, expected);
        }
    }

    private static final class Writer {
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
        private final CRC32C checksum = new CRC32C();
        private final FileChannel channel;

        Writer(FileChannel channel) {
            this.channel = channel;
        }

        ByteBuffer room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                checksum.update(buffer.duplicate().flip());
                empty();
            }
            return buffer;
        }

        void floats(float[] array) throws IOException {
            for (int i = 0; i < array.length; ) {
                room(Float.BYTES);
                int count = Math.min(array.length - i, buffer.remaining() / Float.BYTES);
                buffer.asFloatBuffer().put(array, i, count);
                buffer.position(buffer.position() + count * Float.BYTES);
                i += count;
            }
        }

        void finish() throws IOException {
            checksum.update(buffer.duplicate().flip());
            empty();
            buffer.putLong(checksum.getValue());
            empty();
        }

        private void empty() throws IOException {
            buffer.flip();
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            buffer.clear();
        }
    }

    private static final class Reader {
        private final CRC32C checksum = new CRC32C();
        private final FileChannel channel;
        private ByteBuffer buffer = ByteBuffer.allocateDirect(AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);

        Reader(FileChannel channel) {
            this.channel = channel;
        }

        ByteBuffer bytes(int count) throws IOException {
            if (count > buffer.capacity()) {
                buffer = ByteBuffer.allocateDirect(count).order(ByteOrder.LITTLE_ENDIAN);
            }
            buffer.clear().limit(count);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer) < 0) {
                    throw new EOFException("ends before its arrays do");
                }
            }
            buffer.flip();
            checksum.update(buffer.duplicate());
            return buffer;
        }
    }
}
