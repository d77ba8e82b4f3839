#include "sessions.h"

#include <algorithm>
#include <utility>

namespace outspan::bench_capture {
namespace {

/// Object sizes: many small ones, few large ones, a mean of about 35 kB.
std::size_t object_bytes(Random& random) {
  const std::uint32_t draw = random.below(100);
  if (draw < 45) return random.between(1'500, 12'000);
  if (draw < 85) return random.between(12'000, 50'000);
  return random.between(50'000, 200'000);
}

std::string host_name(Random& random) {
  static constexpr std::array<std::string_view, 6> kHosts = {
      "www.example.org",   "cdn.example.net",  "api.example.com",
      "files.example.net", "news.example.org", "shop.example.com"};
  return std::string(kHosts[random.below(kHosts.size())]);
}

class HttpSession : public Session {
 public:
  HttpSession(TextMaker& text, const BodyPool& pool)
      : text_(text),
        pool_(pool),
        host_(host_name(text.random())),
        exchanges_left_(text.random().between(1, 6)) {}

  std::uint16_t server_port() const override { return 80; }
  std::string server_name() const override { return host_; }

  bool next(Message& message) override {
    if (!awaiting_answer_ && exchanges_left_ == 0) return false;
    message = {};
    message.from_client = !awaiting_answer_;
    if (awaiting_answer_) {
      answer(message);
      exchanges_left_ -= 1;
    } else {
      request(message);
    }
    awaiting_answer_ = !awaiting_answer_;
    return true;
  }

 protected:
  virtual void request(Message& message) = 0;
  virtual void answer(Message& message) = 0;

  void request_head(std::string& out, const char* method) {
    out.append(method).append(" /");
    text_.words(out, 1);
    out += '/';
    text_.hex(out, 12);
    out.append(" HTTP/1.1\r\nHost: ").append(host_);
    out +=
        "\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0\r\n"
        "Accept: "
        "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8\r\nAccept-Language: "
        "en\r\n"
        "Accept-Encoding: gzip\r\nConnection: keep-alive\r\nCookie: session=";
    text_.uuid(out);
    out += "; seen=17";
    append_number(out, text_.random().below(100'000'000), 8);
    out += "\r\n";
  }

  TextMaker& text_;
  const BodyPool& pool_;

 private:
  std::string host_;
  std::uint32_t exchanges_left_;
  bool awaiting_answer_ = false;
};

class Download : public HttpSession {
  using HttpSession::HttpSession;

  void request(Message& message) override {
    request_head(message.head, "GET");
    message.head += "\r\n";
  }

  void answer(Message& message) override {
    Random& random = text_.random();
    const BodyPool::Body& body = pool_.any(random);
    message.head =
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\nContent-Type: ";
    message.head.append(body.media_type).append("\r\nETag: \"");
    text_.hex(message.head, 32);
    message.head += "\"\r\n";
    if (body.gzipped) message.head += "Content-Encoding: gzip\r\n";
    if (random.chance(200)) {
      message.head += "Transfer-Encoding: chunked\r\n\r\n";
      append_chunked(message.head, body.bytes);
    } else {
      message.head += "Content-Length: ";
      append_number(message.head, body.bytes.size());
      message.head += "\r\n\r\n";
      message.body = body.bytes;
    }
  }

  static void append_chunked(std::string& out, std::string_view bytes) {
    static constexpr std::size_t kChunkBytes = 8192;
    static constexpr std::string_view kDigits = "0123456789abcdef";
    while (!bytes.empty()) {
      const std::string_view chunk = bytes.substr(0, kChunkBytes);
      bytes.remove_prefix(chunk.size());
      bool leading = true;
      for (int shift = 12; shift >= 0; shift -= 4) {
        const std::size_t digit = chunk.size() >> shift & 15;
        leading = leading && digit == 0;
        if (!leading) out += kDigits[digit];
      }
      out.append("\r\n").append(chunk).append("\r\n");
    }
    out += "0\r\n\r\n";
  }
};

class Upload : public HttpSession {
  using HttpSession::HttpSession;

