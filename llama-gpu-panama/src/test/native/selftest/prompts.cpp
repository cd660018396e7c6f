// SPDX-License-Identifier: Apache-2.0
// Attention of prompts: the kernel as it is, and one that was made faulty.
#include <cmath>
#include <cstring>

#include "../numbers.h"
#include "device.h"
#include "tests.h"

namespace selftest {

namespace {

constexpr int head_dim = 64, page_tokens = 16, heads = 2, rows = 40, first = 5, pages = 3;
constexpr int page_elements = 2 * page_tokens * head_dim;
constexpr int least_rows = 16, whole_context = 0;
constexpr uint16_t one = 0x3c00, half = 0x3800;

uint64_t bits_of(float f) {
    uint32_t bits;
    memcpy(&bits, &f, 4);
    return bits;
}

// Keys are 1, values 0.5. What isn't a position yet is left as new memory is.
std::vector<uint16_t> some_pages() {
    std::vector<uint16_t> pool(pages * page_elements, half);
    for (int page = 0; page < pages; page++) {
        for (int i = 0; i < page_elements / 2; i++) pool[page * page_elements + i] = one;
    }
    return pool;
}

// Two heads of one key/value head, for rows of one sequence from position 5 on.
std::vector<float> attend(Device& device, const char* kernel, int expected) {
    std::vector<float> q(rows * heads * head_dim);
    for (size_t i = 0; i < q.size(); i++) q[i] = static_cast<float>(i * 7 % 31) / 31 - 0.5f;
    std::vector<int> positions(rows);
    for (int i = 0; i < rows; i++) positions[i] = first + i;
    uint64_t out = device.allocate(q.size() * 4);
    for (int from = 0; from < rows; from += rows / 2) {
        // The last tile of a sequence is the first of a launch: two launches of a block each.
        const std::vector<int> part(positions.begin() + from, positions.begin() + from + rows / 2);
        expect(device.launch(kernel, 1, 128,
                             {device.upload(q) + 4u * from * heads * head_dim, device.upload(std::vector<int>{1}),
                              device.upload(std::vector<int>{0, rows / 2}), least_rows, device.upload(part),
                              device.upload(std::vector<int>{2, 0, 1}), pages, device.upload(some_pages()), page_elements,
                              0, heads, 1, bits_of(0.125f), whole_context, out + 4u * from * heads * head_dim}) == 0,
               std::string(kernel) + " launch");
    }
    expect(device.finish() == expected, std::string(kernel) + " result");
    return device.download<float>(out, q.size());
}

}  // namespace

void prompts() {
    {
        Device device;
        for (float f : attend(device, "attention_prompt_d64", 0)) expect(std::fabs(f - 0.5f) < 1e-6f, "attention_prompt_d64");
        expect_clean("attention_prompt_d64");
    }
    const char* fault = "fault_prompt_without_wait";
    Device device;
    if (simChecked() == 0) {
        expect(std::isnan(attend(device, fault, 0)[70]), "fault_prompt_without_wait is NaN");
    } else {
        attend(device, fault, sim::cuda::launch_failed);
        expect_reported("nobody wrote this shared memory", fault);
    }
}

}  // namespace selftest
