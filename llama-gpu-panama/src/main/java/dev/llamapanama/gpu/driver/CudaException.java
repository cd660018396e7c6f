// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu.driver;

/** The CUDA driver is missing, too old, or has refused a call; the message says what was found and what was expected. */
public final class CudaException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** The code of one that the driver didn't give. */
    private static final int NONE = -1;

    private final int code;

    CudaException(String message, int code) {
        super(message);
        this.code = code;
    }

    /** One that no call has failed with. */
    public CudaException(String message) {
        this(message, NONE);
    }

    CudaException(String message, Throwable cause) {
        super(message, cause);
        code = NONE;
    }

    /** What the driver returned ({@code CUresult}), or −1 if it wasn't asked. */
    public int code() {
        return code;
    }
}
