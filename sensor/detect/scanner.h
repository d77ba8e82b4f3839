#pragma once

#include <array>
#include <memory>
#include <vector>

#include "content/text.h"
#include "detect/hit.h"
#include "detect/text_scanner.h"

namespace outspan::detect {

/// Searches windows of text and hands on the values that begin in their cores.
///
/// Where a window has an unescaped version, that one is searched; the raw text is searched as well
/// around its escapes, since a `+` of a phone number looks like an escaped blank.
///
/// Thread: the pipeline's, one object each. Memory: some bytes for each candidate of a window.
class Scanner final : public content::TextSink {
 public:
  /// `candidates`: nullptr, or who gets them; like the sink it outlives the scanner.
  Scanner(std::shared_ptr<const SignatureSet> signatures, HitSink& sink,
          CandidateSink* candidates = nullptr);

  /// Searches with another set from now on, whose signatures are the same ones in the same order.
  void use(std::shared_ptr<const SignatureSet> signatures);

  void on_window(const content::Object& object, const content::Node& node,
                 const content::Window& window) noexcept override;

  void report(Stats& stats) const;

 private:
  struct Located {
    Found found;
    std::uint32_t raw_begin, raw_end;
    bool unescaped;
  };
  /// Kept for the nodes last seen to begin.
  struct Header {
    const content::Object* object = nullptr;
    std::uint32_t node = 0;
    TableHeader columns;
  };

  const TableHeader& header_of(const content::Object& object, const content::Node& node,
                               const content::Window& window) noexcept;
  void search_unescaped(const content::Window& window, const TableHeader& header);
  void search_raw(const content::Window& window, const TableHeader& header);
  void search_raw_part(const content::Window& window, const TableHeader& header,
                       std::uint32_t begin, std::uint32_t end);
  void hand_on(const content::Object& object, const content::Node& node,
               const content::Window& window);

  TextScanner scanner_;
  HitSink& sink_;
  CandidateSink* candidates_;
  std::vector<Located> located_;
  std::vector<Hit> hits_;
  std::array<Header, 32> headers_;
  std::size_t next_header_ = 0;
  const TableHeader no_header_;

  std::uint64_t windows_ = 0, hits_count_ = 0, participants_ = 0;
};

}  // namespace outspan::detect
