#pragma once

#include <string>
#include <string_view>

namespace outspan::protocol::http1 {

/// The path of a request target without query: "/upload" of "http://files.example/upload?x=1".
std::string_view path_of(std::string_view target) noexcept;
/// The host of an absolute or authority-form target, or of a Host field, without port and user.
std::string_view hostname_of(std::string_view target, std::string_view host_field) noexcept;
/// The whole URL; the target alone where no host is known.
std::string url_of(std::string_view target, std::string_view host_field);
/// filename* or filename of a Content-Disposition (RFC 6266), else the path's last element where it
/// has a dot. Folders before the name are left out.
std::string file_name_of(std::string_view content_disposition, std::string_view path);

}  // namespace outspan::protocol::http1
