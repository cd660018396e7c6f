// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the README compile as they stand. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");
    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path classes = Path.of("");

    @TestFactory
    Stream<DynamicTest> programsCompile() throws IOException {
        return programs().stream()
                .map(program -> DynamicTest.dynamicTest(
                        program.lines().findFirst().orElse(""), () -> assertEquals(List.of(), errors(program))));
    }

    @Test
    void thereArePrograms() throws IOException {
        assertTrue(programs().size() >= 3, () -> "programs in " + README.toAbsolutePath());
    }

    @Test
    void aProgramThatDoesNotCompileIsFound() {
        assertEquals(
                1, errors("void main() { dev.llamapanama.Llama.close(1); }").size());
    }

    private static List<String> programs() throws IOException {
        return PROGRAM.matcher(Files.readString(README))
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private List<String> errors(String program) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<String> options = List.of(
                "-d", classes.toString(), "-proc:none", "-classpath", System.getProperty("java.class.path", ""));
        compiler.getTask(null, null, problems, options, null, List.of(new Source(program)))
                .call();
        return problems.getDiagnostics().stream()
                .filter(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
    }

    /** A compact source file. */
    private static final class Source extends SimpleJavaFileObject {
        private final String program;

        Source(String program) {
            super(URI.create("string:///Readme.java"), Kind.SOURCE);
            this.program = program;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return program;
        }
    }
}
