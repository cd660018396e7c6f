// SPDX-License-Identifier: Apache-2.0
#include "ptx.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <cstring>

#include "kdev_sim.h"
#include "report.h"

namespace sim {

namespace {

// Words and single marks of a piece of PTX. Dots belong to words: ".param", ".u64".
class Tokens {
   public:
    Tokens(const std::string& text, size_t at) : text(text), at(at) {}

    std::string next() {
        skip_blank();
        size_t start = at;
        while (at < text.size() && is_word(text[at])) at++;
        if (at == start && at < text.size()) at++;
        return text.substr(start, at - start);
    }

   private:
    static bool is_word(char c) { return isalnum(static_cast<unsigned char>(c)) || strchr("._$%", c) != nullptr; }

    void skip_blank() {
        while (at < text.size()) {
            if (text.compare(at, 2, "//") == 0) {
                at = std::min(text.find('\n', at), text.size());
            } else if (!isspace(static_cast<unsigned char>(text[at]))) {
                return;
            } else {
                at++;
            }
        }
    }

    const std::string& text;
    size_t at;
};

// Bytes of ".u64", ".f32", ".b8"; 0 if it isn't a type.
unsigned type_bytes(const std::string& token) {
    if (token.size() < 3 || token[0] != '.' || strchr("usfb", token[1]) == nullptr) return 0;
    return atoi(&token[2]) / 8;
}

std::vector<unsigned> parse_parameters(Tokens& tokens) {
    std::vector<unsigned> bytes;
    for (std::string t = tokens.next(); !t.empty() && t != ")"; t = tokens.next()) {
        if (t == ".param") {
            bytes.push_back(0);
        } else if (bytes.empty()) {
            continue;
        } else if (bytes.back() == 0) {
            bytes.back() = type_bytes(t);
        } else if (t == "[") {
            bytes.back() *= atoi(tokens.next().c_str());
        }
    }
    return bytes;
}

PtxEntry parse_entry(const std::string& text, size_t at) {
    Tokens tokens(text, at);
    PtxEntry entry;
    entry.name = tokens.next();
    std::string t = tokens.next();
    if (t == "(") entry.parameter_bytes = parse_parameters(tokens);
    for (; !t.empty() && t != "{" && t != ";"; t = tokens.next()) {
        if (t == ".maxntid" || t == ".reqntid") entry.max_threads = atoi(tokens.next().c_str());
        if (t == ",") entry.max_threads *= atoi(tokens.next().c_str());
    }
    return entry;
}

const char* after(const std::string& text, const char* directive) {
    size_t at = text.find(directive);
    return at == std::string::npos ? "" : &text[at + strlen(directive)];
}

int parse_version(const std::string& text) {
    char* end;
    long major = strtol(after(text, ".version "), &end, 10);
    return static_cast<int>(major * 10 + (*end == '.' ? strtol(end + 1, nullptr, 10) : 0));
}

}  // namespace

Ptx parse_ptx(const std::string& text) {
    Ptx ptx;
    ptx.version = parse_version(text);
    char* target_end;
    ptx.target = static_cast<int>(strtol(after(text, ".target sm_"), &target_end, 10));
    ptx.only_target = *target_end == 'a';
    const char directive[] = ".entry ";
    for (size_t at = text.find(directive); at != std::string::npos; at = text.find(directive, at + 1)) {
        ptx.entries.push_back(parse_entry(text, at + strlen(directive)));
    }
    return ptx;
}

const Registration* code_of(const PtxEntry& entry, std::string& log) {
    const Registration* r = Registration::first;
    while (r != nullptr && entry.name != r->name) r = r->next;
    if (r == nullptr) {
        log += "kernel " + entry.name + " of the PTX isn't compiled into the simulator (KERNEL_EXPORT?)\n";
        return nullptr;
    }
    int count = static_cast<int>(entry.parameter_bytes.size());
    bool fits = count == r->parameters;
    for (int i = 0; fits && i < count; i++) fits = entry.parameter_bytes[i] == r->sizes[i];
    if (fits) return r;
    log += "kernel " + entry.name + " has other parameters in the PTX than in the simulator: one of them is old\n";
    return nullptr;
}

std::string declared_ptx() {
    std::string text = ".version 8.0\n.target sm_80\n.address_size 64\n";
    for (const Registration* r = Registration::first; r != nullptr; r = r->next) {
        text += format(".visible .entry %s(", r->name);
        for (int i = 0; i < r->parameters; i++) {
            text += format("%s\n.param .align %u .b8 %s_param_%d[%u]", i == 0 ? "" : ",", r->alignments[i], r->name, i,
                           r->sizes[i]);
        }
        text += ")\n{ ret; }\n";
    }
    return text;
}

}  // namespace sim
