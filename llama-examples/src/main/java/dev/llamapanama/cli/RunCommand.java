// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Llama;
import picocli.CommandLine.Mixin;

/** A command that runs a model, with adapters where they are given. */
abstract class RunCommand extends ModelCommand {
    @Mixin
    private final AdapterOption adapters = new AdapterOption();

    RunCommand(Console console) {
        super(console);
    }

    final Llama open() {
        return model.open(adapters.files());
    }
}
