#pragma once

namespace outspan::app {

/// Customers' values stand in the memory of this process: no core file holds them, and no other
/// process of the same user may attach. Call before anything is read.
void keep_memory_private() noexcept;

/// Says on standard error if a key could not be locked into memory, so that it may be swapped out.
void warn_of_unlocked_keys() noexcept;

}  // namespace outspan::app
