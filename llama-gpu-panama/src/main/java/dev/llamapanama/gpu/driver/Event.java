// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

/** A place in the work of a stream, which can be waited for while work behind it goes on. On the device's thread. */
public final class Event implements AutoCloseable {
    /** Without the time, which nobody asks for. */
    private static final int DISABLE_TIMING = 2;

    private final long handle;

    private Event(long handle) {
        this.handle = handle;
    }

    /** A new one, of the current context. */
    public static Event create() {
        return new Event(OutParameter.readLong(out -> DriverFunction.EVENT_CREATE.call(out, DISABLE_TIMING)));
    }

    /** Puts it behind all that the stream has been handed. */
    public void recordOn(Stream stream) {
        DriverFunction.EVENT_RECORD.call(handle, stream.handle());
    }

    /** Waits for the end of all work before it. */
    public void synchronize() {
        DriverFunction.EVENT_SYNCHRONIZE.call(handle);
    }

    /** Frees it. */
    @Override
    public void close() {
        DriverFunction.EVENT_DESTROY.call(handle);
    }
}
