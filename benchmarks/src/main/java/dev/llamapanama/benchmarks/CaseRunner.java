// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs single cases by JMH.
 *
 * @param forks JVMs for a case; 0 for this one
 * @param warmups iterations that don't count; a vector kernel needs a second to be compiled
 * @param iterations that count
 * @param time of an iteration
 */
record CaseRunner(int forks, int warmups, int iterations, Duration time) {

    /**
     * @throws IllegalStateException if the benchmark fails, which a wrong result makes it do; with all that JMH says of it
     */
    Measured run(Case what) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        OutputFormat format = OutputFormatFactory.createFormatInstance(
                new PrintStream(log, true, StandardCharsets.UTF_8), VerboseMode.NORMAL);
        try {
            Result<?> result =
                    new Runner(options(what).build(), format).runSingle().getPrimaryResult();
            return new Measured(what, result.getStatistics().getPercentile(50) / 1e9 / what.operations());
        } catch (RunnerException e) {
            throw new IllegalStateException(what + " failed:\n" + log.toString(StandardCharsets.UTF_8), e);
        }
    }

    private ChainedOptionsBuilder options(Case what) {
        TimeValue iteration = TimeValue.nanoseconds(time.toNanos());
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(what.kernel().pattern())
                .mode(Mode.AverageTime)
                .timeUnit(TimeUnit.NANOSECONDS)
                .forks(forks)
                .warmupIterations(warmups)
                .warmupTime(iteration)
                .measurementIterations(iterations)
                .measurementTime(iteration)
                .shouldFailOnError(true);
        what.jmhParameters().values().forEach(options::param);
        return options;
    }
}
