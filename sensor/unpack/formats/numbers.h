#pragma once

#include <cstdint>
#include <string>

namespace outspan::unpack {

/// A number as the cell of a sheet shows it when it has no format: 15 digits, whole ones without a
/// point. A telephone number that somebody typed as a number stays one.
std::string cell_text(double number);
/// The compact form of numbers in the cells of xls and xlsb ([MS-XLS] 2.5.217).
double rk_number(std::uint32_t rk) noexcept;

}  // namespace outspan::unpack
