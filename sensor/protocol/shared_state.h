#pragma once

#include <memory>
#include <vector>

namespace outspan::protocol {

/// What parsers of one pipeline share beyond a flow: announced connections, the sessions of a file
/// server, the questions that one host asked a name server. One object of each type, made when the
/// first parser asks for it; it bounds itself.
/// Thread: the pipeline's.
class SharedState {
 public:
  template <class State>
  State& get() {
    static constexpr char kType = 0;  // its address stands for the type
    for (const Entry& entry : entries_)
      if (entry.type == &kType) return *static_cast<State*>(entry.state.get());
    entries_.push_back({&kType, std::make_shared<State>()});
    return *static_cast<State*>(entries_.back().state.get());
  }

 private:
  struct Entry {
    const void* type;
    std::shared_ptr<void> state;
  };
  std::vector<Entry> entries_;
};

}  // namespace outspan::protocol
