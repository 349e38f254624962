// The Merkle tree as the database has it. Safe from any thread.
#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "eventstore/log/store.h"
#include "eventstore/merkle/proof.h"
#include "eventstore/merkle/tree.h"

namespace skyndsamt::log {

// With bounded reads, checked against the peaks that were written with it: DATA_LOSS otherwise.
absl::StatusOr<merkle::Tree> RestoreTree(Store& store, const FrontierRow& frontier);

// Answers about the tree of the first `size` records; `tree` is at least as large. INVALID_ARGUMENT
// if it is not.
absl::StatusOr<merkle::Prover> ProverOf(Store& store, std::shared_ptr<const merkle::Tree> tree,
                                        uint64_t size);

}  // namespace skyndsamt::log
