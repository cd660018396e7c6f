// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What every class keeps to. A rule that finds nothing to look at passes, since packages grow one by one;
 * {@link PlantedViolationsTest} shows that each one bites.
 */
final class HouseRules {
    private static final String VECTOR = "jdk.incubator.vector..";
    private static final String FOREIGN = "java.lang.foreign..";
    private static final DescribedPredicate<JavaClass> NATIVE_TYPE = resideInAnyPackage(VECTOR, FOREIGN);

    private HouseRules() {}

    static ArchRule importsGoDownwards() {
        return classes().should(new Floors());
    }

    static ArchRule noPackageCycles() {
        return slices().assignedFrom(new Packages()).should().beFreeOfCycles();
    }

    static ArchRule vectorsStayInKernels() {
        return noClasses()
                .that()
                .resideOutsideOfPackages("dev.llamapanama.tensor.cpu..", "dev.llamapanama.training.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(VECTOR)
                .allowEmptyShould(true);
    }

    /** The engine's own package may hold an arena or a segment, but never show one: see below. */
    static ArchRule foreignMemoryStaysInside() {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.llamapanama",
                        "dev.llamapanama.tensor..",
                        "dev.llamapanama.checkpoint..",
                        "dev.llamapanama.decoder..",
                        "dev.llamapanama.engine..",
                        "dev.llamapanama.gpu..",
                        "dev.llamapanama.synthetic..",
                        "dev.llamapanama.training.network..",
                        "dev.llamapanama.benchmarks..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(FOREIGN)
                .allowEmptyShould(true);
    }

    static ArchRule usersSeeNoNativeTypes() {
        return classes()
                .that()
                .arePublic()
                .and(resideInAnyPackage("dev.llamapanama", "dev.llamapanama.generation.."))
                .should(new HideNativeTypes())
                .allowEmptyShould(true);
    }

    static ArchRule loggersArePrivateConstants() {
        return fields().that()
                .haveRawType("org.slf4j.Logger")
                .should()
                .bePrivate()
                .andShould()
                .beStatic()
                .andShould()
                .beFinal()
                .allowEmptyShould(true);
    }

    static ArchRule noPublicMutableFields() {
        return fields().that()
                .arePublic()
                .should()
                .beFinal()
                .andShould()
                .notHaveRawType(DescribedPredicate.describe("array", JavaClass::isArray))
                .allowEmptyShould(true);
    }

    static Stream<ArchRule> all() {
        return Stream.of(
                importsGoDownwards(),
                noPackageCycles(),
                vectorsStayInKernels(),
                foreignMemoryStaysInside(),
                usersSeeNoNativeTypes(),
                loggersArePrivateConstants(),
                noPublicMutableFields());
    }

    /** Every package is a slice of its own, nested ones too. */
    private static final class Packages implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
            return resideInAPackage("dev.llamapanama..").test(javaClass)
                    ? SliceIdentifier.of(javaClass.getPackageName())
                    : SliceIdentifier.ignore();
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }

    /** Looks at public and protected members, generic arguments included. */
    private static final class HideNativeTypes extends ArchCondition<JavaClass> {
        HideNativeTypes() {
            super("show no type of java.lang.foreign or jdk.incubator.vector");
        }

        @Override
        public void check(JavaClass shown, ConditionEvents events) {
            for (JavaMember member : shown.getMembers()) {
                if (visible(member) && typesOf(member).stream().anyMatch(NATIVE_TYPE)) {
                    events.add(SimpleConditionEvent.violated(member, member.getDescription() + " shows a native type"));
                }
            }
        }

        private static boolean visible(JavaMember member) {
            return member.getModifiers().contains(JavaModifier.PUBLIC)
                    || member.getModifiers().contains(JavaModifier.PROTECTED);
        }

        private static Set<JavaClass> typesOf(JavaMember member) {
            return switch (member) {
                case JavaField field -> field.getType().getAllInvolvedRawTypes();
                case JavaCodeUnit unit ->
                    Stream.concat(unit.getParameterTypes().stream(), Stream.of(unit.getReturnType()))
                            .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                            .collect(Collectors.toSet());
                default -> Set.of();
            };
        }
    }
}
