// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Lines of standard input in UTF-8, each a message. */
final class LineInput implements ChatInput {
    private final BufferedReader lines;

    LineInput(InputStream in) {
        lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    }

    @Override
    public @Nullable String next(String prompt) {
        try {
            return lines.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException("standard input: " + e.getMessage(), e);
        }
    }

    /** Standard input stays open. */
    @Override
    public void close() {}
}
