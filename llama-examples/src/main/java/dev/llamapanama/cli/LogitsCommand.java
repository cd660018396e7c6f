// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.cli;

import dev.llamapanama.Llama;
import dev.llamapanama.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.core.JsonGenerator;

@Command(description = "Prints the logits that follow token ids as JSON.")
final class LogitsCommand extends RunCommand {
    @Mixin
    private final IdsOption ids = new IdsOption();

    @Option(names = "--all", description = "Those after each id, not only after the last.")
    private boolean all;

    LogitsCommand(Console console) {
        super(console);
    }

    @Override
    public void run() {
        int[] fed = ids.values();
        if (fed.length == 0) {
            throw new UsageException("--ids: found none, expected at least one");
        }
        try (Llama llama = open();
                Session session = llama.session(fed.length)) {
            if (all) {
                printAll(session, fed);
            } else {
                float[] logits = session.feed(fed);
                Json.stream(out, json -> {
                    json.writeStartObject().writeName("logits");
                    write(json, logits);
                    json.writeEndObject();
                });
            }
        }
    }

    private void printAll(Session session, int[] fed) {
        Json.stream(out, json -> {
            session.feedAll(fed, (logits, index) -> {
                if (index == 0) {
                    json.writeStartObject().writeName("logits").writeStartArray();
                }
                write(json, logits);
            });
            json.writeEndArray().writeEndObject();
        });
    }

    private static void write(JsonGenerator json, float[] logits) {
        json.writeStartArray();
        for (float logit : logits) {
            json.writeNumber(logit);
        }
        json.writeEndArray();
    }
}
