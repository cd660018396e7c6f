// SPDX-License-Identifier: Apache-2.0
package dev.llamapanama.tokenizers.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What differs between the versions of Llama Guard. */
enum GuardVersion {
    GUARD_1("llama-guard-1", List.of("</s>")),
    GUARD_2("llama-guard-2", Llama3Format.STOPS),
    /** 8B. */
    GUARD_3("llama-guard-3", Llama3Format.STOPS),
    /** 1B and 11B, which don't know S14. */
    GUARD_3_SMALL("llama-guard-3-1b", Llama3Format.STOPS),
    GUARD_4("llama-guard-4", Llama4Format.STOPS);

    private static final List<String> FIRST = List.of(
            "Violence and Hate",
            "Sexual Content",
            "Criminal Planning",
            "Guns and Illegal Weapons",
            "Regulated or Controlled Substances",
            "Self-Harm");
    private static final List<String> LATER = List.of(
            "Violent Crimes",
            "Non-Violent Crimes",
            "Sex Crimes",
            "Child Exploitation",
            "Defamation",
            "Specialized Advice",
            "Privacy",
            "Intellectual Property",
            "Indiscriminate Weapons",
            "Hate",
            "Self-Harm",
            "Sexual Content",
            "Elections",
            "Code Interpreter Abuse");
    private static final List<String> UNKNOWN_TO_2 = List.of("Defamation", "Elections", "Code Interpreter Abuse");

    private final String formatName;
    private final List<String> stops;

    GuardVersion(String formatName, List<String> stops) {
        this.formatName = formatName;
        this.stops = stops;
    }

    String formatName() {
        return formatName;
    }

    List<String> stops() {
        return stops;
    }

    /** Names of what is looked for, by code. */
    Map<String, String> categories() {
        List<String> names = new ArrayList<>(this == GUARD_1 ? FIRST : LATER);
        if (this == GUARD_2) {
            names.removeAll(UNKNOWN_TO_2);
        } else if (this == GUARD_3_SMALL) {
            names.removeLast();
        }
        Map<String, String> categories = new LinkedHashMap<>();
        names.forEach(name -> categories.put((this == GUARD_1 ? "O" : "S") + (categories.size() + 1), name));
        return categories;
    }

    String instructions(String role) {
        String which = this == GUARD_1 ? role : "ONLY THE LAST " + role + " message";
        String dash = this == GUARD_1 ? "\n- " : "\n - ";
        return "Provide your safety assessment for " + which + " in the above conversation:" + dash
                + "First line must read 'safe' or 'unsafe'." + dash
                + "If unsafe, a second line must include a comma-separated list of violated categories.";
    }
}
