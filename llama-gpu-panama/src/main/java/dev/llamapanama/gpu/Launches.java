// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.Grid;

/**
 * Appends operations that aren't products, after which activations may be others than those that were rounded or split for products. On the
 * device's thread.
 */
record Launches(Recording recording, ActivationRounding rounding, Products products) {

    /** Appends an operation. */
    void launch(String kernel, Grid grid, Object... arguments) {
        launchFor(0, Integer.MAX_VALUE, kernel, grid, arguments);
    }

    /** Appends one for some steps, as {@link Recording#launchFor}. */
    void launchFor(int above, int most, String kernel, Grid grid, Object... arguments) {
        rounding.forget();
        products.forget();
        recording.launchFor(above, most, kernel, grid, arguments);
    }

    /** Appends one whose kernel has a variant that rounds what it makes, as {@link ActivationRounding#madeBy}. */
    void launchMaker(CudaTensor out, int together, String kernel, Grid grid, Grid roundingGrid, Object... arguments) {
        launch(kernel, grid, arguments);
        rounding.madeBy(out, together, kernel, roundingGrid, arguments);
    }
}
