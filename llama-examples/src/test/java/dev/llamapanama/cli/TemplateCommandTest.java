// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.TestModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TemplateCommandTest {
    private static final String CONVERSATION = """
            {"messages": [{"role": "system", "content": "Be brief."},
                          {"role": "user", "content": "once <|eot_id|>"},
                          {"role": "assistant", "content": "upon"},
                          {"role": "user", "content": [{"type": "text", "text": "a time"}]}],
             "add_generation_prompt": true, "mood": "good"}
            """;

    @TempDir
    Path folder = Path.of("");

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void rendersATemplate() {
        Path template = file(
                "chat.jinja",
                "{% for m in messages[:3] %}[{{ m.role }}] {{ m['content'] | trim }}\n{% endfor %}"
                        + "{{ mood }}{% if tools is none %} no tools{% endif %}{% if add_generation_prompt %}>{% endif %}");

        JsonNode json = Cli.json("template", "--template", template, "--input", file("in.json", CONVERSATION));

        assertEquals(List.of("text"), Cli.keys(json));
        assertEquals(
                "[system] Be brief.\n[user] once <|eot_id|>\n[assistant] upon\ngood no tools>",
                json.at("/text").stringValue());
    }

    @Test
    void templatesKnowTheDay() {
        Path template = file("chat.jinja", "{{ strftime_now('%d %b %Y') }}");

        JsonNode json =
                Cli.json("template", "--template", template, "--input", file("in.json", "{}"), "--date", "2024-07-26");

        assertEquals("26 Jul 2024", json.at("/text").stringValue());
    }

    @Test
    void aModelGivesIdsToo() {
        Path model = TestModel.builder().build().writeGguf(folder);

        JsonNode json =
                Cli.json("template", "--model", model, "--format", "llama-2", "--input", file("in.json", CONVERSATION));

        assertEquals(List.of("text", "ids"), Cli.keys(json));
        assertTrue(json.at("/text").stringValue().startsWith("<s>[INST] <<SYS>>\nBe brief.\n<</SYS>>\n\nonce"));
        int[] ids = Cli.ints(json.at("/ids"));
        assertEquals(1, ids[0]);
        assertEquals(2, Arrays.stream(ids).filter(id -> id == 1).count());
    }

    @Test
    void refusesWhatIsNoConversation() {
        assertRefused("{\"messages\": 5}", "messages: found 5, expected an array");
        assertRefused("{\"messages\": [{\"role\": \"poet\", \"content\": \"x\"}]}", "role: found 'poet'");
        assertRefused("{\"messages\": [{\"content\": \"x\"}]}", "role: found none");
        assertRefused("[]", "expected an object");
        Cli nothing = Cli.run("template", "--input", file("in.json", "{}"));
        assertEquals(2, nothing.exit());
        assertTrue(nothing.err().contains("found neither --template nor --format nor a model"), nothing.err());
    }

    private void assertRefused(String json, String expected) {
        Cli cli = Cli.run("template", "--format", "llama-3", "--input", file("in.json", json));
        assertEquals(1, cli.exit());
        assertTrue(cli.err().contains(expected), cli.err());
    }
}
