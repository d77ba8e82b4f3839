#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "content.h"

namespace outspan::bench_capture {

/// One side's turn: all its bytes, in one write.
struct Message {
  bool from_client = true;
  std::string head;       ///< owned
  std::string_view body;  ///< follows head; borrowed from the pool, which outlives every session
  std::size_t size() const noexcept { return head.size() + body.size(); }
};

/// Bodies that servers hand out, made once: a popular object is downloaded many times. 48 MiB, so
/// that a reader's caches do not hold them.
class BodyPool {
 public:
  struct Body {
    std::string bytes;
    const char* media_type;
    bool gzipped;
  };
  BodyPool(TextMaker& text, std::size_t size_bytes);
  const Body& any(Random& random) const {
    return bodies_[random.below(static_cast<std::uint32_t>(bodies_.size()))];
  }
  /// Binary: an image or an archive.
  const Body& random_bytes() const { return noise_; }

 private:
  std::vector<Body> bodies_;
  Body noise_;
};

/// A conversation, told message by message.
class Session {
 public:
  virtual ~Session() = default;
  virtual std::uint16_t server_port() const = 0;
  virtual std::string server_name() const = 0;
  /// False: it is over.
  virtual bool next(Message& message) = 0;
};

std::unique_ptr<Session> make_download(TextMaker& text, const BodyPool& pool);
std::unique_ptr<Session> make_upload(TextMaker& text, const BodyPool& pool);
std::unique_ptr<Session> make_mail(TextMaker& text, const BodyPool& pool);
std::unique_ptr<Session> make_tls(TextMaker& text, const BodyPool& pool);

}  // namespace outspan::bench_capture
