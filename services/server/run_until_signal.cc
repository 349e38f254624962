// Signals become a byte in a pipe, since a handler may do little else.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "services/server/server.h"

namespace skyndsamt::server {
namespace {

int g_signal_pipe = -1;  // the one thing a handler can reach

void OnSignal(int) {
  const int saved = errno;
  const char byte = 1;
  [[maybe_unused]] const ssize_t written = ::write(g_signal_pipe, &byte, 1);
  errno = saved;
}

}  // namespace

absl::Status RunUntilSignal(Server& server, std::chrono::milliseconds deadline) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return absl::ErrnoToStatus(errno, "signal pipe");
  g_signal_pipe = ends[1];
  struct sigaction action {
  }, term{}, interrupt{};
  action.sa_handler = OnSignal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGTERM, &action, &term);
  ::sigaction(SIGINT, &action, &interrupt);
  struct pollfd waiting {
    ends[0], POLLIN, 0
  };
  while (::poll(&waiting, 1, -1) < 0 && errno == EINTR) {
  }
  server.Drain(deadline);
  ::sigaction(SIGTERM, &term, nullptr);
  ::sigaction(SIGINT, &interrupt, nullptr);
  g_signal_pipe = -1;
  ::close(ends[0]);
  ::close(ends[1]);
  return absl::OkStatus();
}

}  // namespace skyndsamt::server
