// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The tensor that the last launches made, until others follow: what products want of it, variants of these can do. On the device's thread. */
final class LastMade {
    private @Nullable Tensor tensor;

    /**
     * A tensor.
     *
     * @param together so many elements of a row are made by threads that can exchange them
     * @param makers all that make it
     */
    record Tensor(CudaTensor out, int together, List<Maker> makers) {}

    /** Told of any other launch. */
    void forget() {
        tensor = null;
    }

    /** Told of these launches. */
    void is(Tensor made) {
        tensor = made;
    }

    /** Hands the makers of a tensor over, only once, if it is the one. */
    @Nullable
    Tensor take(CudaTensor wanted) {
        Tensor made = tensor;
        tensor = null;
        return made != null && made.out.buffer() == wanted.buffer() ? made : null;
    }
}
