// SPDX-License-Identifier: Apache-2.0
// Chooses the experts of a token. Grid (rows), a warp for each row; lane l keeps experts l, l + 32, ... of at most 2048.
#include "experts.cuh"
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

// A bit for each of the lane's experts.
DEVICE uint64_t choose(const float* logits, int experts, int per_token) {
    uint64_t chosen = 0;
    for (int n = 0; n < per_token; n++) {
        const int expert = largest_left(logits, chosen, experts);
        if (expert % LANES == lane_index()) chosen |= uint64_t{1} << (expert / LANES);
    }
    return chosen;
}

// Logits of the chosen become 1 / (1 + e^-logit), all others 0.
KERNEL(LANES)
void route(float* logits, const int* count, int experts, int per_token) {
    const int row = blockIdx.x;
    grid_launch();
    grid_wait();
    if (row >= *count) return;
    float* all = logits + static_cast<long long>(row) * experts;
    const uint64_t chosen = choose(all, experts, per_token);
    warp_sync();
    for (int e = lane_index(), i = 0; e < experts; e += LANES, i++) {
        all[e] = (chosen >> i & 1) != 0 ? sigmoid(all[e]) : 0.0f;
    }
}
KERNEL_EXPORT(route);

// The sum over the lanes up to this one.
DEVICE int sum_up_to_lane(int v) {
    UNROLL
    for (int n = 1; n < LANES; n *= 2) {
        const int other = shfl(v, (lane_index() - n) & (LANES - 1));
        if (lane_index() >= n) v += other;
    }
    return v;
}

// The same choices as a list, `per_token` of each row in the order of experts. One whose weight is 0 is empty, of the expert after the last, and so
// are those of rows that the step doesn't have: products may look at them.
KERNEL(LANES)
void choose_experts(const float* logits, const int* count, int experts, int per_token, ExpertRows* choices) {
    const int row = blockIdx.x;
    grid_launch();
    grid_wait();
    if (row >= *count) {
        ROLLED
        for (int n = lane_index(); n < per_token; n += LANES) choices[row * per_token + n] = {experts, 0, 0, 0};
        return;
    }
    const float* all = logits + static_cast<long long>(row) * experts;
    const uint64_t chosen = choose(all, experts, per_token);
    int at = row * per_token;
    for (int first = 0; first < experts; first += LANES) {
        const int is_chosen = static_cast<int>(chosen >> (first / LANES) & 1);
        const int up_to_this = sum_up_to_lane(is_chosen);
        if (is_chosen != 0) {
            const int e = first + lane_index();
            const int choice = at + up_to_this - 1;
            const float weight = sigmoid(all[e]);
            const bool is_read = weight != 0;
            choices[choice] = {is_read ? e : experts, choice, choice + (is_read ? 1 : 0), weight};
        }
        at += shfl(up_to_this, LANES - 1);
    }
}
KERNEL_EXPORT(choose_experts);
