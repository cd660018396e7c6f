// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** Python's {@code None}. */
enum None {
    /** The only one. */
    NONE
}
