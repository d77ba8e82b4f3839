#include "content/chain/file_queue.h"

#include "content/chain/object_context.h"

namespace outspan::content {

FileQueue::FileQueue(unpack::Pool* pool, bool waits) noexcept : pool_(pool), waits_(waits) {}
FileQueue::~FileQueue() {
  for (const auto& context : ended_) context->abandon();
}

void FileQueue::add(std::unique_ptr<QueuedFile> file) noexcept {
  if (waits_)
    file->step(*pool_, UINT64_MAX, true);
  else
    files_.push_back(std::move(file));
}

void FileQueue::adopt(std::unique_ptr<ObjectContext> context) noexcept {
  ++context->object().flow.objects_waiting;
  ended_.push_back(std::move(context));
}

void FileQueue::poll(std::uint64_t bytes_max) noexcept {
  auto file = files_.begin();
  for (std::size_t i = 0; i < kRunning && file != files_.end(); ++i) {
    // Files inside it are added behind it.
    if ((*file)->step(*pool_, bytes_max / kRunning, false))
      file = files_.erase(file);
    else
      ++file;
  }
  end_objects();
}

void FileQueue::finish() noexcept {
  while (!files_.empty()) {
    files_.front()->step(*pool_, UINT64_MAX, true);
    files_.pop_front();
  }
  end_objects();
}

void FileQueue::end_objects() noexcept {
  std::erase_if(ended_, [](const std::unique_ptr<ObjectContext>& context) {
    if (context->open_files() > 0) return false;
    context->end();
    --context->object().flow.objects_waiting;
    return true;
  });
}

}  // namespace outspan::content
