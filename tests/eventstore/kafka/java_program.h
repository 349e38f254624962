// Java programs that tests start: those of deploy/, packaged with Maven where they have changed,
// and sources of the tests' own that need the same jars.
#pragma once

#include <string>
#include <vector>

namespace skyndsamt::kafka {

// A Maven project of the tree: its folder from the tree's root, and what its artifact is called.
struct JavaProject {
  std::string folder;
  std::string artifact;
};

inline const JavaProject kConsumers{"deploy/clients/kafka/java", "kafka-consumers"};

// The command line that runs a class of the project, or a .java file beside its classes. Fails the
// test, once a program, if the project cannot be packaged. Blocks while it is.
std::vector<std::string> JavaCommand(const JavaProject& project, const std::string& main,
                                     const std::vector<std::string>& arguments);

}  // namespace skyndsamt::kafka
