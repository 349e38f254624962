// What a failed TLS connection is told as: one that was lost may pass by itself, a refused one not.
#include "eventstore/kafka/errors.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "eventstore/kafka/partition_reader.h"

namespace skyndsamt::kafka {
namespace {

// Takes the beginning of a handshake, and closes the connection without an answer.
class Hangup {
 public:
  Hangup() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* address = reinterpret_cast<sockaddr*>(&any);
    socklen_t size = sizeof(any);
    if (::bind(socket_, address, size) != 0 || ::listen(socket_, 128) != 0 ||
        ::getsockname(socket_, address, &size) != 0) {
      std::abort();
    }
    address_ = "127.0.0.1:" + std::to_string(ntohs(any.sin_port));
    thread_ = std::thread([this] {
      for (int taken = 0; (taken = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
        char hello[4096];
        static_cast<void>(::recv(taken, hello, sizeof hello, 0));
        std::this_thread::sleep_for(std::chrono::milliseconds(50));  // so that it is waited for
        ::close(taken);
      }
    });
  }
  ~Hangup() {
    ::shutdown(socket_, SHUT_RDWR);
    thread_.join();
    ::close(socket_);
  }

  const std::string& address() const { return address_; }

 private:
  const int socket_;
  std::string address_;
  std::thread thread_;
};

TEST(TlsErrors, AConnectionThatIsLostInItsHandshakeIsNotARefusedOne) {
  const Hangup broker;
  const auto reader =
      PartitionReader::Open({.bootstrap = broker.address(), .tls = true}, "topic", 0);
  ASSERT_TRUE(reader.ok()) << reader.status();
  absl::Status lost;
  for (int i = 0; i < 60 && lost.message().find("unexpected eof") == lost.message().npos; ++i) {
    lost = (*reader)->Range(absl::Seconds(1)).status();
  }
  EXPECT_NE(lost.message().find("unexpected eof"), lost.message().npos) << lost;
  EXPECT_TRUE(absl::IsUnavailable(lost)) << lost;
}

TEST(TlsErrors, ARefusedHandshakeIsToldAsOne) {
  for (const char* detail :
       {"SSL handshake failed: error:0A000410:SSL routines::sslv3 alert handshake failure: SSL "
        "alert number 40",
        "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker "
        "certificate could not be verified"}) {
    EXPECT_EQ(CodeOf(RD_KAFKA_RESP_ERR__SSL, detail), absl::StatusCode::kUnauthenticated);
  }
  EXPECT_EQ(CodeOf(RD_KAFKA_RESP_ERR__SSL), absl::StatusCode::kUnauthenticated);
}

}  // namespace
}  // namespace skyndsamt::kafka
