#pragma once

#include <functional>
#include <mutex>
#include <thread>

#include "tests/alert/receiver.h"

namespace outspan::alert {

/// A receiver over HTTP/1.1 on the loopback, in a thread of its own, that answers as it is told.
class HttpReceiver {
 public:
  struct Request {
    std::string head, body;
  };
  struct Answer {
    int status = 200;  ///< 0: the connection is cut in the place of an answer
    std::string body = "{}";
    std::string headers = {};  ///< each with its line end
  };
  using Behaviour = std::function<Answer(const Request&)>;

  explicit HttpReceiver(Behaviour behaviour)
      : behaviour_(std::move(behaviour)),
        socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address));
    ::listen(socket_.get(), 8);
    socklen_t size = sizeof(address);
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~HttpReceiver() {
    ended_ = true;
    thread_.join();
  }
  HttpReceiver(const HttpReceiver&) = delete;
  HttpReceiver& operator=(const HttpReceiver&) = delete;

  [[nodiscard]] std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }
  std::vector<Request> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void serve() {
    while (!ended_) {
      pollfd in{socket_.get(), POLLIN, 0};
      if (::poll(&in, 1, 20) != 1) continue;
      const FileDescriptor connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      std::string text;
      while (!ended_ && read_more(connection.get(), text))
        if (!answer_all(connection.get(), text)) break;
    }
  }
  bool read_more(int connection, std::string& text) {
    pollfd in{connection, POLLIN, 0};
    if (::poll(&in, 1, 20) != 1) return true;
    char buffer[16384];
    const ssize_t n = ::recv(connection, buffer, sizeof(buffer), 0);
    if (n > 0) text.append(buffer, static_cast<std::size_t>(n));
    return n > 0;
  }
  bool answer_all(int connection, std::string& text) {
    while (const auto request = take_request(text)) {
      Answer answer;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*request);
        answer = behaviour_(*request);
      }
      if (answer.status == 0) return false;
      const std::string whole =
          "HTTP/1.1 " + std::to_string(answer.status) + " Such\r\n" + answer.headers +
          "Content-Length: " + std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
      ::send(connection, whole.data(), whole.size(), MSG_NOSIGNAL);
    }
    return true;
  }
  static std::optional<Request> take_request(std::string& text) {
    const std::size_t end = text.find("\r\n\r\n");
    if (end == std::string::npos) return std::nullopt;
    const std::size_t length = text.find("Content-Length: ");
    if (length > end) return std::nullopt;
    const std::size_t size = std::stoul(text.substr(length + 16));
    if (text.size() < end + 4 + size) return std::nullopt;
    Request request{text.substr(0, end), text.substr(end + 4, size)};
    text.erase(0, end + 4 + size);
    return request;
  }

  std::atomic<bool> ended_{false};
  const Behaviour behaviour_;
  FileDescriptor socket_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::vector<Request> requests_;
  std::thread thread_;
};

}  // namespace outspan::alert
