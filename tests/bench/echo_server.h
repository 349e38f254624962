// The yardsticks that answer over gRPC with the callback API: a bare echo, and a durable one that
// writes each call's 400 bytes to a file and answers after one fdatasync shared by all waiting.
#pragma once

#include <string>

namespace skyndsamt::bench {

// Serves on an ephemeral loopback port until standard input ends; prints the port on one line.
// An empty file is the bare echo. Returns a process exit code.
int ServeEcho(const std::string& file);

}  // namespace skyndsamt::bench
