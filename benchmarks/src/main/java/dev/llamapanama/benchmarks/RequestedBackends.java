// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.BackendOptions;
import dev.llamapanama.tensor.BackendSelection;
import java.util.ArrayList;
import java.util.List;

/**
 * The backends that a run names: one that can't be used here is refused before anything is measured, with its reason.
 *
 * @param names of their providers
 */
record RequestedBackends(List<String> names) {
    private static final String PARAMETER = "-p";
    private static final String PREFIX = "backend=";

    RequestedBackends {
        names = List.copyOf(names);
    }

    /** Those of {@code -p backend=a,b} among the arguments of JMH. */
    static RequestedBackends ofJmh(String... args) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            boolean isApart = i > 0 && args[i - 1].equals(PARAMETER);
            String parameter = !isApart && args[i].startsWith(PARAMETER) ? args[i].substring(2) : args[i];
            if ((isApart || !parameter.equals(args[i])) && parameter.startsWith(PREFIX)) {
                names.addAll(List.of(parameter.substring(PREFIX.length()).split(",")));
            }
        }
        return new RequestedBackends(names);
    }

    /**
     * Opens and closes each but those of the processor, which only forks have the modules for.
     *
     * @throws IllegalArgumentException if there is none of that name
     * @throws IllegalStateException if it can't be used here, with its reason
     */
    void requireUsable() {
        names.stream()
                .filter(name -> !Case.isProcessor(name))
                .forEach(name -> BackendSelection.open(name, new BackendOptions(1))
                        .backend()
                        .close());
    }
}
