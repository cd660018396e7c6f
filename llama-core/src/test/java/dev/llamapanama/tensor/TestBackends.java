// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tensor;

import java.util.EnumSet;
import java.util.stream.Stream;

/** The backends that every test of results runs on. */
public final class TestBackends {
    /** More than one, so that work is split, and fewer than most parts of a split. */
    private static final int THREADS = 2;

    /** System property of modules that run the same tests on backends of their own: names with commas between them, the fastest last. */
    private static final String NAMES = "dev.llamapanama.test.backends";

    private TestBackends() {}

    /** Names of the backends of this module; none may be missing where the tests run. */
    public static Stream<String> names() {
        return Stream.of(System.getProperty(NAMES, "cpu-scalar,cpu-vector").split(","));
    }

    /** The one for tests of what all backends share. */
    public static String fastest() {
        return names().reduce((slower, faster) -> faster).orElseThrow();
    }

    public static Backend open(String name) {
        return open(name, THREADS);
    }

    public static Backend open(String name, int threads) {
        return BackendSelection.open(name, new BackendOptions(threads)).backend();
    }

    /** Types that have loops of their own, and two of the others, which share one. */
    public static Stream<DType> typesOfAllLoops() {
        return Stream.concat(EnumSet.range(DType.F32, DType.IQ4_XS).stream(), Stream.of(DType.MXFP4, DType.F64));
    }
}
