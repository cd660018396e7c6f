// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.lang.module.ModuleDescriptor;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** What stands before the names of the commands. */
@Command(
        name = "llama",
        description = "Runs Llama models inside the JVM.",
        mixinStandardHelpOptions = true,
        versionProvider = LlamaCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "llama COMMAND --help tells about a command. Exit codes: 0, 1 for a failure, 2 for wrong usage.",
            "LLAMA_OPTS in the environment holds options for the JVM, such as -Xmx8g."
        })
final class LlamaCommand {

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            ModuleDescriptor module = LlamaCommand.class.getModule().getDescriptor();
            String version =
                    module == null ? "(on the class path)" : module.rawVersion().orElse("(unknown)");
            return new String[] {
                "llama " + version, "Java " + Runtime.version() + " " + System.getProperty("java.vendor.version", "")
            };
        }
    }
}
