#include <algorithm>

#include "config/config_file.h"

/// The rules that are there without a configuration.
namespace outspan::config {
namespace {

Rule customer_rule(std::string id, std::string description, Severity severity,
                   std::vector<std::string> signatures, std::uint64_t distinct,
                   std::uint32_t confidence) {
  Rule rule;
  rule.id = std::move(id);
  rule.description = std::move(description);
  rule.severity = severity;
  rule.when.what =
      Rule::Values{std::move(signatures), "built-in rule " + rule.id, confidence, distinct};
  return rule;
}

Rule record_rule(std::string id, std::string description, Severity severity,
                 std::vector<std::string> fingerprints, std::uint32_t any, std::uint64_t distinct) {
  Rule rule;
  rule.id = std::move(id);
  rule.description = std::move(description);
  rule.severity = severity;
  Rule::Records records;
  records.fingerprints = std::move(fingerprints);
  records.where = "built-in rule " + rule.id;
  records.any = any;
  records.distinct = distinct;
  rule.when.what = std::move(records);
  return rule;
}

Rule drip_rule(std::string id, std::string what, const std::vector<std::string>& fingerprints,
               std::uint64_t distinct, Duration window, Per per) {
  Rule rule =
      record_rule(std::move(id), std::move(what), Severity::medium, fingerprints, 2, distinct);
  rule.when.within = Within::host;
  rule.when.window = window;
  rule.when.per = per;
  return rule;
}

Rule canary_rule(const std::vector<std::string>& fingerprints) {
  Rule rule = record_rule("canary-leaving", "A planted customer's data leaves the network",
                          Severity::critical, fingerprints, 1, 1);
  auto& records = std::get<Rule::Records>(rule.when.what);
  records.canary = records.weak = true;
  return rule;
}

std::vector<Rule> identifier_rules() {
  return {
      customer_rule("payment-cards", "Payment card numbers leave the network", Severity::high,
                    {"payment-card"}, 1, 70),
      customer_rule("national-identifiers", "National identifiers leave the network",
                    Severity::high, {"us-ssn", "national-id-*"}, 1, 70),
      customer_rule("bank-accounts", "Bank account numbers leave the network", Severity::medium,
                    {"iban"}, 3, 50),
  };
}

/// Without an index anybody's contact data has to do. What one rule reports, the other does not
/// repeat.
std::vector<Rule> pattern_rules() {
  std::vector<Rule> rules = identifier_rules();
  const std::vector<std::string> contact{"email", "phone", "ticket"};
  rules.insert(rules.begin(),
               customer_rule("customer-list", "Contact data of many people leaves the network",
                             Severity::high, contact, 20, 50));
  rules.push_back(customer_rule("customer-drip",
                                "One host sends contact data of many people, bit by bit",
                                Severity::medium, contact, 100, 50));
  rules.back().when.within = Within::host;
  rules.back().except.rules = {"customer-list"};
  return rules;
}

/// An index finds those of known customers. What one rule tells, the others do not repeat.
std::vector<Rule> fingerprint_rules(const std::vector<std::string>& names) {
  using std::chrono::hours;
  std::vector<Rule> rules{
      record_rule("customer-records-leaving", "Records of known customers leave the network",
                  Severity::high, names, 2, 5),
      record_rule("customer-values-leaving", "A list of known customers' values leaves the network",
                  Severity::high, names, 1, 20),
      canary_rule(names),
      drip_rule("customer-drip-day", "One host sends records of known customers, bit by bit", names,
                50, hours(24), Per::source),
      drip_rule("customer-drip-month",
                "One host sends records of known customers over weeks, bit by bit", names, 100,
                hours(24 * 30), Per::source),
      drip_rule("customer-drip-to-one-host",
                "One host outside receives records of known customers, bit by bit", names, 100,
                hours(24 * 30), Per::destination),
  };
  rules[1].except.rules = {rules[0].id};
  for (std::size_t i = 3; i < rules.size(); ++i) rules[i].except.rules = {rules[0].id, rules[1].id};
  return rules;
}

}  // namespace

void apply_builtin_rules(Config& config) {
  if (config.builtin_rules)
    config.rules = config.fingerprints.empty() ? pattern_rules() : identifier_rules();
  std::vector<std::string> unused;
  for (const Fingerprint& fingerprint : config.fingerprints) {
    const auto names_it = [&fingerprint](const Rule& rule) {
      const Rule::Records* records = rule.when.records();
      return records != nullptr &&
             std::find(records->fingerprints.begin(), records->fingerprints.end(),
                       fingerprint.name) != records->fingerprints.end();
    };
    if (std::none_of(config.rules.begin(), config.rules.end(), names_it))
      unused.push_back(fingerprint.name);
  }
  if (unused.empty()) return;
  const auto& directions = config.directions;
  const bool access = config.access.enabled && std::find(directions.begin(), directions.end(),
                                                         Direction::internal) != directions.end();
  for (Rule& rule : fingerprint_rules(unused)) {
    // Looking customers up is everybody's work inside: what is too much of it, `access` says.
    if (access && !rule.when.records()->canary)
      rule.when.direction = {Direction::outbound, Direction::inbound, Direction::transit};
    const auto same = [&rule](const Rule& other) { return other.id == rule.id; };
    if (std::none_of(config.rules.begin(), config.rules.end(), same))
      config.rules.push_back(std::move(rule));
  }
}

}  // namespace outspan::config
