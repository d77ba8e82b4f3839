#pragma once

namespace outspan::unpack {

/// Takes from this process, for good, whatever it could do to the machine besides its own work: it
/// gets network, IPC, host name and mounts of its own (the root folder is empty), where the kernel
/// allows that and no filter of system calls is in force yet, as in `live`; started as root it
/// becomes nobody; it keeps no capability. Thread: the only one of its process. false: it is still
/// root, or has a capability.
[[nodiscard]] bool isolate() noexcept;

}  // namespace outspan::unpack
