// SPDX-License-Identifier: Apache-2.0
// Chooses the experts of a token. Grid (rows), a warp for each row; lane l keeps experts l, l + 32, ... of at most 2048.
#include "reduce.cuh"

struct Choice {
    float logit;
    int expert;
};

// A number that isn't one never beats another and is never beaten: only as the first is it chosen, as the CPU does by its comparisons.
DEVICE bool beats(Choice a, Choice b) {
    return a.logit > b.logit || (a.logit == b.logit && a.expert < b.expert);
}

// The first expert that isn't chosen yet, and `experts` if a lane has none.
DEVICE int first_left(uint64_t chosen, int experts) {
    int e = lane_index();
    for (uint64_t bits = chosen; e < experts && (bits & 1) != 0; bits >>= 1) e += LANES;
    return e < experts ? e : experts;
}

DEVICE int warp_min(int v) {
    UNROLL
    for (int mask = LANES / 2; mask > 0; mask /= 2) {
        const int other = shfl_xor(v, mask);
        v = other < v ? other : v;
    }
    return v;
}

// The first of the largest that are left.
DEVICE int largest_left(const float* logits, uint64_t chosen, int experts) {
    const int first = warp_min(first_left(chosen, experts));
    Choice best = {logits[first], first};
    for (int e = lane_index(), i = 0; e < experts; e += LANES, i++) {
        const Choice next = {logits[e], e};
        if ((chosen >> i & 1) == 0 && beats(next, best)) best = next;
    }
    UNROLL
    for (int mask = LANES / 2; mask > 0; mask /= 2) {
        const Choice other = {shfl_xor(best.logit, mask), shfl_xor(best.expert, mask)};
        if (beats(other, best)) best = other;
    }
    return best.expert;
}

// In double, to have the CPU's bits.
DEVICE float sigmoid(double logit) { return static_cast<float>(1.0 / (1.0 + exp(-logit))); }

// Logits of the chosen become 1 / (1 + e^-logit), all others 0.
KERNEL(LANES)
void route(float* logits, const int* count, int experts, int per_token) {
    const int row = blockIdx.x;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    float* all = logits + static_cast<long long>(row) * experts;
    uint64_t chosen = 0;
    for (int n = 0; n < per_token; n++) {
        const int expert = largest_left(all, chosen, experts);
        if (expert % LANES == lane_index()) chosen |= uint64_t{1} << (expert / LANES);
    }
    warp_sync();
    for (int e = lane_index(), i = 0; e < experts; e += LANES, i++) {
        all[e] = (chosen >> i & 1) != 0 ? sigmoid(all[e]) : 0.0f;
    }
}
KERNEL_EXPORT(route);
