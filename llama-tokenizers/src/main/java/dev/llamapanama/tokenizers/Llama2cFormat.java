// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers;

import dev.llamapanama.tokenizers.TokenizerDefinition.SpecialIds;
import dev.llamapanama.tokenizers.TokenizerDefinition.Whitespace;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code tokenizer.bin} of karpathy/llama2.c (tokenizer.py, {@code export}), little-endian: {@code u32} length of the
 * longest token, then for every token {@code f32} score, {@code i32} length, UTF-8 bytes. The number of tokens is not
 * in the file: they run to its end. Spaces are written as such, and tokens 1 and 2 between line feeds.
 */
final class Llama2cFormat implements TokenizerFormat {
    private static final int HEADER = 4;
    private static final int TOKEN_HEADER = 8;
    /** Models of llama2.c were trained on stories that only a begin token parts: run.c ends where one comes up. */
    private static final int NEXT_STORY = 1;

    private static final String BOS = "\n<s>\n";
    private static final String EOS = "\n</s>\n";

    /** There is no magic number, but no other format has zeros in the upper half of its first four bytes. */
    @Override
    public boolean recognises(byte[] content) {
        return content.length >= HEADER && content[2] == 0 && content[3] == 0;
    }

    @Override
    public TokenizerDefinition read(String source, byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        int longest = in.getInt();
        List<String> pieces = new ArrayList<>();
        List<TokenType> types = new ArrayList<>();
        List<Float> scores = new ArrayList<>();
        while (in.hasRemaining()) {
            String field = "token " + pieces.size();
            Require.that(
                    in.remaining() >= TOKEN_HEADER,
                    source,
                    field,
                    in.remaining() + " bytes left",
                    "a score and a length");
            scores.add(in.getFloat());
            String spelling = Utf8.decode(source, field, slice(source, field, in, longest));
            types.add(type(pieces.size(), spelling));
            pieces.add(piece(source, pieces.size(), spelling));
        }
        Require.that(pieces.size() >= 3, source, "tokens", pieces.size(), "unknown, begin, end and more");
        return new TokenizerDefinition(
                source,
                "llama",
                "",
                pieces,
                types,
                scores,
                List.of(),
                new SpecialIds(1, 2, 0, -1, NEXT_STORY, -1, true, false),
                new Whitespace(true, false),
                null);
    }

    private static ByteBuffer slice(String source, String field, ByteBuffer in, int longest) {
        int length = in.getInt();
        int limit = Math.min(longest, in.remaining());
        Require.that(length > 0 && length <= limit, source, field + " length", length, "1 to " + limit);
        ByteBuffer slice = in.slice(in.position(), length);
        in.position(in.position() + length);
        return slice;
    }

    private static TokenType type(int id, String spelling) {
        return switch (id) {
            case 0 -> TokenType.UNKNOWN;
            case 1, 2 -> TokenType.CONTROL;
            default -> TokenType.byteOf(spelling).isPresent() ? TokenType.BYTE : TokenType.NORMAL;
        };
    }

    private static String piece(String source, int id, String spelling) {
        if (id == 1 || id == 2) {
            String expected = id == 1 ? BOS : EOS;
            Require.that(spelling.equals(expected), source, "token " + id, quoted(spelling), quoted(expected));
            return spelling.strip();
        }
        return spelling.replace(' ', '\u2581');
    }

    private static String quoted(String spelling) {
        return '"' + spelling.replace("\n", "\\n") + '"';
    }
}
