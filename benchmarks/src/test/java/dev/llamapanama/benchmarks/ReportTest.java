// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Figures worked out by hand. */
class ReportTest {
    private static final Case READ =
            Case.plain(Kernel.READ, Parameters.of().with("megabytes", 1024).with("threads", 2));
    private static final Case FMA = Case.plain(Kernel.FMA, Parameters.of().with("threads", 2));
    private static final Case LINEAR = new Case(
            Kernel.LINEAR,
            Case.SCALAR,
            Parameters.of().with("type", "Q8_0").with("tokens", 1).with("size", "2000x1024"));
    private static final Case SAMPLING = Case.plain(
            Kernel.SAMPLING, Parameters.of().with("method", "TOP_K_TOP_P").with("vocabulary", 32000));

    private static List<String> cells(String table, int row) {
        String[] cells = table.split("\n")[2 + row].split("\\|");
        return Arrays.stream(cells).skip(1).map(String::strip).toList();
    }

    @Test
    void figuresStandBesideTheirLimits() {
        // 2 · 1.61 GFLOP of two threads in 16.1 ms: 100 GFLOP/s. 1 GiB in 107.4 ms: 10 GB/s.
        // 2000 rows of 32 blocks of 34 bytes: 2.176 MB in 1 ms; 2 · 2000 · 1024 = 4.096 MFLOP.
        String table = new Report(List.of(
                        new Measured(READ, 0.1073741824),
                        new Measured(FMA, 2 * FmaPeakBenchmark.FLOPS / 100e9),
                        new Measured(LINEAR, 1e-3),
                        new Measured(LINEAR.on(Case.VECTOR), 0.25e-3)))
                .table();
        assertEquals(
                List.of("memory read", "2 threads", "1024 MiB", "–", "107 ms", "10.0", "100 %", "–", "–", "–"),
                cells(table, 0));
        assertEquals(List.of("100", "100 %", "–"), cells(table, 1).subList(7, 10));
        assertEquals(
                List.of(
                        "linear, 1 token",
                        "Q8_0",
                        "2000x1024",
                        "cpu-scalar",
                        "1.00 ms",
                        "2.18",
                        "22 %",
                        "4.10",
                        "4 %",
                        "1.00"),
                cells(table, 2));
        assertEquals(
                List.of("cpu-vector", "250 µs", "8.70", "87 %", "16.4", "16 %", "4.00"),
                cells(table, 3).subList(3, 10));
    }

    /** A GPU has other limits than the processor. */
    @Test
    void aGpuStandsBesideTheProcessor() {
        String table = new Report(List.of(
                        new Measured(READ, 0.1073741824),
                        new Measured(LINEAR.on(Case.VECTOR), 1e-3),
                        new Measured(LINEAR.on("cuda"), 1e-6)))
                .table();
        assertEquals(List.of("22 %", "4.10", "–"), cells(table, 1).subList(6, 9));
        assertEquals(
                List.of("cuda", "1.00 µs", "2176", "–", "4096", "–"),
                cells(table, 2).subList(3, 9));
        assertEquals(1, LINEAR.on(Case.VECTOR).operations());
        assertEquals("16", LINEAR.on("cuda").jmhParameters().text("layers"));
        assertEquals(1, READ.on("cuda").operations());
    }

    @Test
    void theBestNumberOfThreadsIsTheLimit() {
        Case one = Case.plain(Kernel.READ, READ.parameters().with("threads", 1));
        List<Measured> measured = List.of(new Measured(one, 0.05), new Measured(READ, 0.1));
        assertEquals((1L << 30) / 0.05, Limits.of(measured).bytesPerSecond());
    }

    @Test
    void whatWasNotMeasuredIsADash() {
        String table =
                new Report(List.of(new Measured(SAMPLING, 42e-6), new Measured(LINEAR.on(Case.VECTOR), 1))).table();
        assertEquals(
                List.of("sampling", "top k top p", "32000 logits", "–", "42.0 µs", "–", "–", "–", "–", "–"),
                cells(table, 0));
        assertEquals(
                List.of("–", "–"),
                List.of(cells(table, 1).get(6), cells(table, 1).get(9)));
    }

    @Test
    void allLinesAreEquallyLong() {
        String table = new Report(List.of(new Measured(SAMPLING, 1e-9), new Measured(LINEAR, 100))).table();
        assertEquals(1, table.lines().map(String::length).distinct().count(), table);
        assertTrue(table.lines().skip(1).findFirst().orElseThrow().matches("(\\|-+){4}(\\|-+:){6}\\|"), table);
    }

    @Test
    void timesHaveThreeFigures() {
        assertEquals("1.00 ns", Report.time(1e-9));
        assertEquals("999 ns", Report.time(999e-9));
        assertEquals("10.0 µs", Report.time(9.996e-6));
        assertEquals("100 µs", Report.time(99.96e-6));
        assertEquals("1234 ms", Report.time(1.234));
    }
}
