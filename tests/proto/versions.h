// What readers of other versions know: FileDescriptorSets in versions/, one frozen at each release
// and never made again, and the one of today's protos.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/dynamic_message.h"

namespace skyndsamt::event::v1 {

class Version {
 public:
  // Fails the test, and knows nothing, if there is no such set.
  explicit Version(std::string path);

  const std::string& path() const { return path_; }
  const google::protobuf::DescriptorPool& pool() const { return *pool_; }
  // As golden.h's, but as this version knows it; null if it knows no such kind.
  std::unique_ptr<google::protobuf::Message> NewMessage(const std::string& type) const;

 private:
  std::string path_;
  std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  std::unique_ptr<google::protobuf::DynamicMessageFactory> factory_;
};

// The frozen ones, oldest first.
std::vector<Version> ReleasedVersions();
// A set of today's protos, made by the build.
Version Today();

}  // namespace skyndsamt::event::v1
