#pragma once

#include <vector>

#include "content/text.h"
#include "core/masked.h"
#include "policy/masking.h"

namespace outspan::policy {

/// The longest path that all hits of an incident have in common: "POST /upload", "report.zip" when
/// two files of the archive held some.
class HitPath {
 public:
  void add(const content::Object& object, const content::Node& node, Masking& masking);
  /// The object goes away: keep its path as masked text. No effect for another object.
  void end_of(const content::Object& object, Masking& masking);

  /// The object of the latest hits, while it lives.
  [[nodiscard]] const content::Object* object() const noexcept { return object_; }
  /// The deepest node that holds all hits of object().
  [[nodiscard]] const content::Node* node() const noexcept { return common_; }
  /// The hits were spread over more than one object.
  [[nodiscard]] bool several_objects() const noexcept { return several_; }
  [[nodiscard]] std::vector<Masked> masked(Masking& masking) const;

 private:
  const content::Object* object_ = nullptr;
  const content::Node* common_ = nullptr;
  std::vector<Masked> before_;  // common to all objects before
  bool has_before_ = false;
  bool several_ = false;
};

/// Names from the object down to `node`, those that are empty left out.
std::vector<Masked> masked_path(const content::Object& object, const content::Node& node,
                                Masking& masking);

}  // namespace outspan::policy
