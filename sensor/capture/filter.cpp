#include "capture/filter.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <array>

#include "capture/link_type.h"
#include "core/handle.h"

namespace outspan::capture {
namespace {

constexpr int kSnaplenBytes = 262'144;

}  // namespace

class Filter::Program {
 public:
  Program(const std::string& expression, LinkType link) {
    const CHandle<pcap_t, pcap_close> handle(pcap_open_dead(to_dlt(link), kSnaplenBytes));
    if (handle == nullptr) throw std::bad_alloc();
    if (pcap_compile(handle.get(), &program_, expression.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0)
      error_ = pcap_geterr(handle.get());
  }
  ~Program() {
    if (ok()) pcap_freecode(&program_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  [[nodiscard]] bool ok() const noexcept { return error_.empty(); }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }
  [[nodiscard]] bool passes(const Packet& packet) const noexcept {
    pcap_pkthdr header{};
    header.caplen = static_cast<bpf_u_int32>(packet.bytes.size());
    header.len = packet.wire_bytes;
    return pcap_offline_filter(&program_, &header, packet.bytes.data()) != 0;
  }

 private:
  bpf_program program_{};
  std::string error_;
};

Filter::Filter(std::string expression) : expression_(std::move(expression)) {}
Filter::~Filter() = default;

Result<std::unique_ptr<Filter>> Filter::make(const std::string& expression) {
  std::unique_ptr<Filter> filter(new Filter(expression));
  if (expression.empty()) return filter;
  // Some expressions fit one kind of link only ("inbound" on SLL, "ether host" not on raw IP).
  static constexpr std::array kTried{LinkType::ethernet, LinkType::raw_ip, LinkType::linux_sll};
  std::string error;
  for (const LinkType link : kTried) {
    const Program program(expression, link);
    if (program.ok()) return filter;
    if (error.empty()) error = program.error();
  }
  return Problem{"filter", fmt::format("\"{}\": {}", expression, error)};
}

const Filter::Program& Filter::program(LinkType link) {
  std::unique_ptr<Program>& program = programs_[link];
  if (program == nullptr) {
    program = std::make_unique<Program>(expression_, link);
    if (!program->ok())
      problems_.push_back({"filter", fmt::format("cannot be applied to packets of link type {}, "
                                                 "which are left out: {}",
                                                 static_cast<int>(link), program->error())});
  }
  return *program;
}

bool Filter::passes(const Packet& packet) {
  if (passes_all()) return true;
  const Program& compiled = program(packet.link);
  return compiled.ok() && compiled.passes(packet);
}

}  // namespace outspan::capture
