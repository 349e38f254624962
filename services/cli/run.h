// The program `skyndsamt`: one command a call, over gRPC, but for serve, demo, fsck and restore,
// which run in its own process. Tables for people, --json for programs (one object a line).
//
// Exit codes: 0 done; 1 refused or failed; 2 the command line is wrong; 3 no server reached,
// outcome unknown; 4 damage found.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace skyndsamt::cli {

// Where a command writes: answers to `out`, everything else to `err`.
struct Terminal {
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  bool err_is_terminal = false;
};

// `arguments` without the program's name. The exit code.
int Run(std::vector<std::string> arguments, const Terminal& terminal);

}  // namespace skyndsamt::cli
