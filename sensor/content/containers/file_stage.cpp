#include "content/containers/file_stage.h"

#include <algorithm>
#include <utility>

#include "content/chain/file_queue.h"
#include "content/containers/collected_file.h"
#include "content/containers/zip_stage.h"
#include "marks/marks.h"

namespace outspan::content {

constexpr std::uint64_t kMib = 1 << 20;

FileStage::FileStage(ObjectContext& context, const Node& node, Options options) noexcept
    : Stage(context, node),
      options_(options),
      whole_(context.services().buffers),
      wire_begin_(context.wire_now()) {}

bool has_workers(const Opening& opening) noexcept {
  return opening.context.services().files.pool() != nullptr;
}

Opened open_whole(const Opening& opening, FileStage::Options options) noexcept {
  options.depth = opening.options.depth;
  if (!opening.context.may_go_to(options.depth + 1)) return unopened(opening.mark, "budget");
  return {opening.mark, std::make_unique<FileStage>(opening.context, opening.node, options)};
}

Opened open_zeros(const Opening& opening) noexcept {
  if (!has_workers(opening)) return {opening.mark, nullptr};
  return open_whole(opening, {.kind = unpack::Kind::archive, .iso = true});
}

bool FileStage::keep(Bytes bytes) noexcept {
  return whole_.size() + bytes.size() <= context_.services().limits.object_mib * kMib &&
         whole_.append(bytes);
}

void FileStage::read(Bytes bytes) noexcept {
  bytes_seen_ += bytes.size();
  if (options_.iso && whole_.size() >= marks::kIsoMarkAt + marks::kIsoMark.size()) {
    if (!is_iso()) read_as_it_comes(nullptr);
    options_.iso = false;
  }
  if (as_it_comes_ == nullptr && !keep(bytes)) {
    ++context_.services().counters.budget_memory;
    read_as_it_comes("budget");
  }
  if (as_it_comes_ != nullptr) forward(*as_it_comes_, bytes, 0);
}

bool FileStage::is_iso() const noexcept { return whole_.has(marks::kIsoMarkAt, marks::kIsoMark); }

void FileStage::read_as_it_comes(const char* reason) noexcept {
  reason_ = reason;
  if (options_.zip) {
    as_it_comes_ = std::make_unique<ZipStage>(context_, node_, options_.depth);
  } else {
    as_it_comes_ = context_.open_plain(node_, {.depth = options_.depth},
                                       reason == nullptr ? LookInside::yes : LookInside::no);
  }
  for (; whole_.size() > 0; whole_.drop_first_piece()) give(*as_it_comes_, whole_.first_piece());
}

void FileStage::gap() noexcept {
  if (as_it_comes_ == nullptr) read_as_it_comes(options_.iso && !is_iso() ? nullptr : "gap");
  as_it_comes_->gap();
}

void FileStage::pause() noexcept {
  if (as_it_comes_ != nullptr) as_it_comes_->pause();
}

void FileStage::end() noexcept {
  const std::uint64_t wire = context_.wire_since(wire_begin_, bytes_seen_);
  if (options_.iso && as_it_comes_ == nullptr && !is_iso()) read_as_it_comes(nullptr);
  if (as_it_comes_ == nullptr) {
    claim(As::decoded, whole_.size());  // or what the worker says of it
    context_.services().files.add(std::make_unique<CollectedFile>(
        context_, node_, options_.kind, options_.depth, std::move(whole_), wire));
    return;
  }
  as_it_comes_->finish();
  if (options_.zip || reason_ == nullptr) return;  // it is known what could not be read
  if (std::string_view(reason_) == "budget")
    context_.skip(node_, wire);
  else
    context_.opaque(node_, wire, reason_);
}

}  // namespace outspan::content