  void request(Message& message) override {
    Random& random = text_.random();
    std::string body;
    const std::size_t size = object_bytes(random) * 3 / 2;
    const char* media_type = "application/json";
    switch (random.below(3)) {
      case 0: text_.json(body, size); break;
      case 1:
        media_type = "application/x-www-form-urlencoded";
        text_.form(body, size);
        break;
      default:
        media_type = "multipart/form-data; boundary=----formboundary7MA4YWxk";
        body =
            "------formboundary7MA4YWxk\r\nContent-Disposition: form-data; name=\"file\"; "
            "filename=\"notes.txt\"\r\n"
            "Content-Type: text/plain\r\n\r\n";
        text_.log(body, size);
        body += "\r\n------formboundary7MA4YWxk--\r\n";
    }
    request_head(message.head, "POST");
    message.head.append("Content-Type: ").append(media_type).append("\r\nContent-Length: ");
    append_number(message.head, body.size());
    message.head += "\r\n\r\n";
    message.head += body;
  }

  void answer(Message& message) override {
    message.from_client = false;
    message.head =
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: application/json\r\nContent-Length: "
        "11\r\n\r\n{\"ok\":true}";
  }
};

class Mail : public Session {
 public:
  Mail(TextMaker& text, const BodyPool& pool) : text_(text), pool_(pool) {}

  std::uint16_t server_port() const override { return 25; }
  std::string server_name() const override { return "mx.example.org"; }

  bool next(Message& message) override {
    static constexpr std::array<std::string_view, 12> kTurns = {
        "220 mx.example.org ESMTP\r\n",
        "EHLO desk.office.test\r\n",
        "250-mx.example.org\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n",
        "MAIL FROM:<sender@office.test>\r\n",
        "250 OK\r\n",
        "RCPT TO:<archive@partner.test>\r\n",
        "250 OK\r\n",
        "DATA\r\n",
        "354 Go on\r\n",
        "",
        "250 Taken\r\n",
        "QUIT\r\n"};
    if (turn_ == kTurns.size()) return false;
    message = {};
    message.from_client = turn_ % 2 == 1;
    message.head = kTurns[turn_];
    if (message.head.empty()) content(message.head);
    turn_ += 1;
    return true;
  }

 private:
  void content(std::string& out) {
    out = "From: Sender <sender@office.test>\r\nTo: archive@partner.test\r\nSubject: ";
    text_.words(out, 5);
    out +=
        "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
        "boundary=\"part7\"\r\n\r\n--part7\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    text_.log(out, 800);
    out += "\r\n--part7\r\nContent-Type: ";
    std::string attachment;
    if (text_.random().chance(300)) {
      attachment = pool_.random_bytes().bytes.substr(0, object_bytes(text_.random()) * 2);
      out += "image/jpeg\r\nContent-Disposition: attachment; filename=\"photo.jpg\"\r\n";
    } else {
      text_.log(attachment, object_bytes(text_.random()) * 2);
      out += "text/plain\r\nContent-Disposition: attachment; filename=\"report.txt\"\r\n";
    }
    out += "Content-Transfer-Encoding: base64\r\n\r\n";
    out += base64_lines(attachment);
    out += "\r\n--part7--\r\n.\r\n";
  }

  TextMaker& text_;
  const BodyPool& pool_;
  std::size_t turn_ = 0;
};

void append_u16(std::string& out, std::size_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}

void append_record(std::string& out, char type, std::string_view body) {
  out.append({type, 3, 3});
  append_u16(out, body.size());
  out.append(body);
}

/// TLS 1.3 (RFC 8446) as the wire shows it: hellos, change cipher spec, then application data.
class Tls : public Session {
 public:
  Tls(TextMaker& text, const BodyPool&) : random_(text.random()), host_(host_name(text.random())) {}

  std::uint16_t server_port() const override { return 443; }
  std::string server_name() const override { return host_; }

