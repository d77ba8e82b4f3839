#include "fingerprint/find/finder.h"

#include <algorithm>
#include <bit>

namespace outspan::fingerprint {
namespace {

std::optional<detect::SignatureIndex> first_with(const detect::SignatureSet& set,
                                                 detect::Detector detector) {
  for (std::size_t i = 0; i < set.size(); ++i)
    if (set[static_cast<detect::SignatureIndex>(i)].detector == detector)
      return static_cast<detect::SignatureIndex>(i);
  return std::nullopt;
}

/// Readings of the same digits, and those beside them.
constexpr std::uint32_t kCandidatesAround = 16;

}  // namespace

Finder::Finder(IndexSetPtr indexes, std::shared_ptr<const detect::SignatureSet> words,
               RecordHitSink& sink)
    : words_(std::move(words)),
      scratch_(words_->make_scratch()),
      phone_words_(first_with(*words_, detect::Detector::phone)),
      ticket_words_(words_->find("ticket")),
      sink_(sink) {
  use(std::move(indexes));
}

void Finder::use(IndexSetPtr indexes) {
  indexes_ = std::move(indexes);
  candidates_.use(*indexes_);
  clusters_.forget();
  owners_.forget();
  recipients_.forget();
}

void Finder::begin_window(const content::Object& object, const content::Node& node,
                          const content::Window& window) noexcept {
  object_ = &object;
  node_ = &node;
  window_ = &window;
  candidates_.begin_window(window);
}

void Finder::end_window() noexcept {
  tried_.clear();
  records_.clear();
  cell_hits_.clear();
  cell_ranges_.clear();
  cells_.clear();
  if (!candidates_.all().empty()) find_values();
  if (cells_.empty()) find_names();
  for (std::size_t i = 0; i < records_.size(); ++i)
    records_[i].cells =
        std::span(cell_hits_).subspan(cell_ranges_[i].first, cell_ranges_[i].second);
  records_count_ += records_.size();
  if (!records_.empty() || !tried_.empty()) sink_.on_records(*object_, *node_, records_, tried_);
}

void Finder::find_values() {
  const auto& all = candidates_.all();
  candidates_count_ += all.size();
  const std::vector<Answer>& answers = lookup_.ask(*indexes_, all);
  count_tried();
  take(answers);
  if (cells_.empty()) return;
  sort_cells();
  explained_.assign(all.size(), false);
  neighbours_text_.reset();
  clusters_.make(*object_, *node_, cells_);
  judge(true);
  judge(false);
  clusters_.keep(*object_, *node_, window_->offset + window_->core_end,
                 window_->at_end && window_->core_end == window_->raw.size());
}

/// How many values there were in the core of which a single hit could be chance, whoever's they
/// are.
void Finder::count_tried() {
  for (const Candidate& candidate : candidates_.all()) {
    if (candidate.type == ColumnType::email || candidate.instead || candidate.guess) continue;
    const SearchedIndex& searched = indexes_->indexes()[candidate.index];
    const bool bare = is_bare(candidate);
    const ColumnMask columns =
        bare ? candidate.columns : static_cast<ColumnMask>(candidate.columns & searched.weak);
    if (columns == 0) continue;
    const std::uint32_t at = candidates_.raw_begin(candidate);
    if (at < window_->core_begin || at >= window_->core_end) continue;
    for (ColumnMask rest = columns; rest != 0; rest = static_cast<ColumnMask>(rest & (rest - 1))) {
      const auto column = static_cast<std::uint8_t>(std::countr_zero(rest));
      const auto known = std::find_if(tried_.begin(), tried_.end(), [&](const Tried& tried) {
        return tried.index == candidate.index && tried.column == column && tried.bare == bare;
      });
      if (known != tried_.end())
        ++known->count;
      else
        tried_.push_back({candidate.index, column, bare, 1});
    }
  }
}

/// Makes cells of the answers. Readings of the same digits that overlap are one value: the one that
/// stands there as it is, that is written most like it, that is longest.
void Finder::take(const std::vector<Answer>& answers) {
  const auto& all = candidates_.all();
  const auto better = [&all](const Answer& a, const Answer& b) {
    const Candidate &x = all[a.candidate], &y = all[b.candidate];
    if (x.guess != y.guess) return y.guess;
    if (x.strength != y.strength) return x.strength > y.strength;
    return x.end - x.begin > y.end - y.begin;
  };
  const auto overlap = [&all](const Answer& a, const Answer& b) {
    const Candidate &x = all[a.candidate], &y = all[b.candidate];
    return x.text == y.text && x.type == y.type && x.index == y.index && a.column == b.column &&
           x.begin < y.end && y.begin < x.end;
  };
  for (std::size_t first = 0; first < answers.size();) {
    std::size_t best = first, next = first + 1;
    for (; next < answers.size() && overlap(answers[best], answers[next]); ++next) {
      // An address that is in the index itself makes its mailbox superfluous.
      const bool instead = all[answers[next].candidate].instead;
      if (!instead && better(answers[next], answers[best])) best = next;
    }
    take_rows(answers[best]);
    first = next;
  }
}

void Finder::take_rows(const Answer& answer) {
  const Candidate& candidate = candidates_.all()[answer.candidate];
  if (candidate.type == ColumnType::email &&
      recipients_.excused(*indexes_, *object_, candidates_.value(candidate)))
    return;
  const SearchedIndex& searched = indexes_->indexes()[candidate.index];
  const std::uint32_t raw = candidates_.raw_begin(candidate);
  FoundCell cell;
  cell.at = window_->offset + raw;
  cell.end = window_->offset + candidates_.raw_end(candidate);
  cell.candidate = answer.candidate;
  cell.index = candidate.index;
  cell.column = answer.column;
  cell.bare = is_bare(candidate);
  cell.guess = candidate.guess;
  cell.speaks = !candidate.guess && (!cell.bare || has_word_beside(candidate));
  cell.sure = cell.speaks && (searched.weak >> answer.column & 1) == 0;
  cell.in_core = raw >= window_->core_begin && raw < window_->core_end;
  cells_count_ += cell.in_core ? 1u : 0u;
  cell.rows_of_value = static_cast<std::uint32_t>(answer.rows.size());
  for (std::uint32_t i = 0; i < answer.rows.size(); ++i) {
    cell.row = answer.rows[i];
    cell.repeats_value = i != 0;
    if (cell.row >= searched.index->rows()) continue;
    searched.index->prefetch_row(cell.row);
    cells_.push_back(cell);
  }
}

/// A bare number is as good as any other, unless the words above it say what it is, ...
bool Finder::is_bare(const Candidate& candidate) const noexcept {
  if (candidate.strength != detect::Strength::weak) return false;
  const auto& signature = words_of(candidate);
  if (!signature) return true;
  const CandidateList::Text& text = candidates_.text(candidate.text);
  return !text.header->names(*signature, text.span, candidate.begin);
}

/// ... or those beside it.
bool Finder::has_word_beside(const Candidate& candidate) const noexcept {
  const auto& signature = words_of(candidate);
  return signature && words_->words().near(candidates_.text(candidate.text).span, candidate.begin,
                                           candidate.end, *signature, scratch_.get());
}

/// By position. Addresses and numbers come as two lists, each in order.
void Finder::sort_cells() {
  const auto earlier = [](const FoundCell& a, const FoundCell& b) { return a.at < b.at; };
  const auto second = std::is_sorted_until(cells_.begin(), cells_.end(), earlier);
  if (second == cells_.end()) return;
  if (std::is_sorted(second, cells_.end(), earlier))
    std::inplace_merge(cells_.begin(), second, cells_.end(), earlier);
  else
    std::stable_sort(cells_.begin(), cells_.end(), earlier);
}

/// First what several values say, then what single ones do: a number that stands in one customer's
/// record is not the number of others who have it, too.
void Finder::judge(bool several) {
  for (const Cluster& cluster : clusters_.all()) {
    if (!cluster.in_core || std::has_single_bit(cluster.columns) == several) continue;
    if (!several && is_explained(cluster)) continue;
    hand_on(cluster);
  }
}

bool Finder::is_explained(const Cluster& cluster) const noexcept {
  for (std::uint32_t cell = cluster.first_cell; cell != Cluster::kNone; cell = clusters_.next(cell))
    if (!explained_[cells_[cell].candidate]) return false;
  return true;
}

void Finder::explain(const Cluster& cluster) noexcept {
  for (std::uint32_t cell = cluster.first_cell; cell != Cluster::kNone; cell = clusters_.next(cell))
    explained_[cells_[cell].candidate] = true;
}

void Finder::hand_on(const Cluster& cluster) {
  const SearchedIndex& searched = indexes_->indexes()[cluster.index];
  const RowRecord row = searched.index->row(cluster.row);
  bool partly = false;
  const ColumnMask more = confirmed(cluster, row, partly);
  auto columns = static_cast<ColumnMask>(cluster.columns | more);
  // An initial is worth something beside what is certain anyway.
  if (partly && (cluster.sure || std::popcount(columns) >= 2))
    columns = static_cast<ColumnMask>(columns | searched.names);
  const int count = std::popcount(columns);
  const bool evidence = cluster.speaks ? count >= 2 || cluster.sure : more != 0 || count >= 3;
  const bool alone = count == 1 && !cluster.sure && !cluster.guess;
  if (!evidence && !alone) {
    ++chance_;
    return;
  }
  if (count >= 2) explain(cluster);
  if (owners_.own_data(*indexes_, *object_, cluster.index, cluster.row)) {
    ++own_data_;
    return;
  }
  const std::size_t first = cell_hits_.size();
  const FoundCell* before = nullptr;
  for (std::uint32_t i = cluster.first_cell; i != Cluster::kNone; i = clusters_.next(i)) {
    const FoundCell& cell = cells_[i];
    // Found in the raw text and in its unescaped version.
    const bool again = before != nullptr && before->column == cell.column && cell.at < before->end;
    before = &cell;
    if (again) continue;
    cell_hits_.push_back(
        {cell.column, cell.in_core, candidates_.value(candidates_.all()[cell.candidate])});
  }
  cell_ranges_.emplace_back(first, cell_hits_.size() - first);
  RecordHit hit;
  hit.index = cluster.index;
  hit.row = cluster.row;
  hit.record_id = row.record_id;
  hit.columns = columns;
  hit.weak = !evidence || is_weak(cluster);
  hit.bare = cluster.bare;
  hit.rows_of_value = cluster.rows_of_value;
  hit.repeats_value = cluster.repeats_value;
  hit.canary = row.canary;
  hit.offset = cluster.first_at;
  records_.push_back(hit);
}

/// One value of a weak column.
bool Finder::is_weak(const Cluster& cluster) const noexcept {
  return !cluster.sure && std::has_single_bit(cluster.columns) &&
         (cluster.columns & indexes_->indexes()[cluster.index].weak) != 0;
}

/// The columns of names and texts whose values stand beside the cluster's. `partly`: the last name
/// does, with an initial.
ColumnMask Finder::confirmed(const Cluster& cluster, const RowRecord& row, bool& partly) {
  const SearchedIndex& searched = indexes_->indexes()[cluster.index];
  const bool has_name = searched.names != 0 && !row.name.empty();
  if (!has_name && searched.texts == 0) return 0;
  // What stands around is read in the text in which the first value was found.
  const Candidate& first = candidates_.all()[cells_[cluster.first_cell].candidate];
  const CandidateList::Text& text = candidates_.text(first.text);
  if (neighbours_text_ != first.text || neighbours_index_ != cluster.index) {
    neighbours_.begin(text.span, text.addresses, text.numbers,
                      searched.index->key().of(Key::Use::name), searched.texts != 0);
    neighbours_text_ = first.text;
    neighbours_index_ = cluster.index;
  }
  const Candidate& last = candidates_.all()[cells_[cluster.last_cell].candidate];
  const std::uint32_t end = last.text == first.text ? std::max(first.end, last.end) : first.end;
  const Stretch near = around(cluster, end);
  ColumnMask columns = 0;
  if (has_name) {
    const Stretch record = record_around(text.span.bytes, {first.begin, first.end});
    // In a table the names of other lines are other people's; where a value could be theirs, too,
    // only its own line says whose it is.
    const bool own_line = !record.empty() && is_weak(cluster);
    // A trimmed name says nothing of a trimmed address: "Jana" and "jana@" hold "Ana" and "ana@".
    const bool trimmed = !cluster.guess || std::popcount(cluster.columns) >= 2;
    const NameFit fit = own_line ? NameFit::none : neighbours_.fit(row.name, near, trimmed);
    partly = fit == NameFit::initial;
    if (fit == NameFit::full || neighbours_.fits_in_record(row.name, record))
      columns = searched.names;
  }
  std::size_t number = 0;
  for (std::size_t i = 0; i < searched.index->columns().size(); ++i) {
    if ((searched.texts >> i & 1) == 0) continue;
    if (text_stands_there(searched, cluster, i, number++, near))
      columns = static_cast<ColumnMask>(columns | 1u << i);
  }
  return columns;
}

/// Where names and texts confirm a value. What could be chance is confirmed only by what does not
/// stand beside another value of its kind: in a phone book each number has a name of its own.
Stretch Finder::around(const Cluster& cluster, std::uint32_t end) const noexcept {
  const auto near_bytes = static_cast<std::uint32_t>(Clusters::kNearBytes);
  const std::uint32_t own = cells_[cluster.first_cell].candidate;
  const auto& all = candidates_.all();
  const Candidate& first = all[own];
  Stretch near{first.begin - std::min(first.begin, near_bytes), end + near_bytes};
  if (!is_weak(cluster)) return near;
  const auto alike = [&first](const Candidate& other) {
    return other.text == first.text && other.index == first.index && other.type == first.type &&
           !other.guess;
  };
  const std::string_view bytes = candidates_.text(first.text).span.bytes;
  const auto line_break = [bytes](std::uint32_t from, std::uint32_t to, std::uint32_t otherwise) {
    const std::size_t at = bytes.substr(from, to - from).find('\n');
    return at == std::string_view::npos ? otherwise : from + static_cast<std::uint32_t>(at);
  };
  for (std::uint32_t i = own; i > 0 && own - i < kCandidatesAround; --i) {
    const Candidate& before = all[i - 1];
    if (!alike(before) || before.end > first.begin) continue;
    if (before.end > near.begin) near.begin = line_break(before.end, first.begin, before.end);
    break;
  }
  for (std::uint32_t i = own + 1; i < all.size() && i - own < kCandidatesAround; ++i) {
    const Candidate& after = all[i];
    if (!alike(after) || after.begin < end) continue;
    if (after.begin < near.end) near.end = line_break(end, after.begin, after.begin);
    break;
  }
  return near;
}

bool Finder::text_stands_there(const SearchedIndex& searched, const Cluster& cluster,
                               std::size_t column, std::size_t text, Stretch near) {
  const std::uint32_t tag = searched.index->text_tag(cluster.row, text);
  if (tag == 0) return false;
  const Column& described = searched.index->columns()[column];
  return neighbours_.any_text(near, described.size_min, described.size_max,
                              [&](std::string_view folded) {
                                return Index::text_tag_of(searched.index->key(), folded) == tag;
                              });
}

void Finder::report(Stats& stats) const {
  stats.add("fingerprint.candidates", candidates_count_);
  stats.add("fingerprint.looked_up", lookup_.asked());
  stats.add("fingerprint.cells", cells_count_);
  stats.add("fingerprint.records", records_count_);
  stats.add("fingerprint.own_data", own_data_);
  stats.add("fingerprint.chance", chance_);
}

}  // namespace outspan::fingerprint
