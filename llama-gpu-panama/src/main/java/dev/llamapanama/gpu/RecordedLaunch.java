// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.gpu;

import dev.llamapanama.gpu.driver.DeviceBuffer;
import dev.llamapanama.gpu.driver.KernelLaunch;
import dev.llamapanama.gpu.driver.Stream;
import java.util.List;

/**
 * A launch of a plan, for steps with so many tokens.
 *
 * @param above tokens of a step are more
 * @param most tokens of a step
 */
record RecordedLaunch(KernelLaunch kernel, StepGrid grid, List<Object> arguments, int above, int most) {

    /** Whether it is for all steps with more tokens than the first number, and at most the second. */
    boolean isFor(int above, int most) {
        return this.above <= above && this.most >= most;
    }

    /** Hands it over to a stream, for steps with so many tokens at most. */
    void on(Stream stream, int most) {
        kernel.on(stream, grid.of(most));
    }

    /** The same once all before has ended. */
    void behindAllOn(Stream stream, int most) {
        kernel.behindAllOn(stream, grid.of(most));
    }

    /** The same for none of the steps with more tokens. */
    RecordedLaunch upTo(int most) {
        return new RecordedLaunch(kernel, grid, arguments, above, most);
    }

    /** Whether a step may have both. */
    boolean meets(RecordedLaunch other) {
        return above < other.most && other.above < most;
    }

    /** Whether one of its arguments is in some memory. */
    boolean names(DeviceBuffer buffer) {
        return arguments.stream()
                .anyMatch(argument -> argument instanceof Long address
                        && address >= buffer.address()
                        && address < buffer.address() + buffer.bytes());
    }
}
