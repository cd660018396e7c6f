// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.util.List;

/**
 * Appends operations that aren't products, after which activations may be others than those that were rounded or split for products. On the
 * device's thread.
 */
record Launches(Recording recording, ActivationRounding rounding, Products products) {

    /** Appends an operation. */
    void launch(String kernel, StepGrid grid, Object... arguments) {
        forget();
        recording.launch(kernel, grid, arguments);
    }

    /** Appends one for some steps, as {@link Recording#launchFor}. */
    void launchFor(int above, int most, String kernel, StepGrid grid, Object... arguments) {
        forget();
        recording.launchFor(above, most, kernel, grid, arguments);
    }

    private void forget() {
        rounding.forget();
        products.forget();
    }

    /** Tells that the last launches made a tensor, as {@link ActivationRounding#madeBy}. */
    void made(CudaTensor out, int together, List<ActivationRounding.Maker> makers) {
        rounding.madeBy(out, together, makers);
    }

    /** Appends one whose kernel has a variant that rounds what it makes. */
    void launchMaker(
            CudaTensor out, int together, String kernel, StepGrid grid, StepGrid roundingGrid, Object... arguments) {
        launch(kernel, grid, arguments);
        made(out, together, List.of(new ActivationRounding.Maker(kernel, roundingGrid, List.of(arguments))));
    }
}
