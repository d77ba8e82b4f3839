#include "content/containers/zip_stage.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "content/chain/file_queue.h"
#include "content/chain/member.h"
#include "content/containers/file_stage.h"

namespace outspan::content {
namespace {

constexpr std::array<std::uint8_t, 4> kMark{'P', 'K', 3, 4};
constexpr std::string_view kEncrypted = "encrypted-archive";
constexpr std::uint64_t kMib = 1 << 20;

/// Of the first member, as far as it is there.
std::string_view first_name(Bytes zip) noexcept {
  const std::string_view text = as_text(zip);
  return text.size() > kZipLocalHeaderBytes ? text.substr(kZipLocalHeaderBytes)
                                            : std::string_view();
}

}  // namespace

Opened open_zip(const Opening& opening) noexcept {
  if (has_workers(opening) && begins_package(first_name(opening.beginning)))
    return open_whole(opening, {.kind = unpack::Kind::archive, .zip = true});
  return open_container<ZipStage>(opening);
}

ZipStage::ZipStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
    : Stage(context, node), depth_(depth), rest_(context.open_text(node, {.depth = depth})) {}

void ZipStage::read(Bytes bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size();) {
    context_.wire_at(this, at);
    const Bytes left = bytes.subspan(at);
    std::size_t taken = 0;
    switch (state_) {
      case State::between: taken = look_for_header(left); break;
      case State::header: taken = take_header(left); break;
      case State::data: taken = take_data(left, at); break;
      case State::inflating: taken = inflate(left, at); break;
    }
    at += taken;
    if (unread_ != nullptr) unread_bytes_ += taken;
    context_.wire_at(this, at);
    if (state_ == State::data && left_ == 0) end_data();
  }
}

/// Up to the end of the mark of a local header, or all.
std::size_t ZipStage::seek_mark(Bytes bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size() && matched_ < kMark.size()) {
    if (matched_ == 0) {
      const void* found = std::memchr(bytes.data() + at, kMark[0], bytes.size() - at);
      if (found == nullptr) return bytes.size();
      at = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    }
    const std::uint8_t byte = bytes[at++];
    matched_ = byte == kMark[matched_] ? matched_ + 1 : byte == kMark[0] ? 1 : 0;
  }
  return at;
}

std::size_t ZipStage::look_for_header(Bytes bytes) noexcept {
  const std::size_t taken = seek_mark(bytes);
  give(*rest_, bytes.first(taken));
  if (matched_ == kMark.size()) {
    head_.assign(as_text(kMark));
    head_bytes_ = kZipLocalHeaderBytes;
    state_ = State::header;
  }
  return taken;
}

std::size_t ZipStage::take_header(Bytes bytes) noexcept {
  const std::size_t taken = std::min(bytes.size(), head_bytes_ - head_.size());
  head_ += as_text(bytes.first(taken));
  give(*rest_, bytes.first(taken));
  if (head_.size() < head_bytes_) return taken;
  if (head_bytes_ == kZipLocalHeaderBytes) {
    head_bytes_ = zip_local_header_bytes(as_bytes(head_));
    if (head_bytes_ == 0) {  // not a header; one may begin inside what is held
      matched_ = 0;
      state_ = State::between;
      const std::string held = std::exchange(head_, {});
      const std::size_t at = seek_mark(as_bytes(held).subspan(kMark.size()));
      if (matched_ == kMark.size()) {
        head_.assign(as_text(kMark)).append(held, kMark.size() + at);
        head_bytes_ = kZipLocalHeaderBytes;
        state_ = State::header;
      }
      return taken;
    }
    if (head_.size() < head_bytes_) return taken;
  }
  begin_member();
  return taken;
}

void ZipStage::begin_member() noexcept {
  matched_ = 0;
  end_unread();
  rest_->boundary();
  header_ = parse_zip_local_header(as_bytes(head_));
  head_.clear();
  left_ = header_.size_follows() ? 0 : header_.compressed_bytes;
  state_ = header_.size_follows() ? State::between : State::data;
  if (header_.encrypted()) {
    if (encrypted_names_.size() < ObjectContext::kNamesMax)
      encrypted_names_.push_back(header_.name);
    return begin_unread(kEncrypted.data());
  }
  open(header_.name);
  if (state_ == State::data && left_ == 0) end_data();
}

/// The size that the header gives is used up. A compressed stream that goes on makes it a lie: it
/// ends where the stream does.
void ZipStage::end_data() noexcept {
  if (stream_ == nullptr || !stream_->running()) return end_member();
  state_ = State::inflating;
  may_be_over_ = true;
}

