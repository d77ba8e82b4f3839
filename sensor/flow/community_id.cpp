#include "flow/community_id.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

namespace outspan::flow {
namespace {

// Types whose answer has a type of its own; a flow of any other type has one direction.
constexpr std::pair<std::uint16_t, std::uint16_t> kIcmpPairs[] = {
    {8, 0}, {13, 14}, {15, 16}, {10, 9}, {17, 18}};
constexpr std::pair<std::uint16_t, std::uint16_t> kIcmpV6Pairs[] = {
    {128, 129}, {130, 131}, {133, 134}, {135, 136}, {139, 140}, {144, 145}};

bool has_answer(std::uint8_t protocol, std::uint16_t type) noexcept {
  const auto in = [type](const auto& pairs) {
    return std::any_of(std::begin(pairs), std::end(pairs), [type](const auto& pair) {
      return pair.first == type || pair.second == type;
    });
  };
  return protocol == ip_protocol::kIcmp ? in(kIcmpPairs) : in(kIcmpV6Pairs);
}

bool has_ports(std::uint8_t protocol) noexcept {
  using namespace ip_protocol;
  return protocol == kTcp || protocol == kUdp || protocol == kSctp || protocol == kIcmp ||
         protocol == kIcmpV6;
}

bool one_way(const FlowInfo& flow) noexcept {
  const bool icmp =
      flow.ip_protocol == ip_protocol::kIcmp || flow.ip_protocol == ip_protocol::kIcmpV6;
  return icmp && !has_answer(flow.ip_protocol, flow.ends[0].port);
}

}  // namespace

std::string community_id(const FlowInfo& flow) {
  const Endpoint* first = &flow.ends[0];
  const Endpoint* second = &flow.ends[1];
  const bool in_order =
      std::tie(first->address, first->port) <= std::tie(second->address, second->port);
  if (!in_order && !one_way(flow)) std::swap(first, second);

  std::array<std::uint8_t, 2 + 16 + 16 + 2 + 4> input{};
  std::size_t size = 2;  // the seed, 0
  const auto put = [&](Bytes bytes) {
    std::copy(bytes.begin(), bytes.end(), input.begin() + static_cast<std::ptrdiff_t>(size));
    size += bytes.size();
  };
  put(first->address.packed());
  put(second->address.packed());
  input[size] = flow.ip_protocol;
  size += 2;  // protocol and a byte of padding
  if (has_ports(flow.ip_protocol)) {
    for (const Endpoint* end : {first, second}) {
      input[size++] = static_cast<std::uint8_t>(end->port >> 8);
      input[size++] = static_cast<std::uint8_t>(end->port);
    }
  }

  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned digest_bytes = 0;
  EVP_Digest(input.data(), size, digest.data(), &digest_bytes, EVP_sha1(), nullptr);
  std::array<std::uint8_t, 4 * ((EVP_MAX_MD_SIZE + 2) / 3) + 1> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest_bytes));
  return "1:" + std::string(as_text(Bytes(text).first(static_cast<std::size_t>(length))));
}

}  // namespace outspan::flow
