#include "config/option_table.h"

namespace outspan::config {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint64_t kCountMax = 1'000'000'000;
constexpr std::uint64_t kColumnsMax = 16;

using Values = Option<Rule::Values>;
const Values kValues[] = {
    {"signatures", &Rule::Values::signatures, 0, 0,
     "ids of signatures; `*` at the end of one: whatever follows"},
    {"min_confidence", &Rule::Values::min_confidence, 0, 100, "of a hit, at least"},
    {"distinct_values", &Rule::Values::distinct, 1, kCountMax, "different values, at least", true},
};

using Records = Option<Rule::Records>;
const Records kRecords[] = {
    {"fingerprint", &Rule::Records::fingerprints, 0, 0, "names of indexes of customers"},
    {"columns", &Rule::Records::columns, 0, 0, "that count; none: all"},
    {"all", &Rule::Records::all, 0, 0, "columns that have to be there"},
    {"any", &Rule::Records::any, 1, kColumnsMax, "so many columns of a customer, together"},
    {"distinct_records", &Rule::Records::distinct, 1, kCountMax, "different customers, at least",
     true},
    {"canary", &Rule::Records::canary, 0, 0, "only planted customers"},
    {"weak", &Rule::Records::weak, 0, 0, "also single values that could be chance"},
};

using BlindSpots = Option<Rule::BlindSpots>;
const BlindSpots kBlindSpots[] = {
    {"blindspot", &Rule::BlindSpots::reasons, 0, 0,
     "what cannot be read: encrypted-*, pgp, high-entropy ..."},
    {"bytes", &Rule::BlindSpots::bytes, 1, UINT64_MAX, "of it, at least"},
};

using When = Option<Rule::When>;
const When kWhere[] = {
    {"direction", &Rule::When::direction, 0, 0, "outbound, inbound, internal, transit"},
    {"protocols", &Rule::When::protocols, 0, 0, "of the application"},
    {"sources", &Rule::When::sources, 0, 0, "networks"},
    {"destinations", &Rule::When::destinations, 0, 0, "networks"},
};
const When kScope[] = {
    {"within", &Rule::When::within, 0, 0, "object, flow, or host"},
};
const When kWindow[] = {
    {"window", &Rule::When::window, in_ns(minutes(1)), in_ns(hours(24 * 31)),
     "of packet time, sliding"},
    {"per", &Rule::When::per, 0, 0, "source, destination, or network for all"},
};

using Except = Option<Rule::Except>;
const Except kExcept[] = {
    {"sources", &Rule::Except::sources, 0, 0, "networks"},
    {"destinations", &Rule::Except::destinations, 0, 0, "networks"},
    {"email_from", &Rule::Except::email_from, 0, 0, "`*` stands for anything"},
    {"email_to", &Rule::Except::email_to, 0, 0, "all of a mail's"},
    {"hostnames", &Rule::Except::hostnames, 0, 0, "of the receiver"},
    {"values", &Rule::Except::values, 0, 0, "that may leave"},
    {"rules", &Rule::Except::rules, 0, 0, "whose incidents report it already"},
};

}  // namespace

std::span<const Values> options_of(const Rule::Values&) noexcept { return kValues; }
std::span<const Records> options_of(const Rule::Records&) noexcept { return kRecords; }
std::span<const BlindSpots> options_of(const Rule::BlindSpots&) noexcept { return kBlindSpots; }
std::span<const When> where_options() noexcept { return kWhere; }
std::span<const When> scope_options() noexcept { return kScope; }
std::span<const When> window_options() noexcept { return kWindow; }
std::span<const Except> except_options() noexcept { return kExcept; }

}  // namespace outspan::config
