#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/delivery.h"
#include "app/receivers.h"
#include "app/reloader.h"
#include "config/config.h"

namespace outspan::app {

/// The outputs of a live run, which a reload may change: those whose configuration stays keep their
/// connection; new ones begin with what is still to come; those that go get what happened until
/// then. Where one is configured anew, the new one goes on in the spool where the old one ends.
/// Thread: the reloader's.
class LiveOutputs {
 public:
  using Tell = std::function<void(alert::NoticeEvent)>;
  /// `config` is what runs. It, `delivery` and `stopping` outlive this, as does what `receivers`
  /// has.
  LiveOutputs(const config::Config& config, const Receivers& receivers,
              const std::atomic<bool>& stopping);

  /// Opens what is new in `wanted`, and tries what is to be opened again: a mistake shows here, and
  /// has changed nothing. This and `delivery` outlive what is returned.
  Result<Reloader::OutputChange> open(const config::Config& wanted, Delivery& delivery,
                                      const Tell& tell);

 private:
  struct Change;
  void compare(const config::Config& wanted, Change& change, Problems& problems) const;
  void forget_new(Change& change) const;
  void begin(Change& change, Delivery& delivery);
  void finish(Change& change, Delivery& delivery, const Tell& tell);
  void attach(Outputs opened, const std::vector<std::string>& names, Delivery& delivery,
              Outputs& ended);

  config::Config config_;  // whose outputs run
  // What the outputs that reloads brought refer to.
  std::map<const alert::Output*, std::shared_ptr<const config::Config>> used_;
  spool::Spool* spool_;  // nullptr: there is none
  alert::SpoolOutput* spool_output_;
  alert::Metrics* metrics_;
  const std::atomic<bool>& stopping_;
};

}  // namespace outspan::app
