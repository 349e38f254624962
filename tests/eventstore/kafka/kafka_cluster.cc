#include "tests/eventstore/kafka/kafka_cluster.h"

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <vector>

#include "google/protobuf/struct.pb.h"
#include "google/protobuf/util/json_util.h"

namespace skyndsamt::kafka {
namespace {

[[noreturn]] void GiveUp(const std::string& why) {
  std::fprintf(stderr, "kafka cluster: %s\n", why.c_str());
  std::abort();
}

std::string NewDirectory() {
  std::string path = (std::filesystem::temp_directory_path() / "skynd-kafka-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) GiveUp("no directory");
  return path;
}

std::vector<std::string> CommandLine(const ClusterOptions& options, const std::string& directory) {
  std::vector<std::string> words = {"/usr/bin/python3",
                                    SKYNDSAMT_KAFKA_CLUSTER,
                                    "--libs",
                                    SKYNDSAMT_KAFKA_LIBS,
                                    "--dir",
                                    directory,
                                    "--brokers",
                                    std::to_string(options.brokers)};
  if (options.secure) words.push_back("--secure");
  return words;
}

}  // namespace

KafkaCluster::KafkaCluster(ClusterOptions options)
    : directory_(NewDirectory()), child_(CommandLine(options, directory_)) {
  google::protobuf::Struct about;
  if (!google::protobuf::util::JsonStringToMessage(child_.ReadLine(), &about).ok()) {
    GiveUp("it did not start; its logs are in " + directory_);
  }
  const auto text = [&](const char* name) {
    return (*about.mutable_fields())[name].string_value();
  };
  bootstrap_ = text("bootstrap");
  proxied_ = text("proxied");
  sasl_ssl_ = text("sasl_ssl");
  mutual_ = text("mutual");
  ca_ = text("ca");
  user_ = text("user");
  password_ = text("password");
  certificate_ = text("certificate");
  key_ = text("key");
}

KafkaCluster::~KafkaCluster() { child_.Wait(); }

void KafkaCluster::Command(const std::string& line) {
  child_.WriteLine(line);
  if (const std::string answer = child_.ReadLine(); answer != "ok") GiveUp(line + ": " + answer);
}

void KafkaCluster::Start(int broker) { Command("start " + std::to_string(broker)); }
void KafkaCluster::Stop(int broker) { Command("stop " + std::to_string(broker)); }
void KafkaCluster::Kill(int broker) { Command("kill " + std::to_string(broker)); }
void KafkaCluster::Freeze(int broker) { Command("freeze " + std::to_string(broker)); }
void KafkaCluster::Thaw(int broker) { Command("thaw " + std::to_string(broker)); }
void KafkaCluster::Cut() { Command("cut"); }
void KafkaCluster::Mend() { Command("mend"); }

}  // namespace skyndsamt::kafka
