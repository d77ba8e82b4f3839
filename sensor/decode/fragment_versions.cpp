#include "decode/fragment_versions.h"

#include <algorithm>
#include <cstring>

namespace outspan::decode {

void FragmentVersions::add(std::uint32_t offset, Bytes piece) {
  if (offset >= size_) return;
  add(0, offset, piece.first(std::min<std::size_t>(piece.size(), size_ - offset)));
}

void FragmentVersions::add(std::size_t version, std::uint32_t offset, Bytes piece) {
  if (version == kMax) {
    ++refused_;
    return;
  }
  if (version == versions_.size()) versions_.push_back({std::vector<std::uint8_t>(size_), {}});
  const auto end = offset + static_cast<std::uint32_t>(piece.size());
  // A copy: versions may be added on the way.
  const std::vector<Intervals::Part> parts = versions_[version].covered.split(offset, end);
  for (const Intervals::Part& part : parts) {
    const Bytes bytes = piece.subspan(part.begin - offset, part.end - part.begin);
    std::uint8_t* const here = versions_[version].bytes.data() + part.begin;
    if (!part.covered)
      std::memcpy(here, bytes.data(), bytes.size());
    else if (std::memcmp(here, bytes.data(), bytes.size()) != 0)
      add(version + 1, part.begin, bytes);
  }
  versions_[version].covered.add(offset, end);
}

std::vector<std::vector<std::uint8_t>> FragmentVersions::take() {
  std::vector<std::vector<std::uint8_t>> made;
  for (Version& version : versions_) {
    if (!made.empty())
      for (const Intervals::Part& part : version.covered.split(0, size_))
        if (!part.covered)
          std::copy(made.back().begin() + part.begin, made.back().begin() + part.end,
                    version.bytes.begin() + part.begin);
    made.push_back(std::move(version.bytes));
  }
  if (made.empty()) made.emplace_back(size_);
  versions_.clear();
  return made;
}

}  // namespace outspan::decode
