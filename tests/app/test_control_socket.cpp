#include "app/control_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace outspan::app {
namespace {

constexpr std::chrono::seconds kPatience{30};

class ControlSocketTest : public testing::Test {
 protected:
  std::unique_ptr<ControlSocket> serve() {
    auto socket = ControlSocket::open(path_);
    EXPECT_TRUE(socket.ok()) << socket.problems().front().to_string();
    if (!socket.ok()) return nullptr;
    (*socket)->start([](std::string_view request) { return "you asked: " + std::string(request); });
    return std::move(*socket);
  }
  std::string ask(std::string_view request) {
    auto answer = ask_sensor(path_, request, kPatience);
    return answer.ok() ? *answer : "";
  }
  FileDescriptor client() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path_.copy(address.sun_path, path_.size());
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    return socket;
  }

  TemporaryFolder folder_;
  std::string path_ = (folder_.path() / "control.sock").string();
};

TEST_F(ControlSocketTest, AnswersOneRequestAfterTheOther) {
  const auto socket = serve();
  EXPECT_EQ(ask("status"), "you asked: status");
  EXPECT_EQ(ask("reload"), "you asked: reload");
}

TEST_F(ControlSocketTest, IsForItsGroupAndNobodyElse) {
  const auto socket = serve();
  struct stat status {};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0660U);
}

TEST_F(ControlSocketTest, AClientThatSaysNothingIsGivenUp) {
  const auto socket = serve();
  const FileDescriptor silent = client();
  EXPECT_EQ(ask("status"), "you asked: status");
}

TEST_F(ControlSocketTest, ARequestThatHasNoEndIsNotAnswered) {
  const auto socket = serve();
  EXPECT_EQ(ask(std::string(10'000, 'x')), "");
  EXPECT_EQ(ask("status"), "you asked: status");
}

TEST_F(ControlSocketTest, AClientThatDoesNotWaitForItsAnswerHarmsNobody) {
  const auto socket = serve();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(::send(client().get(), "status\n", 7, MSG_NOSIGNAL), 7);
  EXPECT_EQ(ask("status"), "you asked: status");
}

TEST_F(ControlSocketTest, WhatACrashLeftBehindIsReplaced) {
  const int left = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path_.copy(address.sun_path, path_.size());
  ASSERT_EQ(::bind(left, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ::close(left);
  const auto socket = serve();
  EXPECT_EQ(ask("status"), "you asked: status");
}

TEST_F(ControlSocketTest, TwoSensorsDoNotShareOne) {
  const auto socket = serve();
  EXPECT_FALSE(ControlSocket::open(path_).ok());
  EXPECT_EQ(ask("status"), "you asked: status");
}

TEST_F(ControlSocketTest, WithoutASensorThereIsAProblem) {
  EXPECT_FALSE(ask_sensor(path_, "status", kPatience).ok());
  EXPECT_FALSE(ControlSocket::open(std::string(200, 'x')).ok());
  EXPECT_FALSE(ControlSocket::open("/proc/nowhere/control.sock").ok());
}

}  // namespace
}  // namespace outspan::app
