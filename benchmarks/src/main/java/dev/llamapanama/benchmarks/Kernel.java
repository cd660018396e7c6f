// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.benchmarks;

import dev.llamapanama.tensor.DType;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What is measured: a JMH benchmark and how its parameters are told in a table. */
enum Kernel {
    READ(ReadLimitBenchmark.class, "read", Kernel::read),
    FMA(FmaPeakBenchmark.class, "multiplyAdd", Kernel::multiplyAdd),
    LINEAR(LinearBenchmark.class, "linear", Kernel::linear),
    ATTENTION(AttentionBenchmark.class, "attention", Kernel::attention),
    ELEMENTWISE(ElementwiseBenchmark.class, "elementwise", Kernel::elementwise),
    SAMPLING(SamplingBenchmark.class, "sample", Kernel::sampling),
    ENCODE(TokenizerBenchmark.class, "encode", p -> tokenizer("encode", p)),
    DECODE(TokenizerBenchmark.class, "decode", p -> tokenizer("decode", p));

    /**
     * A case in words and numbers.
     *
     * @param kernel first column of the table
     * @param type of the weights or whatever else is chosen
     * @param size of the operands
     * @param work of one operation
     */
    record Description(String kernel, String type, String size, Work work) {}

    private final Class<?> benchmark;
    private final String method;
    private final Function<Parameters, Description> description;

    Kernel(Class<?> benchmark, String method, Function<Parameters, Description> description) {
        this.benchmark = benchmark;
        this.method = method;
        this.description = description;
    }

    /** A pattern that only this benchmark matches. */
    String pattern() {
        return "^" + Pattern.quote(benchmark.getName() + "." + method) + "$";
    }

    /** Whether a call may go through several layers. */
    boolean hasLayers() {
        return this == LINEAR || this == ATTENTION;
    }

    Description describe(Parameters parameters) {
        return description.apply(parameters);
    }

    private static Description read(Parameters p) {
        double bytes = p.number("megabytes") * (double) (1 << 20);
        return new Description("memory read", threads(p), p.text("megabytes") + " MiB", new Work(bytes, 0));
    }

    private static Description multiplyAdd(Parameters p) {
        double flops = (double) FmaPeakBenchmark.FLOPS * p.number("threads");
        return new Description("multiply-add", threads(p), "registers", new Work(0, flops));
    }

    private static String threads(Parameters p) {
        int threads = p.number("threads");
        return threads + (threads == 1 ? " thread" : " threads");
    }

    private static Description linear(Parameters p) {
        DType type = DType.valueOf(p.text("type"));
        MatrixSize size = MatrixSize.parse(p.text("size"));
        int tokens = p.number("tokens");
        Work work = Work.linear(type.bytes(size.elements()), size, tokens);
        return new Description("linear, " + tokens(tokens), type.name(), p.text("size"), work);
    }

    private static Description attention(Parameters p) {
        int context = p.number("context");
        int tokens = p.number("tokens") == 0 ? context : p.number("tokens");
        int width = AttentionBenchmark.HEADS * AttentionBenchmark.HEAD_DIM;
        Work work = Work.attention(AttentionBenchmark.kvBytes(context), width, context, tokens);
        return new Description("attention, " + tokens(tokens), "–", "context " + context, work);
    }

    private static Description elementwise(Parameters p) {
        ElementwiseOp op = ElementwiseOp.valueOf(p.text("op"));
        return new Description(op.title(), "–", p.text("tokens") + "x" + op.width(), Work.NONE);
    }

    private static Description sampling(Parameters p) {
        return new Description("sampling", words(p.text("method")), p.text("vocabulary") + " logits", Work.NONE);
    }

    private static Description tokenizer(String method, Parameters p) {
        return new Description(method, words(p.text("vocabulary")), p.text("characters") + " characters", Work.NONE);
    }

    private static String tokens(int tokens) {
        return tokens + (tokens == 1 ? " token" : " tokens");
    }

    private static String words(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
