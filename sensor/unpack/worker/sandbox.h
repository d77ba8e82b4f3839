#pragma once

#include <cstdint>

namespace outspan::unpack {

/// For the rest of its life this process is isolated (isolation.h), opens no file and no socket,
/// starts no program, has at most `memory_mib` of address space, leaves no core file, and dies with
/// its parent. What it holds already (its socket) it keeps. false: that could not be arranged; it
/// must not read a file then. Under AddressSanitizer the address space is not limited.
[[nodiscard]] bool lock_in(std::uint64_t memory_mib) noexcept;

/// SIGXCPU after that much more CPU time.
void limit_cpu(std::uint64_t seconds) noexcept;

}  // namespace outspan::unpack
