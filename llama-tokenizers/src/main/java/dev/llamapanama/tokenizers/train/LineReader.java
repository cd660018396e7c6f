// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.train;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Reads bytes line by line, and of a line no more than a limit, however long it is. */
final class LineReader {
    private final InputStream in;
    private final int maxBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int at;
    private int end;
    private byte[] line = new byte[256];
    private long length;
    private long taken;

    LineReader(InputStream in, int maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /** Goes to the next line; false at the end. Text after the last line feed is a line, nothing is none. */
    boolean next() throws IOException {
        length = 0;
        boolean any = false;
        while (at < end || fill()) {
            any = true;
            int stop = at;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            keep(stop - at);
            boolean whole = stop < end;
            taken += stop - at + (whole ? 1 : 0);
            at = whole ? stop + 1 : stop;
            if (whole) {
                return true;
            }
        }
        return any;
    }

    private boolean fill() throws IOException {
        at = 0;
        end = Math.max(0, in.read(buffer));
        return end > 0;
    }

    private void keep(int count) {
        length += count;
        if (length <= maxBytes) {
            if (length > line.length) {
                line = Arrays.copyOf(line, (int) Math.min(maxBytes, 2 * length));
            }
            System.arraycopy(buffer, at, line, (int) length - count, count);
        }
    }

    boolean isTooLong() {
        return length > maxBytes;
    }

    /** The line without its line feed, if it isn't too long; until the next one is read. */
    ByteBuffer bytes() {
        return ByteBuffer.wrap(line, 0, (int) length);
    }

    /** Bytes up to the end of this line. */
    long taken() {
        return taken;
    }
}
