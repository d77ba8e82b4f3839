#pragma once

#include "content/chain/opener.h"

namespace outspan::content {

/// How the bytes are read: by what the header says of them where they can be that, else by how they
/// begin. The table of all forms that content/ reads stands in forms.cpp.
Opened open_form(Opening opening) noexcept;

}  // namespace outspan::content
