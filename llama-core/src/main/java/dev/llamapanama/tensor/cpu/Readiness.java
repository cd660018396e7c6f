// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor.cpu;

import java.util.function.Supplier;

/** Whether the JIT has compiled a kernel, before which loops without vectors are a hundred times as fast. */
interface Readiness {

    /** Once true it stays so. */
    boolean isReady();

    /** Tells that so many multiplications have been done without the kernel. */
    void missed(long multiplications);

    /** Tells of so many weights that are going to be multiplied with. */
    void expected(long weights);

    /** How kernels get ready. */
    @FunctionalInterface
    interface Policy {

        /** Kernels may be used at once. */
        Policy AT_ONCE = (urgency, exercise) -> new Constant(true);

        /** Kernels are never used. */
        Policy NEVER = (urgency, exercise) -> new Constant(false);

        /**
         * The readiness of a kernel.
         *
         * @param exercise for the kernel
         */
        Readiness of(Urgency urgency, Supplier<Exercise> exercise);
    }

    /** What is wanted first comes first. */
    enum Urgency {
        /** The products of a prompt. */
        PROMPT,
        /** All but products. */
        ROWS,
        /** The products of one token. */
        TOKEN,
        /** What the JIT compiles best from the work itself: the kernel is used as soon as enough has been missed. */
        NONE
    }

    /** The same computation in two ways, of a size to be repeated often. */
    interface Exercise {
        /** With the kernel, as little as will do: the interpreter takes its time. */
        void prelude();

        /** With the kernel. */
        void withVectors();

        /** Without it. */
        void withLoops();
    }

    /** An answer that never changes. */
    record Constant(boolean isReady) implements Readiness {
        @Override
        public void missed(long multiplications) {}

        @Override
        public void expected(long weights) {}
    }
}
