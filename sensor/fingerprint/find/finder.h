#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/stats.h"
#include "detect/candidates.h"
#include "detect/signature_set.h"
#include "fingerprint/find/batch_lookup.h"
#include "fingerprint/find/candidate_list.h"
#include "fingerprint/find/clusters.h"
#include "fingerprint/find/name_list.h"
#include "fingerprint/find/neighbour_words.h"
#include "fingerprint/find/owners.h"
#include "fingerprint/find/recipients.h"
#include "fingerprint/find/record_hit.h"
#include "fingerprint/index/index_set.h"

namespace outspan::fingerprint {

/// Looks candidates up, window by window and in batches, and hands on the rows whose values stand
/// together. A row's name is compared with the words around what was found; a customer whose own
/// address is the only receiver is no find.
///
/// Thread: the pipeline's, one object each. Memory: proportional to one window, and what Clusters
/// keeps of earlier ones.
class Finder final : public detect::CandidateSink {
 public:
  /// `words`: its signatures' context words make a bare number surer. `sink` outlives the finder.
  Finder(IndexSetPtr indexes, std::shared_ptr<const detect::SignatureSet> words,
         RecordHitSink& sink);

  /// Looks in these from now on. Between windows only.
  void use(IndexSetPtr indexes);

  void begin_window(const content::Object& object, const content::Node& node,
                    const content::Window& window) noexcept override;
  void begin_text(detect::TextSpan text, bool unescaped, std::uint32_t raw_begin,
                  const detect::TableHeader& header) noexcept override {
    candidates_.begin_text(text, unescaped, raw_begin, header);
  }
  void on_address(std::uint32_t begin, std::uint32_t end) noexcept override {
    candidates_.on_address(begin, end);
  }
  void on_spelled_address(std::uint32_t begin, std::uint32_t end,
                          std::string_view address) noexcept override {
    candidates_.on_spelled_address(begin, end, address);
  }
  void on_framed_address(std::uint32_t at_sign) noexcept override {
    candidates_.on_framed_address(at_sign);
  }
  void on_numbers(const detect::NumberGroup& group) noexcept override {
    candidates_.on_numbers(group);
  }
  void on_expression(std::uint32_t expression, std::uint32_t end) noexcept override {
    candidates_.on_expression(expression, end);
  }
  void end_window() noexcept override;

  /// fingerprint.candidates, .looked_up, .cells, .records, .own_data, .chance
  void report(Stats& stats) const;

 private:
  void find_values();
  void find_names();
  void hand_on_name(std::uint16_t index, const ListedName& name, std::uint32_t raw);
  [[nodiscard]] bool others_stand_there(std::uint16_t index, std::size_t names) const noexcept;
  void take(const std::vector<Answer>& answers);
  void take_rows(const Answer& answer);
  void count_tried();
  [[nodiscard]] const std::optional<detect::SignatureIndex>& words_of(
      const Candidate& candidate) const noexcept {
    return candidate.type == ColumnType::phone ? phone_words_ : ticket_words_;
  }
  [[nodiscard]] bool is_bare(const Candidate& candidate) const noexcept;
  [[nodiscard]] bool has_word_beside(const Candidate& candidate) const noexcept;
  [[nodiscard]] bool is_weak(const Cluster& cluster) const noexcept;
  void sort_cells();
  void judge(bool several);
  [[nodiscard]] bool is_explained(const Cluster& cluster) const noexcept;
  void explain(const Cluster& cluster) noexcept;
  void hand_on(const Cluster& cluster);
  [[nodiscard]] ColumnMask confirmed(const Cluster& cluster, const RowRecord& row, bool& partly);
  [[nodiscard]] Stretch around(const Cluster& cluster, std::uint32_t end) const noexcept;
  [[nodiscard]] bool text_stands_there(const SearchedIndex& searched, const Cluster& cluster,
                                       std::size_t column, std::size_t text, Stretch near);

  IndexSetPtr indexes_;
  std::shared_ptr<const detect::SignatureSet> words_;
  detect::HsScratch scratch_;
  /// Whose context words go with phones and tickets.
  std::optional<detect::SignatureIndex> phone_words_, ticket_words_;
  RecordHitSink& sink_;

  const content::Object* object_ = nullptr;
  const content::Node* node_ = nullptr;
  const content::Window* window_ = nullptr;
  CandidateList candidates_;
  BatchLookup lookup_;
  NameList names_;
  std::vector<bool> explained_;  // by candidate: a record of several values holds it
  std::vector<FoundCell> cells_;
  Clusters clusters_;
  NeighbourWords neighbours_;
  std::optional<std::size_t> neighbours_text_;  // whose words they are
  std::uint16_t neighbours_index_ = 0;
  Owners owners_;
  Recipients recipients_;

  std::vector<RecordHit> records_;
  std::vector<CellHit> cell_hits_;
  std::vector<std::pair<std::size_t, std::size_t>> cell_ranges_;  // of each record
  std::vector<Tried> tried_;

  std::uint64_t candidates_count_ = 0, cells_count_ = 0, records_count_ = 0, own_data_ = 0,
                chance_ = 0;
};

}  // namespace outspan::fingerprint
