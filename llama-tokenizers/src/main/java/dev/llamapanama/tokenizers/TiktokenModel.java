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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code tokenizer.model} of Llama 3 and 4: a line {@code base64 rank} for every token, as openai/tiktoken writes them.
 * The split pattern and the control tokens are not in the file; Meta's code knows them by the model, this reader by the
 * number of ranks.
 */
final class TiktokenModel implements TokenizerFormat {
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
        String[] pieces = new String[lines.size()];
        for (int i = 0; i < pieces.length; i++) {
            String field = "rank line " + i;
            Matcher line = LINE.matcher(lines.get(i));
            Require.that(line.matches(), source, field, "another form", "base64, a space and a number");
            int rank = Integer.parseInt(line.group(2));
            Require.that(rank < pieces.length, source, field, "rank " + rank, "a rank below " + pieces.length);
            Require.that(pieces[rank] == null, source, field, "rank " + rank + " again", "every rank once");
            pieces[rank] = ByteAlphabet.spell(base64(source, field, line.group(1)));
        }
        return new ArrayList<>(Arrays.asList(pieces));
    }

    private static byte[] base64(String source, String field, String text) {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new TokenizerException(source, field, "letters that do not make bytes", "base64");
        }
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
