# Sourced by tools/run, tools/test and tools/bench: what they all need. Not run by itself.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf 'outspan: %s\n' "$*" >&2; }
die() { say "$*"; exit 3; }

# Packages by what needs them.
build_packages="g++ cmake ninja-build pkg-config ccache
  libpcap-dev libhyperscan-dev libndpi-dev libssl-dev libyaml-cpp-dev zlib1g-dev libisal-dev libbrotli-dev libzstd-dev
  libicu-dev libpsl-dev libsqlite3-dev libcap-ng-dev libcli11-dev libfmt-dev libpcre2-dev libphonenumber-dev libprotobuf-dev
  libarchive-dev libavro-dev libexpat1-dev libgsf-1-dev liblzma-dev libpoppler-cpp-dev libqpdf-dev libseccomp-dev
  libsnappy-dev librdkafka-dev libcurl4-openssl-dev nlohmann-json3-dev"
test_packages="dpkg-dev libgtest-dev libgmock-dev libbenchmark-dev
  clang-14 libclang-rt-14-dev clang-tidy-14 clang-format-14
  libhtp-dev libnghttp2-dev python3 python3-jsonschema
  rsyslog rsyslog-openssl rsyslog-relp prometheus samba smbclient mandoc tcpdump tshark jq iproute2 iputils-ping procps openssl
  zstd valgrind iodine ptunnel-ng"

# ensure_packages NAME…: installs what is missing, as root or with sudo.
ensure_packages() {
  command -v dpkg-query >/dev/null || die "this is no Debian system; install by hand: $*"
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and neither root nor sudo is there to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  local log; log=$(mktemp)
  if ! { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq &&
         "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2; rm -f "$log"
    die "the packages could not be installed; the last lines of apt-get stand above"
  fi
  rm -f "$log"
}

# unpack_receivers: syslog-ng cannot be installed beside rsyslog, so the tests get it unpacked, in build/receivers. What cannot
# be had is no error: its tests say that they are skipped.
unpack_receivers() {
  local into=$root/build/receivers/syslog-ng
  [ -x "$into/usr/sbin/syslog-ng" ] && return 0
  say "unpacking syslog-ng"
  local packages; packages=$(mktemp -d)
  if (cd "$packages" && apt-get download -qq syslog-ng-core libivykis0 libnet1 >/dev/null 2>&1); then
    mkdir -p "$into"
    local package
    for package in "$packages"/*.deb; do dpkg -x "$package" "$into"; done
  else
    say "syslog-ng cannot be downloaded; tests with it are skipped"
  fi
  rm -rf "$packages"
}

# build PRESET TARGET…: configures once, then builds what changed.
build() {
  local preset=$1; shift
  local dir=$root/build/$preset log
  log=$(mktemp)
  if [ ! -f "$dir/build.ninja" ]; then
    say "configuring $preset"
    (cd "$root" && cmake --preset "$preset") >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; die "configuring failed"; }
  fi
  if ! ninja -C "$dir" -n "$@" 2>/dev/null | grep -q 'no work to do'; then
    say "building $preset"
    if [ -t 2 ]; then
      ninja -C "$dir" "$@" >&2 || { rm -f "$log"; die "the build failed"; }
    else
      ninja -C "$dir" "$@" >"$log" 2>&1 || { tail -n 60 "$log" >&2; rm -f "$log"; die "the build failed"; }
    fi
  fi
  rm -f "$log"
}
