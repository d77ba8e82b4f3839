#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace outspan::capture {

/// Memory that the machine has to give, in bytes (MemAvailable); nullopt: it does not say.
std::optional<std::uint64_t> available_memory();

/// What is wrong with rings of so many bytes in all; empty: nothing. Rings are not swapped, so they
/// may take half of what is available.
std::string ring_memory_problem(std::uint64_t ring_bytes,
                                std::optional<std::uint64_t> available_bytes);

/// Bytes of this process's packet rings, as the kernel made them.
std::uint64_t mapped_ring_bytes();

}  // namespace outspan::capture
