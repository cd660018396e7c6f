// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.architecture;

import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Imports go downwards: each package, with those below it that it may use. Packages inside one belong to it; a new
 * package gets a line here before its first class passes.
 */
final class Floors extends ArchCondition<JavaClass> {
    private static final String HOUSE = "dev.llamapanama";
    private static final String FACADE = HOUSE;

    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            entry(HOUSE + ".tokenizers", Set.of()),
            entry(HOUSE + ".config", Set.of()),
            entry(HOUSE + ".tensor", Set.of()),
            entry(HOUSE + ".tensor.cpu", below("tensor")),
            entry(HOUSE + ".gpu", below("tensor")),
            entry(HOUSE + ".checkpoint", below("config", "tensor", "tokenizers")),
            entry(HOUSE + ".decoder", below("config", "tensor", "checkpoint")),
            entry(HOUSE + ".generation", below("config", "tensor", "checkpoint", "decoder", "tokenizers")),
            entry(HOUSE + ".events", below("generation")),
            entry(
                    HOUSE + ".engine",
                    below("config", "tensor", "checkpoint", "decoder", "generation", "events", "tokenizers")),
            entry(FACADE, below("config", "tensor", "checkpoint", "engine", "generation", "events", "tokenizers")),
            entry(HOUSE + ".synthetic", below("config", "tensor", "checkpoint", "tokenizers")),
            entry(HOUSE + ".training.kernel", below("tensor.cpu")),
            entry(
                    HOUSE + ".training.network",
                    below("config", "tensor", "checkpoint", "training.kernel", "tokenizers")),
            entry(HOUSE + ".training.optimise", below("training.kernel", "training.network")),
            entry(
                    HOUSE + ".training.tuning",
                    below(
                            "config",
                            "tensor",
                            "checkpoint",
                            "training.kernel",
                            "training.network",
                            "training.optimise")),
            entry(HOUSE + ".training.data", below("training.network", "tokenizers")),
            entry(HOUSE + ".training.chart", Set.of()),
            entry(HOUSE + ".training.scaling", below("training.chart")),
            entry(
                    HOUSE + ".training",
                    below(
                            "config",
                            "tensor",
                            "checkpoint",
                            "tokenizers",
                            "training.chart",
                            "training.data",
                            "training.network",
                            "training.optimise",
                            "training.scaling",
                            "training.tuning")),
            entry(HOUSE + ".bundled", Set.of()),
            entry(
                    HOUSE + ".cli",
                    below(
                            "",
                            "bundled",
                            "config",
                            "tensor",
                            "checkpoint",
                            "generation",
                            "synthetic",
                            "tokenizers",
                            "training",
                            "training.data",
                            "training.scaling")),
            entry(
                    HOUSE + ".examples",
                    below("", "bundled", "config", "tensor", "checkpoint", "generation", "tokenizers", "training")),
            entry(
                    HOUSE + ".benchmarks",
                    below(
                            "",
                            "config",
                            "tensor",
                            "checkpoint",
                            "decoder",
                            "generation",
                            "tokenizers",
                            "training.network",
                            "training.optimise")));

    Floors() {
        super("only use packages below their own");
    }

    @Override
    public void check(JavaClass user, ConditionEvents events) {
        String floor = floorOf(user.getPackageName());
        Set<String> allowed = MAY_USE.get(floor);
        if (allowed == null) {
            events.add(SimpleConditionEvent.violated(user, user.getName() + " lies in a package without a floor"));
            return;
        }
        for (Dependency dependency : user.getDirectDependenciesFromSelf()) {
            JavaClass used = dependency.getTargetClass().getBaseComponentType();
            String usedFloor = floorOf(used.getPackageName());
            if (inHouse(used.getPackageName()) && !usedFloor.equals(floor) && !allowed.contains(usedFloor)) {
                events.add(SimpleConditionEvent.violated(
                        user, floor + " may not use " + usedFloor + ": " + dependency.getDescription()));
            }
        }
    }

    /** The longest line of the table that the package begins with; the facade's own has nothing inside. */
    private static String floorOf(String packageName) {
        String candidate = packageName;
        while (!candidate.equals(HOUSE) && inHouse(candidate)) {
            if (MAY_USE.containsKey(candidate)) {
                return candidate;
            }
            candidate = candidate.substring(0, candidate.lastIndexOf('.'));
        }
        return packageName;
    }

    private static boolean inHouse(String packageName) {
        return packageName.equals(HOUSE) || packageName.startsWith(HOUSE + ".");
    }

    private static Set<String> below(String... names) {
        return Stream.of(names)
                .map(name -> name.isEmpty() ? FACADE : HOUSE + "." + name)
                .collect(Collectors.toUnmodifiableSet());
    }
}