void ZipStage::open(std::string name) noexcept {
  Services& services = context_.services();
  switch (header_.method) {
    case zip_method::kStored:
      if (left_ > 0) member_ = open_member(context_, node_, std::move(name), depth_);
      return;
    case zip_method::kDeflate: return open_stream(std::move(name), Coding::deflate);
    case zip_method::kZstd: return open_stream(std::move(name), Coding::zstd);
    default: break;
  }
  // What nearly all members are, whatever a header with a method of nobody wants to say.
  if (!zip_method::is_assigned(header_.method))
    return open_stream(std::move(name), Coding::deflate);
  if (services.files.pool() == nullptr || header_.size_follows() ||
      left_ > services.limits.object_mib * kMib)
    return begin_unread("unsupported");
  by_worker_ = true;
  member_ = std::make_unique<FileStage>(
      context_, node_, FileStage::Options{.kind = unpack::Kind::archive, .depth = depth_});
  member_->data(as_bytes(zip_before(header_)));
}

void ZipStage::open_stream(std::string name, Coding coding) noexcept {
  auto stage = open_member(context_, node_, std::move(name), depth_, coding);
  stream_ = stage.get();
  member_ = std::move(stage);
  if (header_.size_follows()) state_ = State::inflating;
}

std::size_t ZipStage::take_data(Bytes bytes, std::size_t at) noexcept {
  const auto taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
  left_ -= taken;
  forward(member_ ? *member_ : *rest_, bytes.first(taken), static_cast<std::int64_t>(at));
  return taken;
}

std::size_t ZipStage::inflate(Bytes bytes, std::size_t at) noexcept {
  if (may_be_over_) {
    // A member that is empty, or cut: no stream goes on with a mark of zip.
    if (!std::exchange(held_mark_, false)) {
      may_be_over_ = bytes[0] == kMark[0];
      if (may_be_over_) return held_mark_ = true, 1;
    } else if (bytes[0] == kMark[1]) {
      end_member();
      give(*rest_, Bytes(kMark).first(1));
      matched_ = 1;
      return 0;
    } else {
      may_be_over_ = false;
      const Bytes held = Bytes(kMark).first(1);
      if (decode(held, static_cast<std::int64_t>(at) - 1) == 0) give(*rest_, held);
      return 0;
    }
  }
  return decode(bytes, static_cast<std::int64_t>(at));
}

/// `at`: where the bytes stand in what data() was given.
std::size_t ZipStage::decode(Bytes bytes, std::int64_t at) noexcept {
  const std::size_t taken =
      context_.pass_on(this, *stream_, at, [&] { return stream_->take(bytes); });
  claim(As::decoded, taken);
  if (stream_->running()) return taken;
  const char* const given_up = stream_->given_up();
  end_member();
  if (given_up != nullptr) begin_unread(given_up);
  return taken;
}

void ZipStage::end_member() noexcept {
  if (member_) {
    if (std::exchange(by_worker_, false)) member_->data(as_bytes(zip_behind(header_)));
    member_->finish();
  }
  member_.reset();
  stream_ = nullptr;
  may_be_over_ = false;
  if (std::exchange(held_mark_, false)) give(*rest_, Bytes(kMark).first(1));
  state_ = State::between;
  end_unread();
}

/// From here on, until end_unread(). The bytes are scanned as they are.
void ZipStage::begin_unread(const char* reason) noexcept {
  unread_ = reason;
  unread_begin_ = context_.wire_now();
  unread_bytes_ = 0;
}

void ZipStage::end_unread() noexcept {
  if (unread_ == nullptr) return;
  const std::uint64_t bytes = context_.wire_since(unread_begin_, unread_bytes_);
  const std::string_view reason = std::exchange(unread_, nullptr);
  if (reason == kEncrypted)
    encrypted_bytes_ += bytes;
  else if (reason == "budget")
    context_.skip(node_, bytes);
  else
    context_.opaque(node_, bytes, reason.data());
}

void ZipStage::gap() noexcept {
  if (member_) member_->gap();
  rest_->gap();
  const char* reason = unread_;
  if (state_ == State::data || state_ == State::inflating) {
    if (reason == nullptr && header_.method != zip_method::kStored) reason = "gap";
    by_worker_ = false;
    end_member();
  }
  end_unread();
  matched_ = 0;
  head_.clear();
  state_ = State::between;
  if (reason != nullptr) begin_unread(reason);
}

void ZipStage::pause() noexcept {
  if (member_) member_->pause();
}

void ZipStage::end() noexcept {
  end_member();
  rest_->finish();
  if (encrypted_bytes_ > 0)
    context_.opaque(node_, encrypted_bytes_, kEncrypted.data(), std::move(encrypted_names_));
}

}  // namespace outspan::content
