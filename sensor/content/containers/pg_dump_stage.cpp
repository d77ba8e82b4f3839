#include "content/containers/pg_dump_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "content/chain/member.h"

namespace outspan::content {
namespace {

constexpr std::uint8_t kTableBlock = 1, kObjectsBlock = 3;
constexpr std::size_t kNumberBytes = 5;  // a sign, and four bytes
constexpr std::uint32_t kPieceMax = 1 << 24;
constexpr std::size_t kNameBytesMax = 1024;

/// zlib, or how zstd and lz4 begin.
constexpr bool is_compressed(Bytes bytes) noexcept {
  return begins_zlib(bytes) || (bytes[0] == 0x28 && bytes[1] == 0xb5) ||
         (bytes[0] == 0x04 && bytes[1] == 0x22);
}

std::uint32_t number_at(Bytes bytes) noexcept { return ByteCursor(bytes.subspan(1)).u32_le(); }

/// What a beginning looks like: a block of a table or of large objects, numbers that are not
/// negative, the first piece, something compressed in it.
bool may_begin_data(Bytes head) noexcept {
  if (head[0] != kTableBlock && head[0] != kObjectsBlock) return false;
  const std::size_t numbers = head[0] == kTableBlock ? 2 : 3;
  for (std::size_t i = 0; i < numbers; ++i)
    if (head.size() > 1 + i * kNumberBytes && head[1 + i * kNumberBytes] != 0) return false;
  const std::size_t end = 1 + numbers * kNumberBytes;
  if (head.size() >= end) {
    const std::uint32_t length = number_at(head.subspan(end - kNumberBytes));
    if (length < 3 || length >= kPieceMax) return false;
  }
  return head.size() < end + 2 || is_compressed(head.subspan(end));
}

/// The archive's table of contents, as far as it is needed: what data there are, by dump id.
class Contents {
 public:
  explicit Contents(Bytes bytes) noexcept : in_(bytes) {}

  std::map<std::uint32_t, std::string> read() {
    std::map<std::uint32_t, std::string> names;
    in_.skip(5);  // the mark
    version_ = in_.u8() * 100U + in_.u8();
    in_.skip(4);  // revision, sizes of numbers and offsets, format
    if (version_ >= 115)
      in_.skip(1);  // compression
    else
      number();
    for (int part_of_time = 0; part_of_time < 7; ++part_of_time) number();
    for (int name_or_version = 0; name_or_version < 3; ++name_or_version) text();
    for (std::uint32_t left = number(); left > 0 && in_.ok(); --left) read_entry(names);
    return names;
  }

 private:
  std::uint32_t number() noexcept {
    negative_ = in_.u8() != 0;
    return in_.u32_le();
  }
  std::string_view text() noexcept {
    const std::uint32_t size = number();
    return negative_ ? std::string_view() : as_text(in_.take(size));
  }
  void read_entry(std::map<std::uint32_t, std::string>& names) {
    const std::uint32_t id = number();
    number();  // whether there are data
    text();    // oid of the catalogue
    text();    // oid
    const std::string_view tag = text(), what = text();
    number();  // section
    text();    // definition
    text();    // how it is dropped
    text();    // how its data are copied
    const std::string_view schema = text();
    text();                          // tablespace
    if (version_ >= 114) text();     // access method
    if (version_ >= 116) number();   // kind of relation
    text();                          // owner
    text();                          // with oids
    do text();                       // what it depends on
    while (!negative_ && in_.ok());  // -1 ends them
    in_.skip(1 + 8);                 // where the data are
    if (in_.ok() && what == "TABLE DATA" && tag.size() + schema.size() < kNameBytesMax)
      names[id] = std::string(schema) + "." + std::string(tag);
  }

