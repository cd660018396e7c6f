// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace selftest {

void clean_kernels();

}  // namespace selftest
