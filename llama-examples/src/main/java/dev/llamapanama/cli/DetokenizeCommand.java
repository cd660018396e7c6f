// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(description = "Prints the text of token ids.")
final class DetokenizeCommand extends ModelCommand {
    @Mixin
    private final IdsOption ids = new IdsOption();

    DetokenizeCommand(Console console) {
        super(console);
    }

    private record Report(String text) {}

    @Override
    public void run() {
        String text = model.openTokenizer().decode(ids.values());
        if (json) {
            Json.print(out, new Report(text));
        } else {
            out.println(text);
        }
    }
}