  bool next(Message& message) override {
    if (turn_ == turns_) return false;
    message = {};
    message.from_client = turn_ % 2 == 0;
    if (turn_ == 0)
      append_record(message.head, 22, client_hello());
    else if (turn_ == 1) {
      append_record(message.head, 22, server_hello());
      append_record(message.head, 20, std::string_view("\1", 1));
      application_data(message.head, 4'000);
    } else {
      if (turn_ == 2) append_record(message.head, 20, std::string_view("\1", 1));
      const bool uploads = random_.chance(250);
      application_data(message.head, message.from_client != uploads ? random_.between(200, 1'200)
                                                                    : object_bytes(random_) * 2);
    }
    turn_ += 1;
    return true;
  }

 private:
  void application_data(std::string& out, std::size_t size) {
    static constexpr std::size_t kRecordBytesMax = 16'401;
    while (size > 0) {
      const std::size_t part = std::min(size, kRecordBytesMax);
      out.append({23, 3, 3});
      append_u16(out, part);
      random_.append_bytes(out, part);
      size -= part;
    }
  }

  static std::string handshake(char type, const std::string& body) {
    std::string out{type, 0};
    append_u16(out, body.size());
    return out + body;
  }

  static void append_extension(std::string& out, std::size_t type, std::string_view body) {
    append_u16(out, type);
    append_u16(out, body.size());
    out.append(body);
  }

  std::string client_hello() {
    using namespace std::string_view_literals;
    std::string name;
    append_u16(name, host_.size() + 3);
    name.push_back(0);
    append_u16(name, host_.size());
    name += host_;
    std::string share{0, 36, 0, 29, 0, 32};
    random_.append_bytes(share, 32);
    std::string extensions;
    append_extension(extensions, 0, name);
    append_extension(extensions, 10, "\0\4\0\x1d\0\x17"sv);
    append_extension(extensions, 13, "\0\4\4\3\x08\4"sv);
    append_extension(extensions, 16, "\0\x0c\2h2\x08http/1.1"sv);
    append_extension(extensions, 43, "\2\3\4"sv);
    append_extension(extensions, 51, share);
    std::string body{3, 3};
    random_.append_bytes(body, 32);
    body.push_back(32);
    random_.append_bytes(body, 32);
    body += "\0\6\x13\1\x13\2\x13\3\1\0"sv;
    append_u16(body, extensions.size());
    return handshake(1, body + extensions);
  }

  std::string server_hello() {
    using namespace std::string_view_literals;
    std::string share{0, 29, 0, 32};
    random_.append_bytes(share, 32);
    std::string extensions;
    append_extension(extensions, 43, "\3\4"sv);
    append_extension(extensions, 51, share);
    std::string body{3, 3};
    random_.append_bytes(body, 32);
    body.push_back(32);
    random_.append_bytes(body, 32);
    body += "\x13\1\0"sv;
    append_u16(body, extensions.size());
    return handshake(2, body + extensions);
  }

  Random& random_;
  std::string host_;
  std::uint32_t turn_ = 0;
  std::uint32_t turns_ = 8;
};

}  // namespace

BodyPool::BodyPool(TextMaker& text, std::size_t size_bytes) {
  Random& random = text.random();
  std::size_t made = 0;
  while (made < size_bytes) {
    Body body{{}, "text/html; charset=utf-8", false};
    const std::size_t size = object_bytes(random);
    const std::uint32_t draw = random.below(100);
    if (draw < 30) {
      body.media_type = "image/jpeg";
      body.bytes = "\xff\xd8\xff\xe0";
      random.append_bytes(body.bytes, size);
    } else if (draw < 60) {
      text.html(body.bytes, size);
    } else if (draw < 85) {
      body.media_type = "application/json";
      text.json(body.bytes, size);
    } else {
      body.media_type = "text/javascript";
      text.script(body.bytes, size);
    }
    // 22 of 100 objects come compressed; images never do.
    if (draw >= 30 && random.chance(314)) {
      body.bytes = gzip(body.bytes);
      body.gzipped = true;
    }
    made += body.bytes.size();
    bodies_.push_back(std::move(body));
  }
  noise_ = {"\xff\xd8\xff\xe0", "image/jpeg", false};
  random.append_bytes(noise_.bytes, 400'000);
}

std::unique_ptr<Session> make_download(TextMaker& text, const BodyPool& pool) {
  return std::make_unique<Download>(text, pool);
}
std::unique_ptr<Session> make_upload(TextMaker& text, const BodyPool& pool) {
  return std::make_unique<Upload>(text, pool);
}
std::unique_ptr<Session> make_mail(TextMaker& text, const BodyPool& pool) {
  return std::make_unique<Mail>(text, pool);
}
std::unique_ptr<Session> make_tls(TextMaker& text, const BodyPool& pool) {
  return std::make_unique<Tls>(text, pool);
}

}  // namespace outspan::bench_capture
