// SPDX-License-Identifier: Apache-2.0
#include "access_patterns.h"

#include <algorithm>
#include <set>

namespace sim {

namespace {
constexpr unsigned sector = 32;
constexpr unsigned banks = 32;
constexpr unsigned bank_bytes = 4;

// Lanes of a request that shared memory serves together: 128 bytes in all.
size_t lanes_together(unsigned bytes) { return warp_size / std::max(1u, bytes / bank_bytes); }

unsigned round_up(size_t n, size_t to) { return static_cast<unsigned>((n + to - 1) / to); }
}  // namespace

void AccessPatterns::start_launch() {
    places.clear();
    blocks = 0;
}

void AccessPatterns::start_block() { recording = blocks++ == 0; }

void AccessPatterns::keep(const void* place, unsigned lane, uint64_t address, unsigned bytes, bool shared) {
    Place& p = places[place];
    p.shared = shared;
    unsigned n = p.next[lane]++;
    if (n >= most_requests) return;
    if (p.requests.size() <= n) p.requests.resize(n + 1);
    p.requests[n].push_back({address, bytes});
}

unsigned AccessPatterns::sectors(const Request& request) {
    std::set<uint64_t> touched;
    for (const Lane& lane : request) {
        for (uint64_t s = lane.address / sector; s <= (lane.address + lane.bytes - 1) / sector; s++) touched.insert(s);
    }
    return touched.size();
}

unsigned AccessPatterns::sectors_needed(const Request& request) {
    std::set<uint64_t> bytes;
    for (const Lane& lane : request) {
        for (unsigned i = 0; i < lane.bytes; i++) bytes.insert(lane.address + i);
    }
    return round_up(bytes.size(), sector);
}

unsigned AccessPatterns::passes(const Request& request) {
    unsigned sum = 0;
    size_t together = lanes_together(request[0].bytes);
    for (size_t first = 0; first < request.size(); first += together) {
        std::set<uint64_t> words[banks];
        unsigned most = 0;
        for (size_t i = first; i < std::min(request.size(), first + together); i++) {
            for (unsigned b = 0; b < request[i].bytes; b += bank_bytes) {
                uint64_t word = (request[i].address + b) / bank_bytes;
                words[word % banks].insert(word);
                most = std::max<unsigned>(most, words[word % banks].size());
            }
        }
        sum += most;
    }
    return sum;
}

unsigned AccessPatterns::passes_needed(const Request& request) {
    std::set<uint64_t> words;
    for (const Lane& lane : request) {
        for (unsigned b = 0; b < lane.bytes; b += bank_bytes) words.insert((lane.address + b) / bank_bytes);
    }
    return std::max(round_up(words.size(), banks), round_up(request.size(), lanes_together(request[0].bytes)));
}

void AccessPatterns::end_launch() {
    recording = false;
    for (auto& entry : places) {
        const Place& place = entry.second;
        Total& total = totals.insert({entry.first, {running_launch()->name, place.shared, 0, 0, 0}}).first->second;
        for (const Request& request : place.requests) {
            total.requests++;
            total.used += place.shared ? passes(request) : sectors(request);
            total.needed += place.shared ? passes_needed(request) : sectors_needed(request);
        }
    }
    places.clear();
}

std::string AccessPatterns::text() const {
    std::vector<std::string> lines;
    for (auto& entry : totals) {
        const Total& t = entry.second;
        double n = t.requests;
        lines.push_back(format("%s %s: %llu requests, %.1f %s each, %.1f needed", place_of(entry.first).c_str(),
                               t.kernel.c_str(), static_cast<unsigned long long>(t.requests), t.used / n,
                               t.shared ? "bank passes" : "sectors", t.needed / n));
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line + "\n";
    return text;
}

AccessPatterns& access_patterns() {
    static AccessPatterns& patterns = *new AccessPatterns;
    return patterns;
}

}  // namespace sim
