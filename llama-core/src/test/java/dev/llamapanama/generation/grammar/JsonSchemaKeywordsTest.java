// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.generation.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Of each keyword what it takes and what it doesn't. Texts of one case are separated by {@code ~}. */
class JsonSchemaKeywordsTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = ';',
            value = {
                "true; 1~\"a\"~[]~{\"a\": [1,2]}~null~-0.5e-10; nul~01~[1,]~{a:1}~'[ ]'~\"\\x\"~+1~1.~.5",
                "{}; {}~[[[[]]]]; {]~",
                "{\"type\":\"null\"}; null; 1~\"null\"",
                "{\"type\":[\"boolean\",\"string\"]}; true~false~\"\"; null~0",
                "{\"type\":\"integer\"}; 0~-17~999999999999999999; 1.5~007~1e3",
                "{\"type\":\"number\"}; 0~1.25~-3e+7~5E-3; .5~1.~--1",
                "{\"type\":\"integer\",\"minimum\":-5,\"maximum\":120}; -5~0~9~10~99~120~-1; -6~121~1000~-10~-0",
                "{\"type\":\"integer\",\"exclusiveMinimum\":3,\"exclusiveMaximum\":5.5}; 4~5; 3~6",
                "{\"type\":\"integer\",\"minimum\":1}; 1~999999999999999999; 0~-1",
                "{\"type\":\"integer\",\"maximum\":-98}; -98~-1000; -97~0~98",
                "{\"type\":\"integer\",\"minimum\":123456789012345678901234567890}; 123456789012345678901234567890~200000000000000000000000000000; 123456789012345678901234567889",
                "{\"type\":\"number\",\"minimum\":0.5,\"maximum\":2.25}; 0.5~0.50~0.500~1~1.999~2~2.2~2.25~2.250~0.75; 0.4999~0~2.26~3~2.2500001~-1",
                "{\"type\":\"number\",\"exclusiveMinimum\":0.5,\"exclusiveMaximum\":2.25}; 0.50001~0.6~1~2.2499; 0.5~0.50~2.25~2.250",
                "{\"type\":\"number\",\"minimum\":-1.5,\"maximum\":-0.25}; -1.5~-0.25~-1~-0.3; -1.6~-0.2~0~1",
                "{\"type\":\"number\",\"minimum\":-0.5,\"maximum\":0.5}; -0.5~0~0.5~-0.1~0.25; -0.51~0.6~1",
                "{\"type\":\"number\",\"exclusiveMinimum\":0}; 0.001~7~123456789012345; 0~0.0~-1",
                "{\"type\":\"integer\",\"multipleOf\":7}; 0~7~-14~700; 1~-13~701",
                "{\"type\":\"integer\",\"multipleOf\":6,\"allOf\":[{\"multipleOf\":4}]}; 0~12~-24; 6~4~18",
                "{\"type\":\"integer\",\"multipleOf\":5,\"minimum\":12,\"maximum\":31}; 15~20~25~30; 10~35~16",
                "{\"type\":\"number\",\"multipleOf\":0.01}; 1.25~3~0.5; 1.255~1e2",
                "{\"type\":\"string\"}; \"\"~\"\u00fc\u4e2d\"~\"\\n\\u00e9\\\"\"~\"\\ud83d\\ude00\"; \"\\ud83d\"~\"\\ude00\\ud83d\"~\"~a",
                "{\"type\":\"string\",\"minLength\":2,\"maxLength\":3}; \"ab\"~\"\u4e2d\u4e2d\u4e2d\"~\"\\n\\t\"~\"a\\ud83d\\ude00\"; \"a\"~\"abcd\"~\"\\n\"",
                "{\"type\":\"string\",\"pattern\":\"^[a-c]+$\"}; \"abc\"~\"a\"; \"\"~\"abd\"",
                "{\"type\":\"string\",\"pattern\":\"b+\"}; \"abc\"~\"b\"~\"\\n\u00fcb\"; \"\"~\"ac\"",
                "{\"type\":\"string\",\"pattern\":\"^a|c$\"}; \"axx\"~\"xxc\"; \"xa\"~\"cx\"",
                "{\"type\":\"string\",\"pattern\":\"^.\\\"\",\"maxLength\":3}; \"a\\\"\"~\"\\\"\\\"x\"; \"ab\"~\"a\\\"xx\"",
                "{\"type\":\"string\",\"pattern\":\"^x\",\"allOf\":[{\"pattern\":\"y$\"}]}; \"xy\"~\"xaay\"; \"x\"~\"ay\"",
                "{\"type\":\"string\",\"format\":\"date\"}; \"2024-02-29\"~\"2000-02-29\"~\"1999-12-31\"; \"2023-02-29\"~\"1900-02-29\"~\"2024-04-31\"~\"2024-13-01\"",
                "{\"type\":\"string\",\"format\":\"time\"}; \"23:59:59Z\"~\"00:00:00.123+05:30\"; \"24:00:00Z\"~\"12:00:00\"",
                "{\"type\":\"string\",\"format\":\"date-time\"}; \"2024-02-29T12:30:00Z\"; \"2024-02-30T12:30:00Z\"~\"2024-02-29\"",
                "{\"type\":\"string\",\"format\":\"uuid\"}; \"2eb8aa08-AA98-11ea-b4aa-73b441d16380\"; \"2eb8aa08aa9811eab4aa73b441d16380\"",
                "{\"type\":\"string\",\"format\":\"email\"}; \"joe.bloggs@example.com\"~\"a@b\"; \"joe\"~\".a@b.c\"~\"a..b@c.d\"~\"a@-b.c\"",
                "{\"type\":\"string\",\"format\":\"ipv4\"}; \"255.0.10.199\"; \"256.0.0.1\"~\"1.2.3\"~\"01.2.3.4\"",
                "{\"type\":\"string\",\"format\":\"ipv6\"}; \"::\"~\"::1\"~\"fe80::1:2\"~\"1:2:3:4:5:6:7:8\"~\"1::\"; \"1::2::3\"~\":1\"~\"12345::\"~\"1:2:3:4:5:6:7:8:9\"",
                "{\"type\":\"string\",\"format\":\"uri\"}; \"https://example.com/a?b=c#d\"~\"urn:a:b\"~\"mailto:a@b.c\"; \"/a\"~\"a b:c\"~\"http://a/%zz\"",
                "{\"type\":\"string\",\"format\":\"hostname\"}; \"www.example.com\"~\"a\"; \"-a\"~\"a.\"~\"a_b\"",
                "{\"type\":\"string\",\"format\":\"duration\"}; \"P4DT12H30M5S\"~\"P2W\"~\"PT0S\"; \"P\"~\"PT\"~\"4D\"~\"P1S\"",
                "{\"type\":\"string\",\"format\":\"color\"}; \"anything\"; 1",
                "{\"enum\":[1,\"a\",null,[1, 2],{\"b\":true}]}; 1~\"a\"~null~[1,2]~{\"b\":true}; 2~\"b\"~[1]",
                "{\"enum\":[1,\"a\",2.5,7],\"type\":\"integer\",\"minimum\":2}; 7; 1~\"a\"~2.5",
                "{\"enum\":[\"aa\",\"b\",\"abc\"],\"pattern\":\"^a\",\"maxLength\":2}; \"aa\"; \"b\"~\"abc\"",
                "{\"const\":\"q\\\"\\n\"}; \"q\\\"\\n\"; \"q\"",
                "{\"const\":3,\"allOf\":[{\"enum\":[3.0,4]}]}; 3; 4",
                "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"integer\",\"maximum\":9,\"minimum\":0}]}; null~7; true~10",
                "{\"minimum\":10,\"anyOf\":[{\"type\":\"integer\"},{\"type\":\"boolean\"}]}; 10~true; 9~\"a\"",
                "{\"oneOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}; \"a\"~null; 1",
                "{\"oneOf\":[{\"maximum\":3,\"type\":\"integer\"},{\"minimum\":4,\"type\":\"number\"}]}; 3~4.5; 3.5",
                "{\"oneOf\":[{\"type\":\"string\",\"pattern\":\"^a\"},{\"type\":\"string\",\"pattern\":\"^b\"}]}; \"ax\"~\"b\"; \"c\"",
                "{\"type\":\"object\",\"oneOf\":[{\"properties\":{\"k\":{\"const\":\"a\"},\"x\":{\"type\":\"null\"}},\"required\":[\"k\",\"x\"]},{\"properties\":{\"k\":{\"const\":\"b\"}},\"required\":[\"k\"]}]}; {\"k\":\"a\",\"x\":null}~{\"k\":\"b\"}~{\"k\":\"b\",\"z\":1}; {}~{\"k\":\"a\"}~{\"k\":\"c\"}",
                "{\"allOf\":[{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}},{\"properties\":{\"a\":{\"minimum\":5},\"b\":{\"const\":1}},\"required\":[\"a\"]}]}; {\"a\":5}~{\"a\": 6, \"b\": 1}; {}~{\"a\":4}~{\"a\":5,\"b\":2}",
                "{\"$ref\":\"#/$defs/x\",\"maximum\":3,\"$defs\":{\"x\":{\"type\":\"integer\",\"minimum\":1}}}; 1~3; 0~4",
                "{\"$ref\":\"#/$defs/a~1b%25c\",\"$defs\":{\"a/b%c\":{\"const\":1}}}; 1; 2",
                "{\"$ref\":\"#/definitions/x\",\"definitions\":{\"x\":{\"const\":1}}}; 1; 2",
                "{\"type\":\"object\",\"properties\":{\"v\":{\"type\":\"integer\"},\"next\":{\"$ref\":\"#\"}},\"required\":[\"v\"],\"additionalProperties\":false}; {\"v\":1}~{\"v\":1,\"next\":{\"v\": 2, \"next\": {\"v\":3}}}; {}~{\"v\":1,\"next\":{}}~{\"next\":{\"v\":1}}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"const\":1},\"b\":{\"const\":2},\"c\":{\"const\":3}},\"required\":[\"b\"],\"additionalProperties\":false}; {\"b\":2}~{\"a\":1,\"b\":2}~{\"a\": 1, \"b\": 2, \"c\": 3}~{\"b\":2,\"c\":3}; {}~{\"a\":1}~{\"a\":1,\"c\":3}~{\"b\":2,}~{\"b\":2,\"d\":1}~{,\"b\":2}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"const\":1}}}; {}~{\"a\":1}~{\"b\":1}~{\"a\":1,\"ab\":[]}~{\"\":0}; {\"a\":2}~{\"b\":1,\"a\":2}~{\"\\u0061\":2}",
                "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"integer\"}}; {}~{\"x\":1,\"y\":2}; {\"x\":true}",
                "{\"type\":\"object\",\"required\":[\"r\"],\"additionalProperties\":{\"type\":\"integer\"}}; {\"r\":1}~{\"r\":1,\"y\":2}; {}~{\"x\":1}~{\"r\":true}",
                "{\"type\":\"object\",\"properties\":{\"a\":true,\"b\":true,\"c\":true},\"minProperties\":2,\"additionalProperties\":false}; {\"a\":1,\"c\":1}~{\"a\":1,\"b\":1,\"c\":1}; {}~{\"b\":1}",
                "{\"type\":\"object\",\"properties\":{\"a\":true,\"b\":true,\"c\":true},\"maxProperties\":1}; {}~{\"b\":1}~{\"z\":1}; {\"a\":1,\"c\":1}~{\"a\":1,\"z\":1}~{\"y\":1,\"z\":1}",
                "{\"type\":\"object\",\"minProperties\":1}; {\"q\":1}; {}",
                "{\"type\":\"object\",\"properties\":{\"a1\":{\"minimum\":5}},\"patternProperties\":{\"^a\":{\"type\":\"integer\"},\"z$\":{\"maximum\":3}},\"additionalProperties\":{\"const\":\"o\"}}; {\"a1\":5}~{\"a2\":1,\"az\":3,\"xz\":1.5,\"q\":\"o\"}; {\"a1\":4}~{\"a2\":\"o\"}~{\"az\":4}~{\"q\":1}~{\"xz\":4}",
                "{\"type\":\"array\",\"items\":{\"type\":\"integer\"}}; []~[1]~[1, 2,3]; [true]~[1,,2]",
                "{\"type\":\"array\",\"items\":{\"const\":1},\"minItems\":1,\"maxItems\":3}; [1]~[1,1,1]; []~[1,1,1,1]",
                "{\"type\":\"array\",\"maxItems\":0}; []; [1]",
                "{\"type\":\"array\",\"prefixItems\":[{\"const\":1},{\"const\":2}],\"items\":false}; []~[1]~[1,2]; [2]~[1,2,3]",
                "{\"type\":\"array\",\"prefixItems\":[{\"const\":1},{\"const\":2}],\"items\":{\"const\":3},\"minItems\":2,\"maxItems\":4}; [1,2]~[1,2,3,3]; [1]~[1,2,3,3,3]~[1,2,4]",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"uniqueItems\":false}; []~[[],[[]]]; [1]",
                "{\"items\":{\"const\":1},\"minLength\":3}; [1,1]~\"abc\"~7~null~{\"a\":2}; [2]~\"ab\"",
                "{\"title\":\"t\",\"description\":\"d\",\"default\":1,\"examples\":[2],\"x-order\":1,\"deprecated\":true,\"type\":\"null\"}; null; 1",
            })
    void takesWhatIsValidAndNothingElse(String schema, String valid, String invalid) {
        Acceptance acceptance = new Acceptance(Grammar.ofJsonSchema(schema));
        SchemaChecker checker = new SchemaChecker(JsonMapper.shared().readTree(schema));
        for (String text : valid.split("~")) {
            assertTrue(acceptance.accepts(text), () -> schema + " takes " + text);
            assertTrue(checker.isValid(JsonMapper.shared().readTree(text)), () -> schema + " is satisfied by " + text);
        }
        for (String text : invalid == null ? List.<String>of() : List.of(invalid.split("~"))) {
            assertFalse(acceptance.accepts(text), () -> schema + " doesn't take " + text);
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            delimiter = ';',
            value = {
                "{\"not\":{}}; #/not",
                "{\"properties\":{\"a/b\":{\"if\":{}}}}; #/properties/a~1b/if",
                "{\"type\":\"array\",\"contains\":{}}; #/contains",
                "{\"uniqueItems\":true}; #/uniqueItems",
                "{\"propertyNames\":{\"maxLength\":3}}; #/propertyNames",
                "{\"dependentRequired\":{}}; #/dependentRequired",
                "{\"unevaluatedProperties\":false}; #/unevaluatedProperties",
                "{\"$dynamicRef\":\"#a\"}; #/$dynamicRef",
                "{\"nullable\":true}; #/nullable",
                "{\"minlength\":1}; #/minlength",
                "{\"items\":[{}]}; #/items",
                "{\"type\":\"text\"}; #/type",
                "{\"type\":3}; #/type",
                "{\"minLength\":-1}; #/minLength",
                "{\"minLength\":\"1\"}; #/minLength",
                "{\"pattern\":\"(?=a)\"}; '#/pattern, line 1, column 2'",
                "{\"pattern\":\"[\"}; '#/pattern, line 1, column 2'",
                "{\"allOf\":{}}; #/allOf",
                "{\"anyOf\":[1]}; #/anyOf/0",
                "{\"properties\":[]}; #/properties",
                "{\"required\":[1]}; #/required",
                "{\"$ref\":\"other.json\"}; #/$ref",
                "{\"$ref\":\"#/$defs/none\"}; #/$ref",
                "{\"$ref\":\"#\"}; #",
                "{\"anyOf\":[{\"$ref\":\"#\"}]}; #",
                "{\"oneOf\":[{\"type\":\"integer\"},{\"type\":\"number\"}]}; #/oneOf",
                "{\"oneOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]}; #/oneOf",
                "{\"type\":\"integer\",\"multipleOf\":0}; #/multipleOf",
                "{\"type\":\"integer\",\"multipleOf\":5000}; #/multipleOf",
                "{\"type\":\"number\",\"multipleOf\":0.3}; #/multipleOf",
                "{\"type\":\"object\",\"minProperties\":2}; #/minProperties",
                "{\"enum\":[[1]],\"minItems\":1}; #/minItems",
                "{\"type\":\"string\",\"minLength\":3,\"maxLength\":2}; #",
                "false; #",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}},\"required\":[\"a\"]}; #",
                "{\"type\":\"string\",\"pattern\":\"^a$\",\"allOf\":[{\"pattern\":\"^b$\"}]}; #",
                "3; #",
            })
    void refusesByName(String schema, String position) {
        GrammarException e = assertThrows(GrammarException.class, () -> Grammar.ofJsonSchema(schema));
        assertEquals(position, e.position(), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"type\":\"null\"} x", "{\"type\":\"null\",\"type\":\"null\"}"})
    void refusesWhatIsNoJson(String schema) {
        assertThrows(GrammarException.class, () -> Grammar.ofJsonSchema(schema));
    }
}
