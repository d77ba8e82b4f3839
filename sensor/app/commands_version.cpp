#include <hs/hs.h>
#include <ndpi/ndpi_api.h>
#include <openssl/crypto.h>
#include <pcap/pcap.h>

#include <cstdio>

#include "app/commands.h"

namespace outspan::app {

int version() {
  std::printf("outspan %s\n", OUTSPAN_VERSION);
  std::printf("built with %s, %s%s\n", OUTSPAN_COMPILER, OUTSPAN_BUILD_TYPE,
              OUTSPAN_SANITIZE[0] != '\0' ? ", sanitizers " OUTSPAN_SANITIZE : "");
  std::printf("Hyperscan %s\n", hs_version());
  std::printf("nDPI %s\n", ndpi_revision());
  std::printf("%s\n", pcap_lib_version());
  std::printf("%s\n", OpenSSL_version(OPENSSL_VERSION));
  return exit_status::kEnd;
}

}  // namespace outspan::app
