#include "tests/proto/versions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <utility>

#include "google/protobuf/descriptor.pb.h"
#include "tests/proto/golden.h"

namespace skyndsamt::event::v1 {

Version::Version(std::string path)
    : path_(std::move(path)),
      pool_(std::make_unique<google::protobuf::DescriptorPool>()),
      factory_(std::make_unique<google::protobuf::DynamicMessageFactory>()) {
  std::ifstream in(path_, std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  EXPECT_TRUE(files.ParseFromIstream(&in) && files.file_size() > 0) << path_;
  for (const auto& file : files.file()) EXPECT_NE(pool_->BuildFile(file), nullptr) << file.name();
}

std::unique_ptr<google::protobuf::Message> Version::NewMessage(const std::string& type) const {
  const auto now = v1::NewMessage(type);
  const auto* then = now ? pool_->FindMessageTypeByName(now->GetTypeName()) : nullptr;
  return std::unique_ptr<google::protobuf::Message>(
      then == nullptr ? nullptr : factory_->GetPrototype(then)->New());
}

std::vector<Version> ReleasedVersions() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(SKYNDSAMT_VERSIONS)) {
    if (entry.path().extension() == ".descriptors") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  EXPECT_FALSE(paths.empty());
  std::vector<Version> versions;
  for (std::string& path : paths) versions.emplace_back(std::move(path));
  return versions;
}

Version Today() { return Version(SKYNDSAMT_TODAY); }

}  // namespace skyndsamt::event::v1
