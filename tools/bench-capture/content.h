#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "random.h"

namespace outspan::bench_capture {

/// A customer who does not exist: reserved domains, numbers kept free for fiction.
struct Customer {
  std::string name, email, ticket, phone;
};

/// The same number gives the same customer; different numbers below 10^8 give different e-mail
/// addresses and tickets.
Customer customer(std::uint64_t number);

/// How many customers were written into texts, so that a reader knows what there is to find.
struct Planted {
  std::uint64_t customers = 0;
};

/// Writes text as the web does: words by Zipf's law, and everything that only looks like customers'
/// data (UUIDs, hashes, times, prices, versions, coordinates), with a real customer now and then.
class TextMaker {
 public:
  TextMaker(std::uint64_t seed, Planted& planted);

  // Each appends about `size` bytes.
  void html(std::string& out, std::size_t size);
  void json(std::string& out, std::size_t size);
  void script(std::string& out, std::size_t size);
  void log(std::string& out, std::size_t size);
  void form(std::string& out, std::size_t size);  ///< application/x-www-form-urlencoded

  void words(std::string& out, int count);
  void uuid(std::string& out);
  void hex(std::string& out, int digits);
  void time(std::string& out);
  Random& random() noexcept { return random_; }

 private:
  void plant(std::string& out, const char* before, const char* between, const char* after);
  bool time_to_plant(std::size_t written_bytes);

  Random random_;
  Planted& planted_;
  std::vector<std::string> vocabulary_;
  std::vector<std::uint16_t> by_frequency_;  ///< index: a uniform draw; value: a word by Zipf's law
  std::size_t until_next_customer_ = 0;
};

void append_number(std::string& out, std::uint64_t value, int digits_min = 1);
std::string gzip(const std::string& text);
std::string base64_lines(const std::string& bytes);

}  // namespace outspan::bench_capture
