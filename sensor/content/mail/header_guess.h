#pragma once

#include <string_view>

#include "core/bytes.h"

namespace outspan::content {

/// What looks like the header of a mail at the beginning of bytes. Lines end with LF, CR LF or, as
/// on old Macs, CR; the last one may be cut.

/// All first lines are header fields: enough where a label says that it is a mail.
bool begins_header(Bytes beginning) noexcept;
/// A mail as a file (.eml; .emlx, which begins with its size): one of the fields is a mail's only,
/// or three are a mail's mostly.
bool begins_mail(Bytes beginning) noexcept;
/// Mails one after the other (RFC 4155), each after a line "From ".
bool begins_mbox(Bytes beginning) noexcept;

/// "From alice@example.com Mon Jan  5 10:00:00 2026" has a time; sentences that begin so do not.
bool is_from_line(std::string_view line) noexcept;
/// Lines end with CR alone.
bool has_cr_lines(Bytes beginning) noexcept;

}  // namespace outspan::content
