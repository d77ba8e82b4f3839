#pragma once

#include <cstdint>
#include <functional>

#include "unpack/formats/archive.h"
#include "unpack/formats/xml_text.h"

namespace outspan::unpack {

/// Reads an XML part of a package. `yield` says how many bytes came of it so far: of a part that is
/// huge and yields next to nothing (a sheet of millions of blank rows packs into a few KiB) the
/// rest is not read. Errors: Stop with Outcome::expansion. false: damaged.
/// `otherwise`: takes it as it is from where it is no well-formed XML.
bool read_xml(ArchiveEntry& entry, XmlEvents& events, const std::function<std::uint64_t()>& yield,
              const std::function<void(Bytes)>& otherwise = nullptr);

}  // namespace outspan::unpack
