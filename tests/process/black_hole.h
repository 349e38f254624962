// A loopback address where connections are made and nothing is ever answered, as behind a network
// that swallows everything: what a port that refuses connections does not show.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace skyndsamt::process {

class BlackHole {
 public:
  // The kernel makes the connections; nobody takes them up.
  BlackHole() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
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
  }
  ~BlackHole() { ::close(socket_); }
  BlackHole(const BlackHole&) = delete;
  BlackHole& operator=(const BlackHole&) = delete;

  const std::string& address() const { return address_; }

 private:
  const int socket_;
  std::string address_;
};

}  // namespace skyndsamt::process
