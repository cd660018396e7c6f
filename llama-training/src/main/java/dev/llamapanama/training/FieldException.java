// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import org.jspecify.annotations.Nullable;

/** A value that can't be; where it stands in a file is added by who reads that. */
final class FieldException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String found;
    private final String expected;

    FieldException(String field, @Nullable Object found, String expected) {
        super(field + ": found " + found + ", expected " + expected);
        this.field = field;
        this.found = String.valueOf(found);
        this.expected = expected;
    }

    static void require(boolean holds, String field, @Nullable Object found, String expected) {
        if (!holds) {
            throw new FieldException(field, found, expected);
        }
    }

    String field() {
        return field;
    }

    String found() {
        return found;
    }

    String expected() {
        return expected;
    }
}
