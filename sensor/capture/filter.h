#pragma once

#include <map>
#include <memory>
#include <string>

#include "capture/packet.h"
#include "core/result.h"

namespace outspan::capture {

/// A BPF filter expression (pcap-filter(7)), applied in user space. The same expression is another
/// program for each link type, compiled when the link type is first met.
/// Thread: one.
class Filter {
 public:
  /// The error is libpcap's sentence about the expression. An empty expression passes everything.
  static Result<std::unique_ptr<Filter>> make(const std::string& expression);
  ~Filter();

  [[nodiscard]] bool passes_all() const noexcept { return expression_.empty(); }
  /// A link type that the expression makes no sense for passes nothing; problems() says so.
  [[nodiscard]] bool passes(const Packet& packet);
  [[nodiscard]] const Problems& problems() const noexcept { return problems_; }

 private:
  class Program;
  explicit Filter(std::string expression);
  const Program& program(LinkType link);

  std::string expression_;
  std::map<LinkType, std::unique_ptr<Program>> programs_;
  Problems problems_;
};

}  // namespace outspan::capture
