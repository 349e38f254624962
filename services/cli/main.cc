// The executable `skyndsamt`.
#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "services/cli/run.h"

int main(int argc, char** argv) {
  const bool plain = std::getenv("NO_COLOR") != nullptr;
  skyndsamt::cli::Terminal terminal{std::cout, std::cerr, !plain && isatty(STDOUT_FILENO) != 0,
                                    isatty(STDERR_FILENO) != 0};
  return skyndsamt::cli::Run({argv + 1, argv + argc}, terminal);
}
