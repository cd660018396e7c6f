// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.generation.grammar.Grammar;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the text has to be, in one of three languages. */
final class GrammarOption {
    @Option(
            names = "--json-schema",
            paramLabel = "FILE",
            description = "The text is JSON that is valid by this schema.")
    private @Nullable Path schema;

    @Option(names = "--grammar", paramLabel = "FILE", description = "The text is one of this grammar (GBNF).")
    private @Nullable Path grammar;

    @Option(names = "--regex", paramLabel = "R", description = "The text matches this regular expression.")
    private @Nullable String regex;

    Grammar read() {
        if (schema != null) {
            return Grammar.ofJsonSchema(TextFile.read(schema));
        }
        return grammar != null ? Grammar.ofGbnf(TextFile.read(grammar)) : Grammar.ofRegex(String.valueOf(regex));
    }
}
