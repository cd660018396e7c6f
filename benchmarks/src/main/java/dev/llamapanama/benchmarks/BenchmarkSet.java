// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What is measured together. The limits come first, and the backends of a case follow each other, so that both see the same machine. */
enum BenchmarkSet {
    /** The usual weight types and one size of each kernel: two minutes. */
    SHORT {
        @Override
        List<Case> cases(int threads, List<String> backends) {
            List<Case> cases = new ArrayList<>(limits(IntStream.of(threads), threads));
            List<DType> types = types(Stream.of("F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K"));
            linear(cases, types, List.of(1, 128), List.of("2048x8192"), threads, backends);
            attention(cases, List.of(4096), List.of(1), threads, backends);
            return cases;
        }
    },

    /** Everything. */
    FULL {
        @Override
        List<Case> cases(int threads, List<String> backends) {
            List<Case> cases = new ArrayList<>(limits(IntStream.rangeClosed(1, threads), threads));
            linear(
                    cases,
                    List.of(DType.values()),
                    List.of(1, 8, 128),
                    List.of("2048x2048", "8192x2048", "2048x8192"),
                    threads,
                    backends);
            attention(cases, List.of(128, 1024, 4096), List.of(1), threads, backends);
            attention(cases, List.of(128, 1024), List.of(0), threads, backends);
            elementwise(cases, threads, backends);
            sampling(cases);
            tokenizers(cases);
            return cases;
        }
    };

    /** Large enough that no cache holds it. */
    private static final int READ_MEGABYTES = 1024;

    /**
     * In the order in which they run.
     *
     * @param threads of the backends; at least 1
     * @param backends of each case
     */
    abstract List<Case> cases(int threads, List<String> backends);

    /** Those of the types that there are. */
    private static List<DType> types(Stream<String> names) {
        List<String> wanted = names.toList();
        return Arrays.stream(DType.values())
                .filter(type -> wanted.contains(type.name()))
                .toList();
    }

    private static List<Case> limits(IntStream readers, int threads) {
        List<Case> cases = new ArrayList<>();
        readers.forEach(readThreads -> cases.add(Case.plain(
                Kernel.READ, Parameters.of().with("megabytes", READ_MEGABYTES).with("threads", readThreads))));
        cases.add(Case.plain(Kernel.FMA, Parameters.of().with("threads", threads)));
        return cases;
    }

    private static void linear(
            List<Case> cases,
            List<DType> types,
            List<Integer> tokens,
            List<String> sizes,
            int threads,
            List<String> backends) {
        for (int count : tokens) {
            for (DType type : types) {
                for (String size : sizes) {
                    addOnBackends(
                            cases,
                            backends,
                            Kernel.LINEAR,
                            Parameters.of()
                                    .with("type", type)
                                    .with("tokens", count)
                                    .with("size", size)
                                    .with("coldMegabytes", count < 100 ? 256 : 0)
                                    .with("threads", threads));
                }
            }
        }
    }

    private static void attention(
            List<Case> cases, List<Integer> contexts, List<Integer> tokens, int threads, List<String> backends) {
        for (int context : contexts) {
            for (int count : tokens) {
                addOnBackends(
                        cases,
                        backends,
                        Kernel.ATTENTION,
                        Parameters.of()
                                .with("context", context)
                                .with("tokens", count)
                                .with("coldMegabytes", 128)
                                .with("threads", threads));
            }
        }
    }

    private static void elementwise(List<Case> cases, int threads, List<String> backends) {
        for (ElementwiseOp op : ElementwiseOp.values()) {
            for (int tokens : new int[] {1, 128}) {
                addOnBackends(
                        cases,
                        backends,
                        Kernel.ELEMENTWISE,
                        Parameters.of().with("op", op).with("tokens", tokens).with("threads", threads));
            }
        }
    }

    private static void addOnBackends(List<Case> cases, List<String> backends, Kernel kernel, Parameters parameters) {
        backends.forEach(backend -> cases.add(new Case(kernel, backend, parameters)));
    }

    private static void sampling(List<Case> cases) {
        for (SamplingBenchmark.Method method : SamplingBenchmark.Method.values()) {
            for (int vocabulary : new int[] {32_000, 128_256}) {
                cases.add(Case.plain(
                        Kernel.SAMPLING, Parameters.of().with("method", method).with("vocabulary", vocabulary)));
            }
        }
    }

    private static void tokenizers(List<Case> cases) {
        for (Kernel kernel : List.of(Kernel.ENCODE, Kernel.DECODE)) {
            for (SyntheticVocabulary vocabulary : SyntheticVocabulary.values()) {
                for (int characters : new int[] {100, 100_000}) {
                    cases.add(Case.plain(
                            kernel,
                            Parameters.of().with("vocabulary", vocabulary).with("characters", characters)));
                }
            }
        }
    }
}
