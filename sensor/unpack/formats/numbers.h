#pragma once

#include <cstdint>
#include <string>

namespace outspan::unpack {

/// A number as the cell of a sheet shows it when it has no format: 15 digits, whole ones without a
/// point. A telephone number that somebody typed as a number stays one.
std::string cell_text(double number);
/// The same of one that is written as programs write it: "4.47911124211E11", "447911124211.0". Any
/// other text as it is.
std::string cell_text(const std::string& number);
/// The compact form of numbers in the cells of xls and xlsb ([MS-XLS] 2.5.217).
double rk_number(std::uint32_t rk) noexcept;

}  // namespace outspan::unpack
