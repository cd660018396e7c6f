// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.tokenizers.EncodeOptions;
import dev.llamapanama.tokenizers.Tokenizer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(description = "Prints the token ids of a text as JSON.")
final class TokenizeCommand extends ModelCommand {
    @ArgGroup(exclusive = true, multiplicity = "1")
    private Source source = new Source();

    @Option(names = "--no-bos", description = "Add no begin token, nor an end token where the model has one added.")
    private boolean bare;

    @Option(names = "--special", description = "Take spellings of control tokens in the text for these tokens.")
    private boolean special;

    TokenizeCommand(Console console) {
        super(console);
    }

    private static final class Source {
        @Option(names = "--text", paramLabel = "TEXT", description = "The text.")
        private @Nullable String text;

        @Option(names = "--file", paramLabel = "FILE", description = "A file that holds the text.")
        private @Nullable Path file;

        @Option(
                names = "--batch",
                paramLabel = "FILE",
                description = "A JSON file: an array of texts; gives an array of results.")
        private @Nullable Path batch;

        String read() {
            return file == null ? String.valueOf(text) : TextFile.read(file);
        }
    }

    private record Tokens(List<Integer> ids, List<String> pieces) {}

    private record Ids(List<Integer> ids) {}

    @Override
    public void run() {
        Tokenizer tokenizer = model.openTokenizer();
        if (source.batch != null) {
            List<Ids> results = texts(source.batch).stream()
                    .map(text -> new Ids(encode(tokenizer, text)))
                    .toList();
            Json.print(out, results);
        } else {
            List<Integer> ids = encode(tokenizer, source.read());
            Json.print(out, new Tokens(ids, ids.stream().map(tokenizer::piece).toList()));
        }
    }

    private List<Integer> encode(Tokenizer tokenizer, String text) {
        EncodeOptions options = (bare ? EncodeOptions.TEXT : EncodeOptions.PROMPT).withParseSpecial(special);
        return Arrays.stream(tokenizer.encode(text, options)).boxed().toList();
    }

    private static List<String> texts(Path file) {
        try {
            return Json.strings(TextFile.read(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }
}
