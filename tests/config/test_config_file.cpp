#include "config/config_file.h"
#include "config/listen_address.h"

#include <filesystem>
#include <fstream>

#include "config/cpu_list.h"
#include "config/option_table.h"

namespace outspan::config {
namespace {

std::vector<std::string> problems_of(const std::string& text) {
  std::vector<std::string> lines;
  const auto config = parse_config("c.yaml", text);
  if (!config)
    for (const Problem& problem : config.problems()) lines.push_back(problem.to_string());
  return lines;
}

struct BadCase {
  const char* name;
  const char* text;
  const char* problem;
};
const BadCase kBadCases[] = {
    {"unknown_key_names_the_nearest", "sensor: a\nhome_network: [10.0.0.0/8]\n",
     "c.yaml:2:1: unknown key 'home_network' in the configuration; did you mean 'home_networks'?"},
    {"key_given_twice", "sensor: a\nsensor: b\n", "c.yaml:2:1: 'sensor' is given twice"},
    {"home_network_is_no_cidr", "home_networks:\n  - 10.0.0.0/8\n  - ten.0/8\n",
     "c.yaml:3:5: must be an address or a network such as 10.0.0.0/8 (no bits behind its length), "
     "got 'ten.0/8'"},
    {"home_network_with_host_bits", "home_networks: [10.0.0.1/8]\n", "c.yaml:1:17: must be"},
    {"limit_out_of_range", "limits: {depth: 0}\n",
     "c.yaml:1:17: must be a whole number from 1 to 64, got '0'"},
    {"limit_is_a_text", "limits: {flows: many}\n", "got 'many'"},
    {"timeout_without_unit", "timeouts: {udp: 30}\n", "must be a time from 1ms to 1d"},
    {"cores_backwards", "capture: {cpus: 3-1}\n", "c.yaml:1:17: must be cores such as \"0-3,6\""},
    {"cores_unfinished", "capture: {cpus: \"0,\"}\n", "must be cores such as"},
    {"core_beyond_all", "capture: {cpus: 1024}\n", "must be cores such as"},
    {"ring_beyond_the_kernel", "capture: {ring_mib: 2048}\n",
     "must be a whole number from 1 to 2047"},
    {"wrong_direction", "directions: [outward]\n",
     "must be one of outbound, inbound, internal, transit; got 'outward'"},
    {"section_is_a_list", "limits: [1]\n",
     "limits must be a mapping of keys to values, got a list"},
    {"rule_without_when", "rules: [{id: a}]\n", "c.yaml:1:9: a rule needs 'when'"},
    {"rule_without_signatures", "rules: [{id: a, when: {within: flow}}]\n",
     "a rule's 'when' needs 'signatures'"},
    {"rule_id_twice",
     "rules:\n- {id: a, when: {signatures: email}}\n- {id: a, when: {signatures: email}}\n",
     "c.yaml:3:8: is the id of an earlier rule, too: 'a'"},
    {"columns_without_an_index", "rules: [{id: a, when: {signatures: email, any: 2}}]\n",
     "counts only together with 'fingerprint'"},
    {"blind_spots_do_not_count_values",
     "rules: [{id: a, when: {blindspot: pgp, distinct_values: 3}}]\n",
     "counts only together with 'signatures'"},
    {"values_and_customers", "rules: [{id: a, when: {signatures: email, fingerprint: crm}}]\n",
     "a rule has 'fingerprint' or 'signatures', not both"},
    {"confidence_of_customers", "rules: [{id: a, when: {fingerprint: crm, min_confidence: 3}}]\n",
     "counts only together with 'signatures'"},
    {"blind_spots_within_a_host", "rules: [{id: a, when: {blindspot: pgp, within: host}}]\n",
     "is for rules that count"},
    {"no_index_named", "rules: [{id: a, when: {fingerprint: []}}]\n", "must name at least one"},
    {"no_reason_named", "rules: [{id: a, when: {blindspot: []}}]\n", "must name at least one"},
    {"bytes_without_blind_spots", "rules: [{id: a, when: {signatures: email, bytes: 3}}]\n",
     "counts only together with 'blindspot'"},
    {"index_without_key", "fingerprints: [{name: crm, index: crm.ofp}]\n", "needs 'key_file'"},
    {"index_name_twice",
     "fingerprints:\n- {name: a, index: x, key_file: k}\n- {name: a, index: y, key_file: k}\n",
     "is the name of an earlier index, too: 'a'"},
    {"rule_excepts_an_unknown_rule",
     "rules: [{id: a, when: {signatures: email}, except: {rules: [b]}}]\n", "unknown rule 'b'"},
    {"window_without_host", "rules: [{id: a, when: {signatures: email, window: 1h}}]\n",
     "counts only together with 'within: host'"},
    {"two_outputs_of_one_name",
     "outputs: [{type: json, file: a, name: siem}, {type: json, file: b, name: siem}]\n",
     "is the second output 'siem'"},
    {"two_outputs_of_one_target",
     "outputs: [{type: json, file: a}, {type: json, file: a, events: [stats]}]\n",
     "is the second output"},
    {"syslog_without_url", "outputs: [{type: syslog}]\n", "needs 'url'"},
    {"json_without_file", "outputs: [{type: json}]\n", "needs 'file'"},
    {"http_output_of_another_scheme", "outputs: [{type: webhook, url: ftp://hooks.example}]\n",
     "must begin with https:// or http://, got 'ftp://hooks.example'"},
    {"password_in_an_url", "outputs: [{type: webhook, url: 'https://a:b@hooks.example/x'}]\n",
     "holds a password"},
    {"splunk_without_token", "outputs: [{type: splunk, url: https://splunk.example}]\n",
     "needs 'token_file' beside it"},
    {"user_without_password",
     "outputs: [{type: elastic, url: https://elastic.example, user: outspan}]\n",
     "'user' and 'password_file' belong together"},
    {"two_kinds_of_credentials",
     "outputs: [{type: elastic, url: https://elastic.example, token_file: t, user: u, "
     "password_file: p}]\n",
     "there is a 'user' as well"},
    {"elastic_takes_documents",
     "outputs: [{type: elastic, url: https://elastic.example, format: cef}]\n",
     "must be json, ecs or ocsf"},
    {"kafka_without_topic", "outputs: [{type: kafka, brokers: ['k.example:9092']}]\n",
     "needs 'topic'"},
    {"kafka_by_another_mechanism",
     "outputs: [{type: kafka, brokers: ['k.example:9092'], topic: t, mechanism: GSSAPI}]\n",
     "SCRAM-SHA-256"},
    {"mail_to_nobody", "outputs: [{type: mail}]\n", "needs 'to'"},
    {"mail_to_a_name", "outputs: [{type: mail, to: [soc]}]\n",
     "must be an address such as soc@example.com, got 'soc'"},
    {"fingerprints_are_for_syslog",
     "outputs: [{type: webhook, url: https://hooks.example, peer_fingerprints: []}]\n",
     "unknown key 'peer_fingerprints'"},
    {"access_until_is_a_day", "access:\n  expected: [{puller: a, until: tomorrow}]\n",
     "must be a day such as 2026-12-31, got 'tomorrow'"},
    {"access_expects_not_everything", "access:\n  expected: [{until: 2026-12-31}]\n",
     "must name a 'puller' or a 'source': this would expect everything"},
    {"access_group_has_somebody", "access: {groups: [{name: support}]}\n",
     "must have 'networks' or 'users': nobody is in this group"},
    {"access_offset", "access: {utc_offset: CET}\n",
     "must be a difference to UTC such as \"+01:00\", got 'CET'"},
    {"metrics_listen_to_a_name", "metrics: {listen: 'localhost:9437'}\n",
     "c.yaml:1:19: must be an address and a port such as 127.0.0.1:9437, got 'localhost:9437'"},
    {"bad_country", "countries: [gb]\n", "must be an ISO 3166 code"},
    {"no_country_of_that_code", "countries: [GB, QQ]\n", "c.yaml:1:17: must be an ISO 3166 code"},
    {"receiver_of_an_unknown_scheme", "outputs: [{type: syslog, url: 'udq://siem.example'}]\n",
     "did you mean 'udp://'?"},
    {"receiver_without_a_scheme", "outputs: [{type: syslog, url: siem.example}]\n",
     "must begin with udp://"},
    {"bad_syntax", "rules: [\n", "c.yaml:2:1: not valid YAML"},
    {"top_level_list", "- a\n", "the configuration must be a mapping of keys to values"},
};

class BadConfig : public testing::TestWithParam<BadCase> {};
TEST_P(BadConfig, IsToldWithItsPlace) {
  const auto lines = problems_of(GetParam().text);
  ASSERT_EQ(lines.size(), 1u) << testing::PrintToString(lines);
  EXPECT_THAT(lines[0], testing::HasSubstr(GetParam().problem));
}
INSTANTIATE_TEST_SUITE_P(Config, BadConfig, testing::ValuesIn(kBadCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(ConfigFile, AccessComesBackAsItWasGiven) {
  const auto config = parse_config(
      "t.yaml",
      "access:\n  groups: [{name: support, networks: [10.20.0.0/24], users: [\"sup-*\"]}]\n"
      "  expected: [{puller: backup01, source: crm-db, until: 2026-12-31}]\n"
      "  alarms_per_week: 2\n  utc_offset: \"-05:30\"\n  day_start: 4h\n  pseudonyms: true\n");
  ASSERT_TRUE(config);
  const Access& access = config->access;
  EXPECT_EQ(access.utc_offset, -(std::chrono::hours(5) + std::chrono::minutes(30)));
  // The day ends later there.
  EXPECT_EQ(to_rfc3339(access.expected.at(0).until), "2027-01-01T05:30:00.000000000Z");
  const auto again = parse_config("t.yaml", to_yaml(*config));
  ASSERT_TRUE(again);
  EXPECT_EQ(to_yaml(*again), to_yaml(*config));
  EXPECT_EQ(again->access.groups.at(0).users, access.groups.at(0).users);
  EXPECT_EQ(again->access.expected.at(0).until, access.expected.at(0).until);
  EXPECT_TRUE(again->access.pseudonyms);
}

TEST(ConfigFile, AllProblemsAreToldInOneGo) {
  EXPECT_EQ(problems_of("sensr: a\nlimits: {flows: x}\nrules: [{}]\n").size(), 4u);
}

TEST(ConfigFile, AnEmptyFileIsTheDefault) {
  const auto config = parse_config("c.yaml", "");
  ASSERT_TRUE(config);
  EXPECT_EQ(to_yaml(*config), to_yaml(default_config()));
}

TEST(ConfigFile, TheStarterFileIsTheDefault) {
  const auto config = parse_config("starter.yaml", starter_file());
  ASSERT_TRUE(config) << config.problems()[0].to_string();
  EXPECT_EQ(to_yaml(*config), to_yaml(default_config()));
}

void keys(auto options, std::vector<std::string>& all) {
  for (const auto& option : options) all.emplace_back(option.key);
}
TEST(ConfigFile, EveryOptionOfARuleIsDocumentedAndInTheStarterFile) {
  std::ifstream file(OUTSPAN_SOURCE_DIR "/docs/configuration.md");
  const std::string docs{std::istreambuf_iterator<char>(file), {}};
  const std::string starter = starter_file();
  std::vector<std::string> all;
  keys(options_of(Rule::Values()), all);
  keys(options_of(Rule::Records()), all);
  keys(options_of(Rule::BlindSpots()), all);
  for (const auto options : {where_options(), scope_options(), window_options()})
    keys(options, all);
  keys(except_options(), all);
  EXPECT_GE(all.size(), 20u);
  for (const std::string& key : all) {
    EXPECT_TRUE(docs.find("`" + key + "`") != docs.npos || docs.find(" " + key + ":") != docs.npos)
        << key;
    EXPECT_NE(starter.find("#     " + key + " "), starter.npos) << key;
  }
}

/// Whatever is asked for, in one rule of each kind.
TEST(ConfigFile, RulesOfAllKindsReadBackTheSame) {
  const std::string text =
      "fingerprints: [{name: crm, index: x, key_file: k}]\n"
      "rules:\n"
      "- id: values\n"
      "  when: {signatures: [email], min_confidence: 7, distinct_values: 8, direction: "
      "[internal],\n"
      "         protocols: [http], sources: [10.0.0.0/8], destinations: [192.0.2.0/24],\n"
      "         within: host, window: 2h, per: network}\n"
      "  except: {sources: [10.0.0.1], destinations: [192.0.2.1], email_from: [a], email_to: [b],\n"
      "           hostnames: [c], values: [d], rules: [records]}\n"
      "- id: records\n"
      "  when: {fingerprint: crm, columns: [e], all: [f], any: 3, distinct_records: 9,\n"
      "         canary: true, weak: true, within: flow}\n"
      "- id: spots\n"
      "  when: {blindspot: [pgp], bytes: 11}\n";
  const auto config = parse_config("c.yaml", text);
  ASSERT_TRUE(config) << config.problems()[0].to_string();
  const std::string shown = to_yaml(*config);
  for (const char* line : {"signatures: [\"email\"]",
                           "min_confidence: 7",
                           "distinct_values: 8",
                           "direction: [internal]",
                           "protocols: [\"http\"]",
                           "sources: [\"10.0.0.0/8\"]",
                           "destinations: [\"192.0.2.0/24\"]",
                           "within: host",
                           "window: 2h",
                           "per: network",
                           "sources: [\"10.0.0.1/32\"]",
                           "destinations: [\"192.0.2.1/32\"]",
                           "email_from: [\"a\"]",
                           "email_to: [\"b\"]",
                           "hostnames: [\"c\"]",
                           "values: [\"d\"]",
                           "rules: [\"records\"]",
                           "fingerprint: [\"crm\"]",
                           "columns: [\"e\"]",
                           "all: [\"f\"]",
                           "any: 3",
                           "distinct_records: 9",
                           "canary: true",
                           "weak: true",
                           "within: flow",
                           "blindspot: [\"pgp\"]",
                           "bytes: 11"})
    EXPECT_NE(shown.find(std::string("      ") + line + "\n"), shown.npos) << line;
  const auto again = parse_config("again.yaml", shown);
  ASSERT_TRUE(again) << again.problems()[0].to_string();
  EXPECT_EQ(to_yaml(*again), shown);
}

TEST(ConfigFile, DisguisesAreLookedForOnlyWhenAsked) {
  EXPECT_FALSE(default_config().inspect_disguises);
  const auto config = parse_config("c.yaml", "inspect_disguises: true\n");
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->inspect_disguises);
  const auto again = parse_config("again.yaml", to_yaml(*config));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->inspect_disguises);
  EXPECT_EQ(problems_of("inspect_disguises: rot13\n").size(), 1u);
}

TEST(ConfigFile, WhatIsShownReadsBackTheSame) {
  std::ifstream file(OUTSPAN_SOURCE_DIR "/tests/config/corpus/config/full.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto config = parse_config("full.yaml", text);
  ASSERT_TRUE(config) << config.problems()[0].to_string();
  const auto again = parse_config("again.yaml", to_yaml(*config));
  ASSERT_TRUE(again) << again.problems()[0].to_string();
  EXPECT_EQ(to_yaml(*again), to_yaml(*config));
}

TEST(ConfigFile, EveryValueArrives) {
  const auto config = load_config(OUTSPAN_SOURCE_DIR "/tests/config/corpus/config/full.yaml");
  ASSERT_TRUE(config) << config.problems()[0].to_string();
  EXPECT_EQ(config->sensor, "dmz-1");
  EXPECT_TRUE(config->home_networks.contains(*IpAddress::parse("10.1.2.3")));
  EXPECT_FALSE(config->home_networks.contains(*IpAddress::parse("192.168.0.1")));
  ASSERT_EQ(config->rules.size(), 1u);
  const Rule& rule = config->rules[0];
  EXPECT_EQ(rule.severity, Severity::critical);
  EXPECT_EQ(rule.when.within, Within::host);
  EXPECT_EQ(rule.when.window, std::chrono::hours(24 * 7));
  ASSERT_NE(rule.when.values(), nullptr);
  EXPECT_EQ(rule.when.values()->distinct, 5u);
  EXPECT_EQ(rule.except.values, std::vector<std::string>{"support@example.com"});
  EXPECT_EQ(config->limits.flows, 5000u);
  EXPECT_EQ(config->capture.cpus, (std::vector<unsigned>{0, 1, 2, 3, 6}));
  EXPECT_EQ(config->capture.rings, 2u);
  EXPECT_EQ(config->timeouts.udp, std::chrono::milliseconds(500));
  const std::string folder = OUTSPAN_SOURCE_DIR "/tests/config/corpus/config/";
  EXPECT_EQ(config->outputs[0].file, folder + "events.json");
  EXPECT_EQ(config->outputs[2].token_file, folder + "splunk.token");
  EXPECT_EQ(config->outputs[3].password_file, "credential:elastic");
  EXPECT_EQ(config->outputs[3].format, EventFormat::ecs);
  EXPECT_EQ(config->metrics.listen, "127.0.0.1:9437");
  EXPECT_EQ(config->metrics.textfile, folder + "outspan.prom");
  EXPECT_EQ(config->signatures, (std::vector<std::string>{"builtin", folder + "extra/"}));
}

TEST(CpuList, IsReadAndWrittenAsTasksetDoes) {
  for (const char* text : {"", "0", "5", "0-3", "0-3,6", "1,3,5", "4,0-1"}) {
    const auto cores = parse_cpu_list(text);
    ASSERT_TRUE(cores) << text;
    EXPECT_EQ(cpu_list_text(*cores), text);
  }
  for (const char* text : {"-", "-1", "a", "0-", "0,,1", "0 1", "1-0", "0-1024", "99999999999"})
    EXPECT_FALSE(parse_cpu_list(text)) << text;
}

TEST(OutputName, HasNothingOfAnUrlThatCouldBeASecret) {
  Output output;
  output.type = OutputType::webhook;
  output.url = "https://hooks.example/services/T0/B0/secret";
  EXPECT_EQ(output_name(output), "webhook:https://hooks.example");
}

struct Listen {
  const char* text;
  bool good;
};
TEST(ListenAddress, IsAnAddressAndAPort) {
  for (const Listen& each : {Listen{"127.0.0.1:9437", true},
                             {"0.0.0.0:0", true},
                             {"[::1]:65535", true},
                             {"", false},
                             {"127.0.0.1", false},
                             {"::1:80", false},
                             {"[127.0.0.1]:80", false},
                             {"[::1]", false},
                             {"127.0.0.1:65536", false},
                             {"127.0.0.1:80x", false},
                             {"127.0.0.1:-1", false},
                             {"127.0.0.1:", false},
                             {":80", false},
                             {"[]:80", false},
                             {"[:80", false}})
    EXPECT_EQ(parse_listen_address(each.text).has_value(), each.good) << each.text;
}

TEST(ConfigFile, IndexesAndTheirRules) {
  const auto config =
      parse_config("c.yaml",
                   "fingerprints:\n"
                   "  - {name: crm, index: /srv/crm.ofp, key_file: credential:crm}\n"
                   "rules:\n"
                   "  - id: drip\n"
                   "    when:\n"
                   "      fingerprint: crm\n"
                   "      columns: [email, phone]\n"
                   "      any: 1\n"
                   "      all: [email]\n"
                   "      distinct_records: 50\n"
                   "      weak: true\n"
                   "      within: host\n"
                   "      per: network\n"
                   "      window: 30d\n"
                   "state: {folder: /var/lib/outspan}\n"
                   "alerts: {max_rows: 7, row_pseudonyms: true}\n"
                   "limits: {distinct_records: 1000}\n");
  ASSERT_TRUE(config) << config.problems()[0].to_string();
  ASSERT_EQ(config->fingerprints.size(), 1u);
  EXPECT_EQ(config->fingerprints[0].key_file, "credential:crm");
  const Rule::When& when = config->rules.at(0).when;
  ASSERT_NE(when.records(), nullptr);
  EXPECT_EQ(when.records()->columns, (std::vector<std::string>{"email", "phone"}));
  EXPECT_EQ(when.records()->any, 1u);
  EXPECT_EQ(when.records()->all, std::vector<std::string>{"email"});
  EXPECT_EQ(when.records()->distinct, 50u);
  EXPECT_TRUE(when.records()->weak);
  EXPECT_EQ(when.per, Per::network);
  EXPECT_EQ(when.window, std::chrono::hours(24 * 30));
  EXPECT_EQ(config->state_folder, "/var/lib/outspan");
  EXPECT_EQ(config->alerts.max_rows, 7u);
  EXPECT_TRUE(config->alerts.row_pseudonyms);
  EXPECT_EQ(config->limits.distinct_records, 1000u);
  const auto again = parse_config("again.yaml", to_yaml(*config));
  ASSERT_TRUE(again) << again.problems()[0].to_string();
  EXPECT_EQ(to_yaml(*again), to_yaml(*config));
}

/// With an index the built-in rules count customers, and lists of patterns only where none is.
TEST(ConfigFile, TheBuiltInRulesFollowTheIndexes) {
  const auto ids = [](const std::string& text) {
    auto config = parse_config("c.yaml", text);
    apply_builtin_rules(*config);
    std::vector<std::string> all;
    for (const Rule& rule : config->rules) all.push_back(rule.id);
    return all;
  };
  const auto without = ids("sensor: a\n");
  const auto with = ids("fingerprints: [{name: crm, index: x, key_file: k}]\n");
  EXPECT_THAT(without, testing::Contains("customer-list"));
  EXPECT_THAT(without, testing::Not(testing::Contains("customer-records-leaving")));
  EXPECT_THAT(
      with, testing::IsSupersetOf({"customer-records-leaving", "customer-values-leaving",
                                   "canary-leaving", "customer-drip-day", "customer-drip-month"}));
  EXPECT_THAT(with, testing::Not(testing::Contains("customer-list")));
  EXPECT_EQ(ids("rules: [{id: own, when: {signatures: email}}]\n"),
            std::vector<std::string>{"own"});
}

/// Inside, looking customers up is work: what is too much of it is for `access` to say.
TEST(ConfigFile, TheBuiltInRulesLeaveAccessInsideAlone) {
  const auto inside = [](const std::string& text, const std::string& id) {
    const std::string indexes = "fingerprints: [{name: crm, index: x, key_file: k}]\n";
    const auto with = parse_config("c.yaml", text + indexes);
    EXPECT_TRUE(with);
    for (const Rule& rule : with->rules) {
      if (rule.id != id) continue;
      const auto& of = rule.when.direction;
      return of.empty() || std::find(of.begin(), of.end(), Direction::internal) != of.end();
    }
    ADD_FAILURE() << id;
    return false;
  };
  const std::string all = "directions: [outbound, internal]\n";
  EXPECT_FALSE(inside(all, "customer-records-leaving"));
  EXPECT_FALSE(inside(all, "customer-drip-to-one-host"));
  EXPECT_TRUE(inside(all, "canary-leaving"));
  EXPECT_TRUE(inside(all + "access: {enabled: false}\n", "customer-records-leaving"));
  EXPECT_TRUE(inside("directions: [outbound]\n", "customer-records-leaving"));
}

TEST(ConfigFile, WhatTheListReportsTheDripDoesNotRepeat) {
  for (const Rule& rule : default_config().rules) {
    if (rule.id != "customer-drip") continue;
    EXPECT_EQ(rule.except.rules, std::vector<std::string>{"customer-list"});
  }
}

TEST(ConfigFile, AnUnreadableFileIsAProblem) {
  const auto config = load_config("/nonexistent/outspan.yaml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.problems()[0].to_string(),
            "/nonexistent/outspan.yaml: cannot be read: No such file or directory");
}

TEST(ConfigFile, ARuleAboutBlindSpots) {
  const auto config = parse_config("c.yaml",
                                   "rules: [{id: a, when: {blindspot: [encrypted-*, pgp], bytes: "
                                   "4096, direction: outbound}}]\n");
  ASSERT_TRUE(config) << config.problems()[0].to_string();
  const Rule::When& when = config->rules[0].when;
  ASSERT_NE(when.blind_spots(), nullptr);
  EXPECT_EQ(when.blind_spots()->reasons, (std::vector<std::string>{"encrypted-*", "pgp"}));
  EXPECT_EQ(when.blind_spots()->bytes, 4096u);
  EXPECT_EQ(when.direction, std::vector<Direction>{Direction::outbound});
  const auto again = parse_config("again.yaml", to_yaml(*config));
  ASSERT_TRUE(again) << again.problems()[0].to_string();
  EXPECT_EQ(to_yaml(*again), to_yaml(*config));
}

}  // namespace
}  // namespace outspan::config
