#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.h"
#include "core/held_memory.h"
#include "protocol/shared/loose_object.h"
#include "protocol/shared/row_writer.h"

namespace outspan::protocol::ldap {

/// Takes the values out of elements of BER as they come: what is primitive is a cell, and each
/// SEQUENCE begins a row, so that an attribute is a line of its name and its values. No stack is
/// needed, since lengths are definite: after a value comes the next element, whosever it is.
/// Bound: RowWriter::kLongCellBytes.
class Values {
 public:
  /// Both outlive it.
  Values(RowWriter& rows, LooseObject& other) noexcept : rows_(rows), other_(other) {}

  void data(Bytes bytes) noexcept;
  void gap(std::uint64_t missing_bytes) noexcept;
  /// The message is over.
  void end() noexcept;
  [[nodiscard]] std::uint64_t held_bytes() const noexcept {
    return heap_bytes(header_) + heap_bytes(value_);
  }

 private:
  void begin_element() noexcept;
  [[nodiscard]] bool may_begin(std::uint8_t tag) noexcept;
  void value(Bytes& bytes) noexcept;
  void give_up() noexcept;

  RowWriter& rows_;
  LooseObject& other_;
  std::string header_;      // of the next element, as far as it is there
  std::string value_;       // as far as it is there
  std::uint64_t left_ = 0;  // of the value
  bool long_ = false;       // the value is given on as it comes
  bool number_ = false;     // the value is no text
  bool begun_ = false;      // the operation of the message was seen
  bool broken_ = false;     // what comes is no element
};

}  // namespace outspan::protocol::ldap
