// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

/** The primary context of a device, current on the thread that made it: all calls that need a context belong there. */
public final class Context implements AutoCloseable {
    private final Device device;

    private Context(Device device) {
        this.device = device;
    }

    /** Makes the context of a device this thread's. */
    public static Context of(Device device) {
        long handle = OutParameter.readLong(out -> DriverFunction.PRIMARY_CONTEXT_RETAIN.call(out, device.handle()));
        Context context = new Context(device);
        try {
            DriverFunction.CONTEXT_SET_CURRENT.call(handle);
        } catch (RuntimeException | Error e) {
            context.close();
            throw e;
        }
        return context;
    }

    /** Frees all that is left in it. On the thread that made it. */
    @Override
    public void close() {
        DriverFunction.CONTEXT_SET_CURRENT.result(0);
        DriverFunction.PRIMARY_CONTEXT_RELEASE.call(device.handle());
    }
}
