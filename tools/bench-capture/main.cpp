// Makes the captures that tools/bench measures with: the same arguments give the same bytes.
#include <charconv>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "traffic.h"

namespace {

using namespace outspan::bench_capture;

constexpr const char* kUsage =
    "outspan-bench-capture --mix   [--size 1GiB] [--seed N] -o FILE   web, uploads, mail, TLS; "
    "2,000 flows at once\n"
    "outspan-bench-capture --leak  [--size 200MiB] [--format csv|json] [--rows 68000] -o FILE\n"
    "                                                                every line a customer; --rows "
    "0: one upload\n"
    "outspan-bench-capture --upload FILE [--upload FILE]... [--size 0] -o FILE   the files as "
    "uploads, repeated "
    "up to the size\n"
    "outspan-bench-capture --flows N -o FILE                         N flows, all open at the same "
    "time\n"
    "outspan-bench-capture --customers N [--first M] -o FILE         their table: CSV with name, "
    "email, ticket, phone;\n"
    "                                                                the captures hold those below "
    "12,000,000\n"
    "SIZE is the payload above TCP and UDP. FILE may be -, standard output.\n";

struct Options {
  std::string mode;
  std::uint64_t size_bytes = 0;
  std::uint64_t seed = 1;
  std::uint64_t rows = 68'000;
  std::uint64_t flows = 0;
  std::uint64_t customers = 0, first = 0;
  LeakFormat format = LeakFormat::csv;
  std::vector<std::string> uploads;
  std::string output;
};

std::uint64_t number_of(std::string_view text) {
  std::uint64_t value = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  if (error != std::errc() || !(unit.empty() || unit == "KiB" || unit == "MiB" || unit == "GiB"))
    throw std::runtime_error("not a number or a size (200MiB, 1GiB): " + std::string(text));
  return value << (unit == "KiB" ? 10 : unit == "MiB" ? 20 : unit == "GiB" ? 30 : 0);
}

Options parse(const std::vector<std::string>& words) {
  Options options;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (word == "--mix" || word == "--leak") {
      options.mode = word;
      continue;
    }
    if (at + 1 == words.size()) throw std::runtime_error("unknown, or without its value: " + word);
    const std::string& value = words[++at];
    if (word == "--size")
      options.size_bytes = number_of(value);
    else if (word == "--seed")
      options.seed = number_of(value);
    else if (word == "--rows")
      options.rows = number_of(value);
    else if (word == "--flows")
      options.mode = word, options.flows = number_of(value);
    else if (word == "--upload")
      options.mode = word, options.uploads.push_back(value);
    else if (word == "--customers")
      options.mode = word, options.customers = number_of(value);
    else if (word == "--first")
      options.first = number_of(value);
    else if (word == "--format" && value == "csv")
      options.format = LeakFormat::csv;
    else if (word == "--format" && value == "json")
      options.format = LeakFormat::json;
    else if (word == "-o")
      options.output = value;
    else
      throw std::runtime_error("unknown option: " + word + " " + value);
  }
  if (options.mode.empty() || options.output.empty())
    throw std::runtime_error("a mode and -o FILE are needed");
  return options;
}

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), {});
  if (!file) throw std::runtime_error("cannot read " + name);
  return bytes;
}

/// The table that an index of all customers in the captures is built of.
void write_customers(const Options& options) {
  std::FILE* file = options.output == "-" ? stdout : std::fopen(options.output.c_str(), "wb");
  if (file == nullptr) throw std::runtime_error("cannot write " + options.output);
  std::string text = "name,email,ticket,phone\r\n";
  for (std::uint64_t number = 0; number < options.customers; ++number) {
    const Customer one = customer(options.first + number);
    text.append(one.name).append(",").append(one.email).append(",").append(one.ticket);
    text.append(",").append(one.phone).append("\r\n");
    if (text.size() < 1 << 20 && number + 1 != options.customers) continue;
    if (std::fwrite(text.data(), 1, text.size(), file) != text.size())
      throw std::runtime_error("cannot write " + options.output);
    text.clear();
  }
  if (std::fflush(file) != 0) throw std::runtime_error("cannot write " + options.output);
  if (file != stdout) std::fclose(file);
}

void run(const Options& options) {
  if (options.mode == "--customers") return write_customers(options);
  CaptureWriter out(options.output);
  Planted planted;
  MixTotals totals;
  if (options.mode == "--mix") {
    totals = write_mix(out, options.size_bytes != 0 ? options.size_bytes : std::uint64_t{1} << 30,
                       options.seed, planted);
  } else if (options.mode == "--leak") {
    const std::uint64_t rows =
        options.rows != 0 ? options.rows : std::numeric_limits<std::uint64_t>::max();
    totals =
        write_leak(out, options.size_bytes != 0 ? options.size_bytes : std::uint64_t{200} << 20,
                   rows, options.format, planted);
  } else if (options.mode == "--upload") {
    std::vector<std::string> bodies;
    for (const std::string& name : options.uploads) bodies.push_back(read_file(name));
    totals = write_uploads(out, bodies, options.size_bytes);
  } else {
    totals = write_many_flows(out, options.flows);
  }
  out.finish();
  std::fprintf(stderr,
               "%llu frames, %llu bytes of payload, %llu sessions, %llu customers written\n",
               static_cast<unsigned long long>(out.frames()),
               static_cast<unsigned long long>(out.payload_bytes()),
               static_cast<unsigned long long>(totals.sessions),
               static_cast<unsigned long long>(planted.customers));
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(parse({argv + 1, argv + argc}));
    return 0;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "outspan-bench-capture: %s\n%s", problem.what(), kUsage);
    return 2;
  }
}
