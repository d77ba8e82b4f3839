#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

#include "core/bytes.h"
#include "core/stats.h"
#include "evidence/tape.h"

namespace outspan::evidence {

/// What the objects of a shard carry, from their beginning, while they last.
/// Thread: the pipeline's.
class ObjectTapes {
 public:
  /// `object_bytes`: kept of an object; `memory_bytes`: of all, with what recordings hold. The
  /// object that began first makes room.
  ObjectTapes(std::uint64_t object_bytes, std::uint64_t memory_bytes);

  /// `number` names the object in the pipeline.
  void add(std::uint64_t number, Bytes bytes) noexcept;
  void end(std::uint64_t number) noexcept;
  /// nullptr: nothing is held of this object.
  [[nodiscard]] RecordingPtr recording(std::uint64_t number) const;
  /// evidence.memory_bytes, .objects, .objects_let_go, .objects_not_whole.
  void report(Stats& stats) const;

 private:
  struct Object {
    std::uint64_t number = 0;
    Tape tape;
    bool full = false;    ///< what follows is not kept
    bool let_go = false;  ///< it is in let_go_
  };
  using Objects = std::list<Object>;

  void append(Object& object, Bytes bytes);
  void let_go_of_oldest();

  std::uint64_t object_bytes_;
  std::shared_ptr<Memory> memory_;
  Objects objects_;  ///< oldest first
  Objects let_go_;   ///< they last, and nothing is held of them: their rest alone would be no proof
  std::unordered_map<std::uint64_t, Objects::iterator> by_number_;
  std::uint64_t let_go_count_ = 0, not_kept_ = 0;
};

}  // namespace outspan::evidence
