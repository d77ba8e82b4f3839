#pragma once

#include <array>
#include <cstdint>

#include "config/config.h"
#include "content/chain/buffer_pool.h"
#include "content/chain/decompressor.h"
#include "content/chain/file_queue.h"
#include "content/chain/opener.h"
#include "content/chain/window_masks.h"
#include "content/text.h"
#include "core/budget.h"
#include "text/unescape.h"

namespace outspan::content {

/// What happened, for `stats`.
struct Counters {
  std::uint64_t objects = 0;
  std::uint64_t parts = 0;
  std::uint64_t windows = 0;
  std::uint64_t text_bytes = 0;
  std::uint64_t unescaped_windows = 0;
  std::uint64_t expanded_bytes = 0;
  std::uint64_t damaged = 0;
  std::uint64_t containers_opened = 0;
  std::uint64_t embedded_runs = 0;
  std::uint64_t budget_depth = 0;
  std::uint64_t budget_parts = 0;
  std::uint64_t budget_expansion = 0;
  std::uint64_t budget_memory = 0;
};

/// What all objects of one inspector share.
struct Services {
  /// `chains` and the sink and observer outlive it.
  Services(const config::Config& config, const Opener& chains, TextSink& text_sink,
           ObjectObserver& object_observer, bool with_digests, unpack::Pool* pool,
           bool wait_for_files);

  config::Limits limits;
  bool inspect_disguises;
  const Opener& opener;
  TextSink& sink;
  ObjectObserver& observer;
  bool hash_objects;
  bool hand_on_bytes = false;  ///< ObjectObserver::on_object_bytes
  Counters counters;
  Budget memory;
  BufferPool buffers;
  IdleDecompressors decompressors;
  text::Unescaper unescaper;
  WindowMasks masks;
  FileQueue files;  // goes first: it gives memory back
};

}  // namespace outspan::content
