// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The table of all figures, in Markdown that also reads well on a terminal. */
final class Report {
    private static final List<String> HEADER = List.of(
            "kernel",
            "type",
            "size",
            "backend",
            "time",
            "GB/s",
            "% of read limit",
            "GFLOP/s",
            "% of FMA peak",
            "times scalar");
    private static final int FIRST_NUMBER = 4;
    private static final String NONE = "–";

    private final List<Measured> measured;
    private final Limits limits;
    private final Map<Case, Double> seconds;

    Report(List<Measured> measured) {
        this.measured = List.copyOf(measured);
        limits = Limits.of(measured);
        seconds = measured.stream().collect(Collectors.toMap(Measured::what, Measured::seconds));
    }

    String table() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        measured.forEach(m -> rows.add(row(m)));
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        StringBuilder table = new StringBuilder();
        line(table, HEADER, widths);
        for (int column = 0; column < widths.length; column++) {
            String dashes = "-".repeat(widths[column] + 1);
            table.append(column < FIRST_NUMBER ? "|" + dashes + "-" : "|" + dashes + ":");
        }
        table.append("|\n");
        rows.subList(1, rows.size()).forEach(row -> line(table, row, widths));
        return table.toString();
    }

    private static void line(StringBuilder table, List<String> row, int[] widths) {
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - row.get(column).length());
            String cell = row.get(column);
            table.append("| ")
                    .append(column < FIRST_NUMBER ? cell + padding : padding + cell)
                    .append(' ');
        }
        table.append("|\n");
    }

    private List<String> row(Measured m) {
        Kernel.Description words = m.what().describe();
        return List.of(
                words.kernel(),
                words.type(),
                words.size(),
                m.what().backend().isEmpty() ? NONE : m.what().backend(),
                time(m.seconds()),
                number(m.bytesPerSecond() / 1e9),
                ofLimit(m, m.bytesPerSecond() / limits.bytesPerSecond()),
                number(m.flopsPerSecond() / 1e9),
                ofLimit(m, m.flopsPerSecond() / limits.flopsPerSecond()),
                timesScalar(m));
    }

    private String timesScalar(Measured m) {
        Double scalar = seconds.get(m.what().on(Case.SCALAR));
        return scalar == null || m.what().backend().isEmpty() ? NONE : number(scalar / m.seconds());
    }

    static String time(double seconds) {
        if (seconds < 1e-6) {
            return number(seconds * 1e9) + " ns";
        }
        return seconds < 1e-3 ? number(seconds * 1e6) + " µs" : number(seconds * 1e3) + " ms";
    }

    /** Three figures; a dash for what was not measured. */
    private static String number(double value) {
        if (!(value > 0)) {
            return NONE;
        }
        int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static String ofLimit(Measured m, double part) {
        return m.what().isOnProcessor() && part > 0 ? Math.round(100 * part) + " %" : NONE;
    }
}
