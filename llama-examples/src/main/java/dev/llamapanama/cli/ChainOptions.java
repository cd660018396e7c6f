// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.generation.Dry;
import dev.llamapanama.generation.Mirostat;
import dev.llamapanama.generation.Penalties;
import dev.llamapanama.generation.SamplingBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** The less usual ways of drawing tokens, by the names that llama.cpp has for them. */
final class ChainOptions {
    @Option(names = "--min-p", paramLabel = "P", description = "Draw among tokens at least P as probable as the best.")
    private double minP;

    @Option(names = "--typical", paramLabel = "P", description = "Draw among the most typical tokens; 1: all.")
    private double typical = 1;

    @Option(
            names = "--repeat-penalty",
            paramLabel = "R",
            description = "What logits of recent tokens are divided by; 1: none.")
    private double repeat = Penalties.NONE.repetition();

    @Option(names = "--frequency-penalty", paramLabel = "F", description = "What each recent occurrence costs a token.")
    private double frequency;

    @Option(names = "--presence-penalty", paramLabel = "F", description = "What a recent occurrence costs a token.")
    private double presence;

    @Option(
            names = "--repeat-last-n",
            paramLabel = "N",
            description = "How many tokens are recent; -1: all (default: ${DEFAULT-VALUE}).")
    private int window = Penalties.NONE.window();

    @Option(
            names = "--dry-multiplier",
            paramLabel = "M",
            description = "What going on with a repetition costs; 0: nothing.")
    private double dryMultiplier;

    @Option(
            names = "--dry-base",
            paramLabel = "B",
            description = "How fast that grows with the length of the repetition.")
    private double dryBase = Dry.of(0).base();

    @Option(names = "--dry-allowed-length", paramLabel = "N", description = "Repeated tokens that cost nothing.")
    private int dryAllowed = Dry.of(0).allowedLength();

    @Option(names = "--xtc-probability", paramLabel = "P", description = "How often top choices are left out.")
    private double xtcProbability;

    @Option(
            names = "--xtc-threshold",
            paramLabel = "P",
            description = "Probability of a top choice (default: ${DEFAULT-VALUE}).")
    private double xtcThreshold = 0.1;

    @Option(names = "--dynatemp-range", paramLabel = "R", description = "How far the temperature follows the entropy.")
    private double dynamicRange;

    @Option(
            names = "--dynatemp-exp",
            paramLabel = "E",
            description = "Exponent of the entropy (default: ${DEFAULT-VALUE}).")
    private double dynamicExponent = 1;

    @Option(names = "--mirostat", description = "Mirostat 2 in place of top-k, top-p and the like.")
    private boolean mirostat;

    @Option(names = "--mirostat-ent", paramLabel = "BITS", description = "Its target (default: ${DEFAULT-VALUE}).")
    private double mirostatTau = Mirostat.DEFAULT.tau();

    @Option(
            names = "--mirostat-lr",
            paramLabel = "RATE",
            description = "Its learning rate (default: ${DEFAULT-VALUE}).")
    private double mirostatEta = Mirostat.DEFAULT.eta();

    @Option(
            names = "--logit-bias",
            paramLabel = "ID=BIAS",
            description = "Added to the logit of a token; may be repeated. -Infinity makes it impossible.")
    private Map<Integer, Float> bias = new LinkedHashMap<>();

    SamplingBuilder addTo(SamplingBuilder sampling) {
        sampling.minP(minP)
                .typicalP(typical)
                .repetitionPenalty(repeat)
                .frequencyPenalty(frequency)
                .presencePenalty(presence)
                .penaltyWindow(window);
        if (dryMultiplier != 0) {
            sampling.dry(new Dry(
                    dryMultiplier, dryBase, dryAllowed, window, Dry.of(0).breakers()));
        }
        if (xtcProbability != 0) {
            sampling.xtc(xtcProbability, xtcThreshold);
        }
        if (dynamicRange != 0) {
            sampling.dynamicTemperature(dynamicRange, dynamicExponent);
        }
        if (mirostat) {
            sampling.mirostat(mirostatTau, mirostatEta);
        }
        bias.forEach(sampling::logitBias);
        return sampling;
    }
}
