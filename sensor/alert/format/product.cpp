#include "alert/format/product.h"

namespace outspan::alert {

const std::string_view kProductVersion = OUTSPAN_VERSION;

}  // namespace outspan::alert
