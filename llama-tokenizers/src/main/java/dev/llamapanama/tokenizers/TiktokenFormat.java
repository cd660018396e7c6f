// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code tokenizer.model} of Llama 3 and 4: a line {@code base64 rank} for every token, as openai/tiktoken writes them.
 * The split pattern and the control tokens are not in the file; Meta's code knows them by the model, this reader by the
 * number of ranks.
 */
final class TiktokenFormat implements TokenizerFormat {
    private static final Pattern LINE = Pattern.compile("([A-Za-z0-9+/]+={0,2}) ([0-9]{1,9})");
    private static final int LONGEST_LINE = 4096;

    @Override
    public boolean recognises(byte[] content) {
        int length = Math.min(content.length, LONGEST_LINE);
        String start = new String(content, 0, length, StandardCharsets.ISO_8859_1);
        Optional<String> first = start.lines().findFirst();
        return first.isPresent() && LINE.matcher(first.get()).matches();
    }

    @Override
    public TokenizerDefinition read(String source, byte[] content) {
        List<String> lines = new String(content, StandardCharsets.ISO_8859_1)
                .lines()
                .filter(line -> !line.isEmpty())
                .toList();
        TiktokenVocabulary vocabulary = TiktokenVocabulary.ofRanks(lines.size())
                .orElseThrow(() -> new TokenizerException(
                        source,
                        "ranks",
                        lines.size(),
                        "128000 (Llama 3), 200000 (Llama 4) or 256 to 128000 of one's own"));
        List<String> pieces = pieces(source, lines);
        List<TokenType> types = new ArrayList<>(Collections.nCopies(pieces.size(), TokenType.NORMAL));
        for (String control : vocabulary.controls()) {
            pieces.add(control);
            types.add(TokenType.CONTROL);
        }
        return new TokenizerDefinition(
                source,
                "gpt2",
                vocabulary.preTokenizer(),
                pieces,
                types,
                List.of(),
                List.of(),
                special(vocabulary),
                new Whitespace(false, false),
                null);
    }

    private static List<String> pieces(String source, List<String> lines) {
        @Nullable String[] pieces = new @Nullable String[lines.size()];
        for (int i = 0; i < pieces.length; i++) {
            String line = lines.get(i);
            int space = line.indexOf(' ');
            int rank = rank(line, space + 1);
            if (space <= 0 || rank < 0) {
                throw refuse(source, i, "another form", "base64, a space and a number");
            }
            if (rank >= pieces.length) {
                throw refuse(source, i, "rank " + rank, "a rank below " + pieces.length);
            }
            if (pieces[rank] != null) {
                throw refuse(source, i, "rank " + rank + " again", "every rank once");
            }
            pieces[rank] = ByteAlphabet.spell(base64(source, i, line.substring(0, space)));
        }
        return new ArrayList<>(Arrays.asList(pieces));
    }

    /** The number that a line ends with, or −1 where that is none of up to nine digits. */
    private static int rank(String line, int start) {
        int digits = line.length() - start;
        int rank = digits < 1 || digits > 9 ? -1 : 0;
        for (int i = start; i < line.length() && rank >= 0; i++) {
            char c = line.charAt(i);
            rank = c >= '0' && c <= '9' ? 10 * rank + c - '0' : -1;
        }
        return rank;
    }

    private static byte[] base64(String source, int line, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw refuse(source, line, "letters that do not make bytes", "base64");
        }
    }

    private static TokenizerException refuse(String source, int line, String found, String expected) {
        return new TokenizerException(source, "rank line " + line, found, expected);
    }

    private static SpecialIds special(TiktokenVocabulary vocabulary) {
        return new SpecialIds(
                vocabulary.id("begin_of_text"),
                vocabulary.id("end_of_text"),
                -1,
                vocabulary.id(vocabulary.pad()),
                vocabulary.id(vocabulary.endOfTurn()),
                vocabulary.id(vocabulary.endOfMessage()),
                true,
                false);
    }
}
