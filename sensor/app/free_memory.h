#pragma once

namespace outspan::app {

/// Gives the kernel back what the heap holds free, where that is much: a flood that is over would
/// stay in resident memory for good. Takes some milliseconds, in which an allocation may wait.
/// Thread: any; not for each batch.
void give_back_free_memory() noexcept;

}  // namespace outspan::app
