// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Where a command writes: results to {@code out} in UTF-8, everything else to {@code err}. */
final class Console {
    private final PrintStream out;
    private final PrintStream err;
    private final InputStream in;
    private final boolean terminal;

    /**
     * @param in standard input
     * @param out buffered here; flush to show what was printed
     * @param terminal whether somebody watches {@code err}
     */
    Console(InputStream in, OutputStream out, PrintStream err, boolean terminal) {
        this.in = in;
        this.out = new PrintStream(new BufferedOutputStream(new Outlet(out), 1 << 16), false, StandardCharsets.UTF_8);
        this.err = err;
        this.terminal = terminal;
    }

    /** Throws {@link OutputException} where a write fails, other than a print stream of the JDK, which would hide it. */
    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    InputStream in() {
        return in;
    }

    boolean terminal() {
        return terminal;
    }

    private static final class Outlet extends OutputStream {
        private final OutputStream stream;

        Outlet(OutputStream stream) {
            this.stream = stream;
        }

        @Override
        public void write(int b) {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                stream.write(bytes, offset, length);
            } catch (IOException e) {
                throw new OutputException(e);
            }
        }

        @Override
        public void flush() {
            try {
                stream.flush();
            } catch (IOException e) {
                throw new OutputException(e);
            }
        }
    }
}
