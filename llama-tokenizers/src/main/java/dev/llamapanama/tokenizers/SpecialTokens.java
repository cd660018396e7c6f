// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Ids with a meaning beyond text. Immutable.
 *
 * @param bos begin of text
 * @param eos end of text
 * @param unknown stands for text that has no token
 * @param pad padding
 * @param eot end of turn
 * @param eom end of message: the model waits for a tool
 * @param addBos whether a prompt begins with {@code bos}; never without a {@code bos}
 * @param addEos whether an encoded text ends with {@code eos}; never without an {@code eos}
 * @param endOfGeneration the ids after which a model has no more to say: {@code eos}, {@code eot}, {@code eom} and
 *     every token with a spelling that model makers are known to end with
 */
public record SpecialTokens(
        OptionalInt bos,
        OptionalInt eos,
        OptionalInt unknown,
        OptionalInt pad,
        OptionalInt eot,
        OptionalInt eom,
        boolean addBos,
        boolean addEos,
        Set<Integer> endOfGeneration) {

    /**
     * Spellings that end a generation whatever the file says of them; llama.cpp keeps such a list
     * (src/llama-vocab.cpp).
     */
    private static final Set<String> ENDINGS = Set.of(
            "<|eot_id|>",
            "<|eom_id|>",
            "<|eot|>",
            "<|eom|>",
            "<|end_of_text|>",
            "<|im_end|>",
            "<|end|>",
            "<end_of_turn>",
            "<|endoftext|>",
            "<EOT>",
            "\u2581<EOT>");

    /** Copies the set. */
    public SpecialTokens {
        endOfGeneration = Set.copyOf(endOfGeneration);
    }

    /**
     * What a definition says, checked.
     *
     * @throws TokenizerException where an id is not in the vocabulary
     */
    public static SpecialTokens of(TokenizerDefinition definition) {
        SpecialIds ids = definition.special();
        OptionalInt bos = id(definition, "bos", ids.bos());
        OptionalInt eos = id(definition, "eos", ids.eos());
        OptionalInt eot = id(definition, "eot", ids.eot());
        OptionalInt eom = id(definition, "eom", ids.eom());
        return new SpecialTokens(
                bos,
                eos,
                unknown(definition),
                id(definition, "pad", ids.pad()),
                eot,
                eom,
                ids.addBos() && bos.isPresent(),
                ids.addEos() && eos.isPresent(),
                endOfGeneration(definition.pieces(), eos, eot, eom));
    }

    private static OptionalInt id(TokenizerDefinition definition, String name, int id) {
        int size = definition.pieces().size();
        if (id < -1 || id >= size) {
            throw new TokenizerException(
                    definition.source(), name + " token id", id, "an id below " + size + ", or -1");
        }
        return id < 0 ? OptionalInt.empty() : OptionalInt.of(id);
    }

    private static OptionalInt unknown(TokenizerDefinition definition) {
        OptionalInt stated = id(definition, "unknown", definition.special().unknown());
        int typed = definition.types().indexOf(TokenType.UNKNOWN);
        return stated.isPresent() || typed < 0 ? stated : OptionalInt.of(typed);
    }

    private static Set<Integer> endOfGeneration(List<String> pieces, OptionalInt... stated) {
        IntStream spelled = IntStream.range(0, pieces.size()).filter(id -> isEnding(pieces.get(id)));
        return IntStream.concat(Stream.of(stated).flatMapToInt(OptionalInt::stream), spelled)
                .boxed()
                .collect(Collectors.toUnmodifiableSet());
    }

    /** All of them end like that, and few pieces do. */
    private static boolean isEnding(String piece) {
        return piece.endsWith(">") && ENDINGS.contains(piece);
    }
}
