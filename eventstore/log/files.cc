#include "eventstore/log/files.h"

#include <rocksdb/file_system.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "eventstore/log/rocks_status.h"

namespace skyndsamt::log {
namespace {

std::string ParentOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<size_t>(slash, 1));
}

}  // namespace

using rocksdb::IOOptions;

bool FileExists(rocksdb::FileSystem& fs, const std::string& path) {
  return fs.FileExists(path, IOOptions(), nullptr).ok();
}

absl::StatusOr<std::string> ReadWholeFile(rocksdb::FileSystem& fs, const std::string& path) {
  if (!FileExists(fs, path)) return absl::NotFoundError("no such file: " + path);
  std::string text;
  const auto read = rocksdb::ReadFileToString(&fs, path, &text);
  if (!read.ok()) return FromRocks(read, "reading " + path);
  return text;
}

absl::Status WriteWholeFile(rocksdb::FileSystem& fs, const std::string& path,
                            std::string_view text) {
  const std::string beside = path + ".new";
  auto status = rocksdb::WriteStringToFile(&fs, rocksdb::Slice(text.data(), text.size()), beside,
                                           /*should_sync=*/true);
  if (status.ok()) status = fs.RenameFile(beside, path, IOOptions(), nullptr);
  if (!status.ok()) return FromRocks(status, "writing " + path);
  return SyncDirectory(fs, ParentOf(path));
}

absl::Status MakeDirectory(rocksdb::FileSystem& fs, const std::string& directory) {
  const bool there = FileExists(fs, directory);
  const auto made = fs.CreateDirIfMissing(directory, IOOptions(), nullptr);
  if (!made.ok()) return FromRocks(made, "making the directory " + directory);
  if (!there && ::chmod(directory.c_str(), 0700) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot make private ", directory));
  }
  return SyncDirectory(fs, ParentOf(directory));
}

absl::Status MakeDirectories(const std::string& directory, rocksdb::FileSystem* fs) {
  if (fs == nullptr) fs = rocksdb::FileSystem::Default().get();
  if (directory.empty()) return absl::InvalidArgumentError("no directory is named");
  std::filesystem::path path = std::filesystem::absolute(directory).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // was written with a slash at its end
  if (FileExists(*fs, path)) {
    bool is_directory = false;
    const auto asked = fs->IsDirectory(path, IOOptions(), &is_directory, nullptr);
    if (!asked.ok()) return FromRocks(asked, "looking at " + path.string());
    if (!is_directory) return absl::FailedPreconditionError(path.string() + " is not a directory");
    return absl::OkStatus();
  }
  std::vector<std::string> above;
  for (auto at = path.parent_path(); !FileExists(*fs, at); at = at.parent_path()) {
    above.push_back(at);
  }
  for (auto missing = above.rbegin(); missing != above.rend(); ++missing) {
    const auto made = fs->CreateDirIfMissing(*missing, IOOptions(), nullptr);
    if (!made.ok()) return FromRocks(made, "making the directory " + *missing);
    if (auto synced = SyncDirectory(*fs, ParentOf(*missing)); !synced.ok()) return synced;
  }
  return MakeDirectory(*fs, path);
}

absl::Status SyncDirectory(rocksdb::FileSystem& fs, const std::string& directory) {
  std::unique_ptr<rocksdb::FSDirectory> handle;
  auto status = fs.NewDirectory(directory, IOOptions(), &handle, nullptr);
  if (status.ok()) status = handle->Fsync(IOOptions(), nullptr);
  return FromRocks(status, "syncing the directory " + directory);
}

absl::StatusOr<std::vector<std::string>> ListDirectory(rocksdb::FileSystem& fs,
                                                       const std::string& directory) {
  std::vector<std::string> names;
  if (!FileExists(fs, directory)) return names;
  const auto listed = fs.GetChildren(directory, IOOptions(), &names, nullptr);
  if (!listed.ok()) return FromRocks(listed, "listing " + directory);
  std::erase_if(names, [](const std::string& name) { return name == "." || name == ".."; });
  return names;
}

}  // namespace skyndsamt::log
