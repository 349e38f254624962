// Small file systems of a test's own, in a mount namespace that the test program enters before its
// first thread: nothing of it is seen outside, and all of it ends with the program. As root, or
// with user namespaces; where the kernel forbids both, allowed() is false and tests are skipped.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace skyndsamt::testing {

class OwnMounts : public ::testing::Environment {
 public:
  // Whether file systems may be mounted here.
  static bool allowed() { return allowed_; }

  void SetUp() override {
    const auto user = getuid(), group = getgid();
    if (unshare(CLONE_NEWNS) != 0) {
      if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return;
      std::ofstream("/proc/self/setgroups") << "deny";
      std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
      std::ofstream("/proc/self/gid_map") << "0 " << group << " 1";
    }
    allowed_ = mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  }

 private:
  inline static bool allowed_ = false;
};

// A file system in memory of so many bytes on a directory, gone with this object. Nothing may have
// files open there then, nor when it changes.
class SmallDisk {
 public:
  SmallDisk(std::string directory, size_t bytes) : directory_(std::move(directory)) {
    EXPECT_EQ(mount("tmpfs", directory_.c_str(), "tmpfs", 0, Sized(bytes).c_str()), 0);
  }
  ~SmallDisk() { umount2(directory_.c_str(), MNT_DETACH); }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool Grow(size_t bytes) {
    return mount("tmpfs", directory_.c_str(), "tmpfs", MS_REMOUNT, Sized(bytes).c_str()) == 0;
  }
  [[nodiscard]] bool MakeReadOnly(bool read_only) {
    return mount("tmpfs", directory_.c_str(), "tmpfs", MS_REMOUNT | (read_only ? MS_RDONLY : 0),
                 nullptr) == 0;
  }

 private:
  static std::string Sized(size_t bytes) { return "size=" + std::to_string(bytes); }

  const std::string directory_;
};

}  // namespace skyndsamt::testing
