// SPDX-License-Identifier: Apache-2.0
// Up to three matrices in one launch: each has blocks of its own, one after the other. A matrix without rows has none.
#pragma once

#include "kdev.cuh"

// What is read of a matrix, and where its results go.
template <class Operand>
struct Matrix {
    Operand operand;
    float* out;
    int rows;

    // That have so many rows each.
    DEVICE int blocks(int each) const { return (rows + each - 1) / each; }
};

// Calls body(matrix, which of its blocks) for the matrix that the block has a part of, so many rows.
template <class Operand, class Body>
DEVICE void of_one(
    const Matrix<Operand>& first, const Matrix<Operand>& second, const Matrix<Operand>& third, int each, int block,
    Body body) {
    Matrix<Operand> matrix = first;
    if (block >= first.blocks(each)) {
        block -= first.blocks(each);
        matrix = second;
        if (block >= second.blocks(each)) {
            block -= second.blocks(each);
            matrix = third;
        }
    }
    body(matrix, block);
}
