#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outspan::fingerprint {

enum class ColumnType : std::uint8_t { email, phone, ticket, name, text };
inline constexpr std::size_t kColumnTypes = 5;
std::string_view to_string(ColumnType type) noexcept;
std::optional<ColumnType> column_type(std::string_view name) noexcept;

/// A value of these types leads to a customer by itself; those of the others are only compared with
/// what stands beside a value that was found, and names counted where nothing else stands.
constexpr bool is_seed(ColumnType type) noexcept {
  return type == ColumnType::email || type == ColumnType::phone || type == ColumnType::ticket;
}

/// The index has a table of the column's values.
constexpr bool is_looked_up(ColumnType type) noexcept {
  return is_seed(type) || type == ColumnType::name;
}

/// Row of the source: 0 is the first data row. (People count from 1.)
using RowNumber = std::uint32_t;
/// No row: an index holds at most 2^32 - 1 of them.
inline constexpr RowNumber kRowUnknown = 0xffffffff;

/// One bit a column of an index, by its position.
using ColumnMask = std::uint16_t;
inline constexpr std::size_t kColumnsMax = 16;

/// A column of an index as its header describes it.
struct Column {
  ColumnType type = ColumnType::text;
  /// In rules and events: the type; "email-2" for the second column of a type.
  std::string name;
  /// In the first line of the source.
  std::string header;
  std::uint64_t cells = 0;       ///< usable ones
  std::uint64_t distinct = 0;    ///< values
  std::uint64_t home_lines = 0;  ///< of the table, see CellTable
  /// How likely a well-formed value that nobody has is in the column by chance.
  double density = 0;
  /// The same of a value that lies where the customers' own do: telephone numbers of the same
  /// regions and blocks, tickets of the same thousands. At least `density`. Of names and texts:
  /// how likely two customers have the same.
  double own_density = 0;
  /// density (phones: own_density) is above kWeakDensity, or the type is not one that identifies by
  /// itself.
  bool weak = false;
  /// Of emails: some local parts hold characters that end an address in running text.
  bool unusual_characters = false;
  /// Of tickets: how they are written (see TicketFormat).
  std::vector<std::string> formats{};
  /// They were given, not found: values of other formats are rejected, in an update as well.
  bool formats_given = false;
  /// Of texts: bytes of the shortest and the longest canonical value.
  std::uint32_t size_min = 0, size_max = 0;
};

/// Above it a hit in the column says too little by itself.
inline constexpr double kWeakDensity = 1e-4;
/// Column::own_density of names and texts where the builder did not compute it.
inline constexpr double kRepeatChanceUnknown = 1e-3;

}  // namespace outspan::fingerprint
