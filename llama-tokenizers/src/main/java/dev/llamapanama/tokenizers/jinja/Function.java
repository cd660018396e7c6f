// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What a template can call. */
@FunctionalInterface
interface Function {
    Object call(Rendering rendering, Arguments arguments);
}
