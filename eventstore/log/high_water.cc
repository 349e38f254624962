#include "eventstore/log/high_water.h"

#include <rocksdb/file_system.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "eventstore/log/files.h"
#include "eventstore/log/rocks_status.h"

namespace skyndsamt::log {
namespace {

absl::Status Lost(const char* what) {
  return absl::DataLossError(
      absl::StrCat(what,
                   ". Nothing was changed. See "
                   "deploy/runbook.md, 'the high-water file is missing, or has no sound slot'"));
}

absl::StatusOr<HighWaterSlot> NewestSlot(std::string_view file) {
  std::optional<HighWaterSlot> newest;
  for (const uint64_t offset : kHighWaterSlotOffset) {
    if (offset >= file.size()) continue;
    const auto slot = ParseHighWaterSlot(file.substr(offset, kHighWaterSlotBytes));
    if (slot && (!newest || slot->sequence > newest->sequence)) newest = slot;
  }
  if (!newest) return Lost("the high-water file has no sound slot");
  return *newest;
}

absl::StatusOr<HighWaterSlot> ReadNewest(rocksdb::FileSystem& fs, const std::string& path) {
  auto text = ReadWholeFile(fs, path);
  if (absl::IsNotFound(text.status())) {
    return Lost("the high-water file is missing");
  }
  if (!text.ok()) return text.status();
  return NewestSlot(*text);
}

}  // namespace

absl::Status HighWater::Create(rocksdb::FileSystem& fs, const std::string& path,
                               const HighWaterMark& mark) {
  std::string text = HighWaterSlotValue({1, mark});
  text.resize(kHighWaterSlotOffset[1], '\0');
  text.append(HighWaterSlotValue({2, mark}));
  return WriteWholeFile(fs, path, text);
}

absl::StatusOr<HighWaterMark> HighWater::Read(rocksdb::FileSystem& fs, const std::string& path) {
  auto slot = ReadNewest(fs, path);
  if (!slot.ok()) return slot.status();
  return slot->mark;
}

absl::StatusOr<std::unique_ptr<HighWater>> HighWater::Open(rocksdb::FileSystem& fs,
                                                           const std::string& path) {
  auto slot = ReadNewest(fs, path);
  if (!slot.ok()) return slot.status();
  std::unique_ptr<rocksdb::FSRandomRWFile> file;
  const auto opened = fs.NewRandomRWFile(path, rocksdb::FileOptions(), &file, nullptr);
  if (!opened.ok()) return FromRocks(opened, "opening the high-water file");
  return std::unique_ptr<HighWater>(new HighWater(std::move(file), *slot));
}

HighWater::HighWater(std::unique_ptr<rocksdb::FSRandomRWFile> file, const HighWaterSlot& slot)
    : file_(std::move(file)), slot_(slot) {}

HighWater::~HighWater() = default;

absl::Status HighWater::Write(const HighWaterMark& mark) {
  slot_ = {slot_.sequence + 1, mark};
  const std::string bytes = HighWaterSlotValue(slot_);
  return FromRocks(file_->Write(kHighWaterSlotOffset[slot_.sequence % 2 == 0 ? 1 : 0], bytes,
                                rocksdb::IOOptions(), nullptr),
                   "writing the high-water file");
}

absl::Status HighWater::Sync() {
  return FromRocks(file_->Sync(rocksdb::IOOptions(), nullptr), "syncing the high-water file");
}

}  // namespace skyndsamt::log
