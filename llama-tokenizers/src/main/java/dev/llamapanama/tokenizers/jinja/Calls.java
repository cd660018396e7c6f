// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** Calls of values. */
final class Calls {
    private Calls() {}

    static Object call(Scope scope, Object function, Arguments arguments) {
        if (function instanceof Undefined undefined) {
            throw undefined.failure();
        }
        if (!(function instanceof Function callable)) {
            throw new JinjaException("'" + Values.typeName(function) + "' object is not callable");
        }
        Rendering rendering = scope.rendering();
        rendering.enter();
        Object value = callable.call(rendering, arguments);
        rendering.leave();
        return rendering.made(value);
    }
}
