#include "tests/eventstore/kafka/java_program.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/process/child.h"

namespace skyndsamt::kafka {
namespace {

void Package(const JavaProject& project) {
  static std::map<std::string, int> packaged;
  const auto [known, fresh] = packaged.try_emplace(project.folder, 0);
  if (!fresh) return;
  process::Child script({SKYNDSAMT_SOURCE "/deploy/kafka/package.sh", project.folder});
  known->second = script.Wait();
  EXPECT_EQ(known->second, 0) << project.folder << " cannot be packaged";
}

}  // namespace

std::vector<std::string> JavaCommand(const JavaProject& project, const std::string& main,
                                     const std::vector<std::string>& arguments) {
  Package(project);
  const std::string built = SKYNDSAMT_SOURCE "/build/clients/java/" + project.artifact + "/";
  std::vector<std::string> command = {"/usr/bin/java",
                                      "-Xmx256m",
                                      "-XX:+UseSerialGC",
                                      "-XX:TieredStopAtLevel=1",
                                      "-cp",
                                      built + project.artifact + ".jar:" + built + "libs/*",
                                      main};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

}  // namespace skyndsamt::kafka
