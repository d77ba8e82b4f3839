#pragma once

#include <functional>

#include "alert/sink/sink.h"
#include "core/file_descriptor.h"
#include "core/result.h"

namespace outspan::alert {

/// Appends formatted events to a file, or to standard output: each with one write, and never half a
/// line but where the program dies inside that write.
class FileSink final : public Sink {
 public:
  using Format = std::function<std::string(const Event&)>;
  struct Options {
    std::string path;  ///< "-": standard output
    bool truncate = false;
    /// A larger file becomes PATH.1, that one PATH.2 ...; 0: never.
    std::uint64_t rotate_bytes = 0;
    unsigned keep_files = 0;  ///< of those
    /// An event counts as arrived once it is on the disk.
    bool sync = false;
  };
  static Result<std::unique_ptr<FileSink>> open(const Options& options, Format format,
                                                OutputCounters& counters);

  /// All files are opened anew before the next event: somebody has moved them. Safe in a signal
  /// handler.
  static void reopen_all() noexcept;

  Offer offer(const Event& event, std::uint64_t number) override;
  void work(int wake, std::chrono::milliseconds timeout) override;
  [[nodiscard]] std::optional<std::uint64_t> unconfirmed() const override;
  [[nodiscard]] std::uint64_t sent() const override { return sent_; }
  std::optional<std::uint64_t> take_break() override { return {}; }
  bool finish(Clock::time_point give_up) override;
  [[nodiscard]] std::string trouble() const override { return trouble_; }
  /// Of the event that is being written.
  [[nodiscard]] std::uint64_t left_bytes() const noexcept { return text_.size(); }
  [[nodiscard]] const FileDescriptor& file() const noexcept { return file_; }

 private:
  FileSink(const Options& options, Format format, OutputCounters& counters);
  bool open_file(bool truncate);
  bool push();
  bool write_out();
  void rotate();
  void sync();

  Options options_;
  Format format_;
  OutputCounters& counters_;
  FileDescriptor file_;
  bool waits_ = false;  // a pipe, a socket or a terminal: its reader may be slow
  bool terminal_ = false;
  std::uint64_t file_bytes_ = 0;
  unsigned reopened_ = 0;

  std::string text_;  // of the event that is being written, as far as it is not
  std::uint64_t number_ = 0, sent_ = 0;
  std::optional<std::uint64_t> unsynced_;
  Clock::time_point synced_at_{};
  std::string trouble_;
};

}  // namespace outspan::alert
