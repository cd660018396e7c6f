// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.llamapanama.checkpoint.GgufWriter;
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

    /** The file has one template for tools and none without a name; ids are those of the text. */
    @Test
    void templatesHaveNames() {
        GgufWriter gguf = TestModel.builder().build().gguf();
        gguf.string("tokenizer.chat_template.tool_use", "{{ tools | length }}{{ messages[0].thought }}")
                .string("tokenizer.chat_template.rag", "once");
        Path model = gguf.write(folder.resolve("named.gguf"));
        Path conversation = file("in.json", "{\"messages\": [{\"thought\": \" upon\"}], \"tools\": [{}]}");

        JsonNode json = Cli.json("template", "--model", model, "--input", conversation);
        JsonNode named = Cli.json("template", "--model", model, "--name", "rag", "--input", conversation);
        Cli missing = Cli.run("template", "--model", model, "--name", "poem", "--input", conversation);
        Cli useless = Cli.run("template", "--format", "llama-3", "--name", "rag", "--input", conversation);

        assertEquals("1 upon", json.at("/text").stringValue());
        assertEquals(
                Cli.json("tokenize", "--model", model, "--text", "1 upon", "--no-bos")
                        .at("/ids"),
                json.at("/ids"));
        assertEquals("once", named.at("/text").stringValue());
        assertEquals(1, missing.exit());
        assertTrue(missing.err().contains("found no chat template called poem, expected one of [rag, tool_use]"));
        assertEquals(2, useless.exit());
    }

    @Test
    void builtInFormatsKnowBuiltInTools() {
        Path input = file("in.json", "{\"messages\": [], \"builtin_tools\": [\"brave_search\"]}");

        JsonNode json = Cli.json("template", "--format", "llama-3.1", "--input", input);

        assertTrue(json.at("/text").stringValue().contains("\n\nEnvironment: ipython\nTools: brave_search\n"));
        assertRefused("{\"builtin_tools\": [5]}", "builtin_tools[0]: found 5, expected text");
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
