#pragma once

#include <string>

namespace outspan::content {

/// A text that is not written as it is, and where it is found.
struct Disguise {
  std::string name;
  std::string wire;
  std::string path;  ///< where the text is
  std::string text;
  std::string type = "text/plain";
};

}  // namespace outspan::content
