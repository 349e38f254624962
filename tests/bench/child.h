// A server process of the bench's own: started, spoken to over loopback, ended with the object.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace skyndsamt::bench {

// One thread at a time.
class Child {
 public:
  // Starts a program; its standard input is a pipe that ends with this object, its standard output
  // is read by ReadLine. Aborts the bench if the program cannot be started.
  explicit Child(const std::vector<std::string>& command);
  ~Child();  // ends the input, sends SIGTERM, waits
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  std::string ReadLine();
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

}  // namespace skyndsamt::bench
