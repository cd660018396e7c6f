// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.llamapanama.tokenizers.Encoding;
import dev.llamapanama.tokenizers.Tokenizer;
import dev.llamapanama.tokenizers.Tokenizers;
import dev.llamapanama.training.tuning.Example;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WordBeginsTest {
    @TempDir
    Path folder;

    /** Whatever pieces they are made of: the tokenizer knows cats and dogs, horses are letters to it. */
    @Test
    void aWordBeginsOnce() {
        Tokenizer tokenizer =
                Tokenizers.of(Tokenizers.read(Path.of(TinyRecipe.in(folder).tokenizer())));
        assertEquals(List.of("the", "horses", "said", "oh", "no"), words(tokenizer, "the horses, said \"oh no!\" 7"));
        assertEquals(List.of("cats", "dogs"), words(tokenizer, "cats\ndogs"));
        assertEquals(List.of(), words(tokenizer, "... 12!"));
    }

    /** Those that begin where tokens do so. */
    private static List<String> words(Tokenizer tokenizer, String text) {
        Encoding encoding = tokenizer.encodeWithOffsets(text);
        Example example = Example.of(encoding.ids(), new boolean[encoding.size()]);
        WordBegins words = new WordBegins(tokenizer);
        return IntStream.range(0, example.size())
                .filter(at -> words.at(example, at))
                .mapToObj(at -> text.substring(encoding.start(at)).strip().split("\\W", 2)[0])
                .toList();
    }
}
