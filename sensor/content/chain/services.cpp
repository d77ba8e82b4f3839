#include "content/chain/services.h"

namespace outspan::content {

Services::Services(const config::Config& config, const Opener& chains, TextSink& text_sink,
                   ObjectObserver& object_observer, bool with_digests, unpack::Pool* pool,
                   bool wait_for_files)
    : limits(config.limits),
      inspect_disguises(config.inspect_disguises),
      opener(chains),
      sink(text_sink),
      observer(object_observer),
      hash_objects(with_digests),
      memory(config.limits.memory_mib << 20),
      buffers(memory),
      files(pool, wait_for_files) {}

}  // namespace outspan::content
