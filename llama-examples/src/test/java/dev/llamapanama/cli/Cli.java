// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A command that was run in this JVM.
 *
 * @param exit its exit code
 * @param out standard output, read as UTF-8
 * @param err standard error, read as UTF-8
 */
record Cli(int exit, String out, String err) {

    static Cli run(Object... args) {
        return run("", false, args);
    }

    /** Runs it with so much on standard input. */
    static Cli runWithInput(String input, Object... args) {
        return run(input, false, args);
    }

    /** Runs it as if somebody watched standard error on a terminal. */
    static Cli runWatched(Object... args) {
        return run("", true, args);
    }

    private static Cli run(String input, boolean terminal, Object[] args) {
        InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        String[] words = List.of(args).stream().map(Object::toString).toArray(String[]::new);
        PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        int exit = Main.run(new Console(in, out, errors, terminal), words);
        return new Cli(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Standard output of a command that has to succeed in silence. */
    static String text(Object... args) {
        Cli cli = run(args);
        assertEquals("", cli.err);
        assertEquals(0, cli.exit);
        return cli.out;
    }

    /** The same, which has to be one line of JSON. */
    static JsonNode json(Object... args) {
        String text = text(args);
        assertEquals(1, text.lines().count(), text);
        return JsonMapper.shared().readTree(text);
    }

    static List<String> keys(JsonNode object) {
        return List.copyOf(object.propertyNames());
    }

    static int[] ints(JsonNode array) {
        return array.valueStream().mapToInt(JsonNode::intValue).toArray();
    }
}
