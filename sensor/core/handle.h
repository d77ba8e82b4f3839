#pragma once

#include <memory>

namespace outspan {

/// Frees a C library's handle with the library's own function.
template <auto Free>
struct CFree {
  template <class T>
  void operator()(T* handle) const noexcept {
    static_cast<void>(Free(handle));
  }
};

/// Owner of a C handle: using Pcap = CHandle<pcap_t, pcap_close>.
template <class T, auto Free>
using CHandle = std::unique_ptr<T, CFree<Free>>;

}  // namespace outspan
