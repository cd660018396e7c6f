// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import picocli.CommandLine.Mixin;

/** A command about a model. */
abstract class ModelCommand extends ConsoleCommand {
    @Mixin
    final ModelOptions model = new ModelOptions();

    ModelCommand(Console console) {
        super(console);
    }
}
