#pragma once

#include "content/chain/opener.h"

namespace outspan::content {

/// The chains of content/: NodeStage, PlainStage, TextStage.
const Opener& chains() noexcept;

}  // namespace outspan::content
