// A process of a test's or the bench's own: started, spoken to through pipes, ended with the
// object.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace skyndsamt::process {

// One thread at a time.
class Child {
 public:
  // Starts a program; its standard input is a pipe that ends with this object, its standard output
  // is read by ReadLine. Aborts if the program cannot be started.
  explicit Child(const std::vector<std::string>& command);
  ~Child();  // ends the input, sends SIGTERM, waits
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // Without its newline; empty at the end of the output.
  std::string ReadLine();
  void WriteLine(const std::string& line);
  // SIGKILL, and waits. The object may then only be destroyed.
  void Kill();
  // Ends the input and waits until the program ends by itself; its exit code, or -1 for a signal.
  int Wait();
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
  int input_ = -1;
  int output_ = -1;
};

// A loopback port that nobody listens on at the moment.
int FreePort();
// The path of this program, for starting itself in another role.
std::string OwnPath();

}  // namespace skyndsamt::process
