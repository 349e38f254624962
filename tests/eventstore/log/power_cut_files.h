// The objects behind a PowerCutFileSystem's files: they write through, and tell it what was
// written.
#pragma once

#include <rocksdb/file_system.h>

#include <memory>
#include <string>

#include "tests/eventstore/log/power_cut_fs.h"

namespace skyndsamt::log {

using PowerCutFilePtr = std::shared_ptr<PowerCutFileSystem::File>;

std::string ReadAllOf(const std::string& path);

std::unique_ptr<rocksdb::FSWritableFile> MakeWritable(
    PowerCutFileSystem& fs, const std::string& path, PowerCutFilePtr state,
    std::unique_ptr<rocksdb::FSWritableFile> target);
std::unique_ptr<rocksdb::FSRandomRWFile> MakeRandomRW(
    PowerCutFileSystem& fs, const std::string& path, PowerCutFilePtr state,
    std::unique_ptr<rocksdb::FSRandomRWFile> target);
std::unique_ptr<rocksdb::FSDirectory> MakeDirectoryOf(PowerCutFileSystem& fs,
                                                      const std::string& path,
                                                      std::unique_ptr<rocksdb::FSDirectory> target);

}  // namespace skyndsamt::log
