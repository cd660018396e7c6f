// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates from outside take little and reach nothing. */
final class JinjaLimitsTest {

    private static String render(String template) {
        return ChatTemplates.compile(template).render(Map.of("messages", List.of(Map.of("content", "hi"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(99999) %}{% for b in range(99999) %}{{ a * b }}{% endfor %}{% endfor %}",
                "{% for a in range(99999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m(n) %}{{ m(n + 1) }}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}",
                "{{ 'a' * 999999999 }}",
                "{{ [1] * 999999999 }}",
                "{{ 'aaaaaaaaaa'.replace('', 'b' * 9999999) }}",
                "{{ 'a'.ljust(999999999) }}",
                "{{ '%9999s' % 'a' * 9999999 }}",
                "{{ 9 ** 99999999 }}",
                "{% set ns = namespace(x='abcdefgh') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x|tojson }}",
                "{% set ns = namespace(x=1, y=1) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
                "{{ range(999999999) }}",
                "{{ messages.getClass() }}",
                "{{ messages[0].content.getBytes() }}",
                "{{ messages.clear() }}",
                "{{ ''.__class__.__mro__ }}",
            })
    void refusesWhatIsTooMuchOrReachesOut(String template) {
        assertTimeout(Duration.ofSeconds(60), () -> assertThrows(ChatException.class, () -> render(template)));
    }

    @Test
    void refusesTemplatesThatAreNested() {
        for (String part : List.of("(", "[", "{", "-", "not ", "a[", "{'a':", "a if b else ", "a(")) {
            for (String before : List.of("{{ ", "{% set x = ", "{% if ", "{% for a in ", "{{ 1|default(")) {
                assertThrows(ChatException.class, () -> render(before + part.repeat(20_000)));
            }
        }
        for (String part :
                List.of("{% if a %}", "{% for a in b %}", "{% set x %}", "{% if a %}{% elif a %}", "{% for (")) {
            assertThrows(ChatException.class, () -> render(part.repeat(20_000)));
        }
    }

    @Test
    void conversationsMayBeLong() {
        String text = "x".repeat(100_000);
        List<Map<String, String>> messages =
                java.util.Collections.nCopies(100, Map.of("role", "user", "content", text));
        String template = "{% for m in messages %}{{ m.role + m.content|trim }}{% endfor %}";
        assertEquals(
                100 * 100_004,
                ChatTemplates.compile(template)
                        .render(Map.of("messages", messages))
                        .length());
    }

    @Test
    void tellsTheDate() {
        LocalDateTime now = LocalDateTime.of(2024, 9, 7, 8, 5, 3);
        assertEquals(
                "07 Sep 2024|7|Saturday September 08:05:03 251 AM %",
                ChatTemplates.compile("{{ strftime_now('%d %b %Y|%-d|%A %B %H:%M:%S %j %p %%') }}")
                        .render(Map.of(), now));
    }

    @Test
    void damagedTemplatesAreRefusedOrRendered() {
        String template =
                "{%- macro m(a, b='x') %}[{{ a|tojson(indent=2) }}{{- b.split(',')[::-1] }}{{ caller is defined }}]{% endmacro %}{#- c -#}\n"
                        + "{% set ns = namespace(n=0) %}{% for x in messages if x.content is string %}{% if loop.first and not "
                        + "loop.last or 1 < 2 %}{{ m(x, x['content'][1:] ~ 'y' * 3) }}{% elif x %}{% continue %}{% else %}"
                        + "{% break %}{% endif %}{% set ns.n = ns.n + 1 // 2 % 3 %}{% endfor %}{{ {'a': (1, 2.5e3)}|items|list }}"
                        + "{% raw %}{{{% endraw %}{% filter upper %}a{% endfilter %}{% call m(1) %}b{% endcall %}";
        render(template);
        for (int seed = 0; seed < 5_000; seed++) {
            String damaged = damaged(template, new Random(seed));
            try {
                render(damaged);
            } catch (ChatException expected) {
                assertTrue(String.valueOf(expected.getMessage()).startsWith("chat template"), damaged);
            }
        }
    }

    private static String damaged(String template, Random random) {
        StringBuilder damaged = new StringBuilder(template);
        for (int i = random.nextInt(3); i >= 0; i--) {
            int start = random.nextInt(damaged.length());
            int end = Math.min(damaged.length(), start + random.nextInt(6));
            int other = random.nextInt(template.length());
            damaged.replace(
                    start, end, template.substring(other, Math.min(template.length(), other + random.nextInt(6))));
        }
        return damaged.toString();
    }
}
