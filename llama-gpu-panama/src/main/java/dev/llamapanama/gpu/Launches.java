// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import java.util.List;

/**
 * Appends operations that aren't products, after which activations may be others than those that were rounded or split for products. On the
 * device's thread.
 */
record Launches(Recording recording, ActivationRounding rounding, Products products, LastMade lastMade) {

    /** Appends an operation. */
    RecordedLaunch launch(String kernel, StepGrid grid, Object... arguments) {
        forget();
        return recording.launch(kernel, grid, arguments);
    }

    /** Appends one for some steps, as {@link Recording#launchFor}. */
    RecordedLaunch launchFor(int above, int most, String kernel, StepGrid grid, Object... arguments) {
        forget();
        return recording.launchFor(above, most, kernel, grid, arguments);
    }

    private void forget() {
        rounding.forget();
        products.forget();
        lastMade.forget();
    }

    /**
     * Tells that the last launches made a tensor.
     *
     * @param together as {@link LastMade.Tensor} has it
     */
    void made(CudaTensor out, int together, List<Maker> makers) {
        lastMade.is(new LastMade.Tensor(out, together, makers));
    }

    /** Appends one that makes whole rows, with the grids of a {@link Maker}. */
    void launchMaker(
            CudaTensor out, String kernel, StepGrid grid, StepGrid rounding, StepGrid splitting, Object... arguments) {
        RecordedLaunch launch = launch(kernel, grid, arguments);
        made(out, out.width(), List.of(new Maker(launch, rounding, splitting)));
    }
}
