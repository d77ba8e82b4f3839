// Differential: libhtp, the parser of another sensor, must see the same messages in well-formed
// traffic.
#include <gtest/gtest.h>
#include <htp/htp.h>
#include <sys/time.h>

#include <random>

#include "core/handle.h"
#include "dispatch_harness.h"

namespace outspan::protocol {
namespace {

using namespace harness;

struct Seen {
  std::vector<std::string> names;
  std::array<std::string, 2> bodies;
};

struct Conversation {
  std::string requests;
  std::string answers;
};

std::string body_of(std::mt19937& random, std::string& head) {
  std::string body;
  for (std::size_t size = random() % 300; size > 0; --size) body += "abc \r\n:0123"[random() % 11];
  if (random() % 2 == 0) {
    head += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return body;
  }
  head += "Transfer-Encoding: chunked\r\n\r\n";
  std::string chunked;
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t size = std::min<std::size_t>(1 + random() % 100, body.size() - at);
    char line[16];
    std::snprintf(line, sizeof line, "%zx\r\n", size);
    chunked += line + body.substr(at, size) + "\r\n";
    at += size;
  }
  return chunked + "0\r\n\r\n";
}

Conversation conversation(std::mt19937& random) {
  static const char* const kMethods[] = {"GET", "POST", "PUT", "HEAD", "DELETE"};
  Conversation made;
  for (std::size_t count = 1 + random() % 5; count > 0; --count) {
    const std::string method = kMethods[random() % 5];
    std::string request = method + " /p" + std::to_string(random() % 1000) +
                          "/x.csv?q=1 HTTP/1.1\r\nHost: www.example.com\r\n";
    std::string request_body;
    if (method == "POST" || method == "PUT")
      request_body = body_of(random, request);
    else
      request += "\r\n";
    made.requests += request + request_body;

    const int status = random() % 4 == 0 ? 304 : 200;
    std::string answer = "HTTP/1.1 " + std::to_string(status) + " Said\r\nServer: test\r\n";
    // libhtp takes the Content-Length of a 304 for a body (RFC 9110, 15.4.5: there is none).
    const std::string answer_body = status == 304 ? "\r\n" : body_of(random, answer);
    made.answers += answer + (method == "HEAD" ? "" : answer_body);
    if (method == "HEAD" && status == 304) made.answers += answer_body;
  }
  return made;
}

std::string text_of(const bstr* text) {
  return text == nullptr
             ? std::string()
             : std::string(reinterpret_cast<const char*>(bstr_ptr(text)), bstr_len(text));
}

int on_body(htp_tx_data_t* data, std::size_t side) {
  auto* seen = static_cast<Seen*>(htp_connp_get_user_data(data->tx->connp));
  if (data->data != nullptr)
    seen->bodies[side].append(reinterpret_cast<const char*>(data->data), data->len);
  return HTP_OK;
}

Seen by_libhtp(const Conversation& talk) {
  Seen seen;
  const CHandle<htp_cfg_t, htp_config_destroy> config(htp_config_create());
  htp_config_set_server_personality(config.get(), HTP_SERVER_GENERIC);
  htp_config_register_request_body_data(config.get(),
                                        [](htp_tx_data_t* data) { return on_body(data, 0); });
  htp_config_register_response_body_data(config.get(),
                                         [](htp_tx_data_t* data) { return on_body(data, 1); });
  const CHandle<htp_connp_t, htp_connp_destroy_all> parser(htp_connp_create(config.get()));
  htp_connp_set_user_data(parser.get(), &seen);
  timeval time{};
  htp_connp_open(parser.get(), "10.20.0.7", 40000, "203.0.113.9", 80, &time);
  htp_connp_req_data(parser.get(), &time, talk.requests.data(), talk.requests.size());
  htp_connp_res_data(parser.get(), &time, talk.answers.data(), talk.answers.size());
  htp_connp_close(parser.get(), &time);
  htp_conn_t* const connection = htp_connp_get_connection(parser.get());
  const htp_list_t* const all = connection->transactions;
  for (std::size_t i = 0; i < htp_list_size(all); ++i) {
    const auto* tx = static_cast<const htp_tx_t*>(htp_list_get(all, i));
    const std::string request =
        text_of(tx->request_method) + " " +
        text_of(tx->request_uri).substr(0, text_of(tx->request_uri).find('?'));
    seen.names.push_back(request);
    seen.names.push_back(std::to_string(tx->response_status_number) + " " + request);
  }
  return seen;
}

/// The text of all bodies of a side, as our recorder marks them.
Seen by_us(const Conversation& talk) {
  Flow flow;
  flow.data(kC, talk.requests);
  flow.data(kS, talk.answers);
  flow.close();
  Seen seen;
  std::array<std::vector<std::string>, 2> names;
  for (const auto& record : flow.recorder.records) {
    names[index(record->side)].push_back(record->info.name);
    const std::size_t body = record->text.find("[body");
    if (body == std::string::npos) continue;
    seen.bodies[index(record->side)] += record->text.substr(record->text.find(']', body) + 1);
  }
  for (std::size_t i = 0; i < names[0].size(); ++i) {
    seen.names.push_back(names[0][i]);
    seen.names.push_back(i < names[1].size() ? names[1][i] : "");
  }
  return seen;
}

TEST(HttpDifferential, LibhtpSeesTheSameMessagesAndBodies) {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    const Conversation talk = conversation(random);
    const Seen theirs = by_libhtp(talk);
    const Seen ours = by_us(talk);
    ASSERT_EQ(ours.names, theirs.names) << talk.requests << talk.answers;
    ASSERT_EQ(ours.bodies, theirs.bodies) << talk.requests << talk.answers;
  }
}

}  // namespace
}  // namespace outspan::protocol
