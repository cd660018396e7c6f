// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.jinja;

import java.util.Arrays;
import java.util.List;

/**
 * What a function of Python takes besides the value that it belongs to. What may be left out comes last.
 *
 * @param function its name
 * @param names of the parameters
 * @param required how many of them have to be given
 * @param byName whether they may be given by name
 */
record Parameters(String function, List<String> names, int required, boolean byName) {
    /**
     * Reads parameters as {@code "old new count?"}: those with a question mark may be left out.
     *
     * @param byName whether they may be given by name, which functions of Python that are written in C mostly don't allow
     */
    static Parameters of(String function, String names, boolean byName) {
        List<String> all =
                Arrays.stream(names.split(" ")).filter(name -> !name.isEmpty()).toList();
        int required = (int) all.stream().filter(name -> !name.endsWith("?")).count();
        return new Parameters(
                function, all.stream().map(name -> name.replace("?", "")).toList(), required, byName);
    }

    /** The same arguments; fails where they aren't those of the function. */
    Arguments check(Arguments arguments) {
        if (arguments.count() > names.size()) {
            throw new JinjaException(
                    function + "() takes at most " + names.size() + " arguments, found " + arguments.count());
        }
        for (String name : arguments.named().keySet()) {
            int place = byName ? names.indexOf(name) : -1;
            if (place < 0) {
                throw new JinjaException(function + "() has no parameter '" + name + "' that can be named");
            }
            if (place < arguments.count()) {
                throw new JinjaException(function + "() got two values for '" + name + "'");
            }
        }
        for (int i = arguments.count(); i < required; i++) {
            if (!arguments.named().containsKey(names.get(i))) {
                throw new JinjaException(function + "() misses the argument '" + names.get(i) + "'");
            }
        }
        return arguments;
    }
}
