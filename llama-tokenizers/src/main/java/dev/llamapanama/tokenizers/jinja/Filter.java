// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

/** What stands after {@code |}. */
@FunctionalInterface
interface Filter {
    Object apply(Scope scope, Object value, Arguments arguments);

    /**
     * A filter that fails for arguments that aren't its own.
     *
     * @param parameters as {@link Parameters#of} reads them
     */
    static Filter of(String name, String parameters, Filter filter) {
        Parameters taken = Parameters.of(name, parameters, true);
        return (scope, value, arguments) -> filter.apply(scope, value, taken.check(arguments));
    }
}
