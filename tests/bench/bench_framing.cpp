#include <benchmark/benchmark.h>

#include "protocol/smtp/smtp.h"
#include "protocol/tls/tls.h"
#include "tests/protocol/fuzz_host.h"
#include "tests/protocol/tls_records.h"

namespace outspan::protocol {
namespace {

constexpr std::size_t kSegmentBytes = 1448;

void feed(fuzz::Host& host, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); at += kSegmentBytes) {
    const std::string_view segment = text.substr(at, kSegmentBytes);
    host.account.deliver(Side::client, segment.size());
    host.parser->on_data(Side::client, as_bytes(segment));
  }
}

/// Bytes of TLS records, after the hello, in segments.
void BM_TlsRecords(benchmark::State& state) {
  fuzz::Host host;
  host.parser = tls::make(host);
  feed(host, tls_bytes::record(22, tls_bytes::client_hello("www.example.com")));
  std::string records;
  for (std::uint32_t i = 0; i < 64; ++i)
    records += tls_bytes::record(23, tls_bytes::noise(16384, i));
  for (auto _ : state) feed(host, records);
  state.SetBytesProcessed(static_cast<std::int64_t>(records.size()) * state.iterations());
}
BENCHMARK(BM_TlsRecords);

/// A connection's hello with its fingerprints.
void BM_TlsHello(benchmark::State& state) {
  const std::string hello = tls_bytes::record(22, tls_bytes::client_hello("www.example.com"));
  for (auto _ : state) {
    fuzz::Host host;
    host.parser = tls::make(host);
    feed(host, hello);
  }
}
BENCHMARK(BM_TlsHello);

/// A mail of 1 MiB in lines, and its session.
void BM_SmtpMail(benchmark::State& state) {
  std::string session =
      "EHLO a\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n";
  while (session.size() < 1048576) session += std::string(76, 'x') + "\r\n";
  session += ".\r\nQUIT\r\n";
  for (auto _ : state) {
    fuzz::Host host;
    host.parser = smtp::make(host);
    feed(host, session);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(session.size()) * state.iterations());
}
BENCHMARK(BM_SmtpMail);

}  // namespace
}  // namespace outspan::protocol