  ByteCursor in_;
  unsigned version_ = 0;
  bool negative_ = false;
};

}  // namespace

Opened open_pg_dump(const Opening& opening) noexcept {
  return open_container<PgDumpStage>(opening);
}

PgDumpStage::PgDumpStage(ObjectContext& context, const Node& node, std::uint32_t depth) noexcept
    : Stage(context, node),
      depth_(depth),
      rest_(context.open_text(node, {.depth = depth})),
      contents_(context.services().buffers) {}

void PgDumpStage::read(Bytes bytes) noexcept {
  for (std::size_t at = 0; at < bytes.size();) {
    context_.wire_at(this, at);
    const Bytes left = bytes.subspan(at);
    switch (state_) {
      case State::lost: at += look_for_data(left); break;
      case State::piece: at += take_piece(left, at); break;
      default: at += take_number(left); break;
    }
    context_.wire_at(this, at);
    if (state_ == State::lost && data_begin()) begin_data();
  }
}

/// Whether all is there that begins data; what is there can.
bool PgDumpStage::data_begin() const noexcept {
  return have_ > 0 &&
         have_ == (head_[0] == kObjectsBlock ? kBeginningBytes : kBeginningBytes - kNumberBytes);
}

/// Up to the end of what begins data, or all.
std::size_t PgDumpStage::look_for_data(Bytes bytes) noexcept {
  std::size_t at = 0;
  while (at < bytes.size() && !data_begin()) {
    if (have_ == 0) {  // text has none of these
      while (at < bytes.size() && bytes[at] != kTableBlock && bytes[at] != kObjectsBlock) ++at;
      if (at == bytes.size()) break;
    }
    head_[have_++] = bytes[at++];
    while (have_ > 0 && !may_begin_data(Bytes(head_).first(have_)))
      std::memmove(head_.data(), head_.data() + 1, --have_);
  }
  const Bytes seen = bytes.first(at);
  give(*rest_, seen);
  unread_bytes_ += seen.size();
  if (!contents_end_ && (contents_.size() + seen.size() > kContentsMax || !contents_.append(seen)))
    contents_end_ = true;
  return at;
}

void PgDumpStage::begin_data() noexcept {
  read_contents();
  end_unread();
  rest_->boundary();
  const Bytes head = Bytes(head_).first(std::exchange(have_, 0));
  in_objects_ = head[0] == kObjectsBlock;
  id_ = number_at(head.subspan(1));
  object_ = number_at(head.subspan(1 + kNumberBytes));
  left_ = number_at(head.last(kNumberBytes + 2)) - 2;
  state_ = State::piece;
  open_member(head.last(2));
}

void PgDumpStage::read_contents() noexcept {
  if (contents_.size() > 0 && !contents_end_) {
    std::string all;
    for (; contents_.size() > 0; contents_.drop_first_piece())
      all += as_text(contents_.first_piece());
    names_ = Contents(as_bytes(all)).read();
  }
  while (contents_.size() > 0) contents_.drop_first_piece();
  contents_end_ = true;
}

std::size_t PgDumpStage::take_number(Bytes bytes) noexcept {
  const std::size_t size = state_ == State::type ? 1 : kNumberBytes;
  const std::size_t taken = std::min(bytes.size(), size - have_);
  std::memcpy(head_.data() + have_, bytes.data(), taken);
  give(*rest_, bytes.first(taken));
  have_ += taken;
  if (have_ < size) return taken;
  have_ = 0;
  use_number();
  return taken;
}

void PgDumpStage::use_number() noexcept {
  if (state_ == State::type) {
    in_objects_ = head_[0] == kObjectsBlock;
    if (in_objects_ || head_[0] == kTableBlock)
      state_ = State::id;
    else
      lose("damaged");
    return;
  }
  const std::uint32_t number = number_at(head_);
  if (head_[0] != 0) return lose("damaged");
  switch (state_) {
    case State::id:
      id_ = number;
      state_ = in_objects_ ? State::object : State::length;
      return;
    case State::object:
      object_ = number;
      state_ = number == 0 ? State::type : State::length;
      return;
    default: break;
  }
  if (number >= kPieceMax) return lose("damaged");
  left_ = number;
  state_ = State::piece;
  if (number > 0) return;
  end_member();
  state_ = in_objects_ ? State::object : State::type;
}

std::size_t PgDumpStage::take_piece(Bytes bytes, std::size_t at) noexcept {
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left_));
  std::size_t taken = 0;
  if (member_ == nullptr) {
    // Its first two bytes say how it is compressed; fewer are no data.
    taken = std::min(size, 2 - have_);
    std::memcpy(head_.data() + have_, bytes.data(), taken);
    have_ += taken;
    claim(As::decoded, taken);
    if (have_ == 2 || left_ == taken) open_member(Bytes(head_).first(std::exchange(have_, 0)));
  }
  if (member_ != nullptr && size > taken)
    forward(*member_, bytes.subspan(taken, size - taken), static_cast<std::int64_t>(at + taken));
  left_ -= size;
  if (left_ == 0) state_ = State::length;
  return size;
}

std::string PgDumpStage::member_name() const {
  if (in_objects_) return "large object " + std::to_string(object_);
  const auto known = names_.find(id_);
  return known != names_.end() ? known->second : "data " + std::to_string(id_);
}

void PgDumpStage::open_member(Bytes beginning) noexcept {
  if (begins_zlib(beginning))
    member_ = content::open_member(context_, node_, member_name(), depth_, Coding::zlib);
  else
    member_ = content::open_member(context_, node_, member_name(), depth_);
  member_->data(beginning);
}

void PgDumpStage::end_member() noexcept {
  if (member_) member_->finish();
  member_.reset();
}

void PgDumpStage::lose(const char* reason) noexcept {
  end_member();
  state_ = State::lost;
  have_ = 0;
  if (unread_ != nullptr) return;
  unread_ = reason;
  unread_begin_ = context_.wire_now();
  unread_bytes_ = 0;
}

void PgDumpStage::end_unread() noexcept {
  if (unread_ == nullptr) return;
  context_.opaque(node_, context_.wire_since(unread_begin_, unread_bytes_),
                  std::exchange(unread_, nullptr));
}

void PgDumpStage::gap() noexcept {
  if (member_) member_->gap();
  rest_->gap();
  contents_end_ = true;
  lose("gap");
}

void PgDumpStage::pause() noexcept {
  if (member_) member_->pause();
}

void PgDumpStage::end() noexcept {
  end_member();
  end_unread();
  rest_->finish();
}

}  // namespace outspan::content
