// Views of no domain, over events that are google.protobuf.StringValue: words told to a stream.
#pragma once

#include <google/protobuf/wrappers.pb.h>

#include <future>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "projections/engine/decoder.h"
#include "projections/engine/view.h"

namespace skyndsamt::engine {

inline Decoder ToyDecoder() {
  Decoder decoder;
  decoder.Add("toy.said", google::protobuf::StringValue::default_instance());
  return decoder;
}

// The last word of each stream, with the version's own mark behind it.
class LastWord : public View {
 public:
  explicit LastWord(uint32_t version = 1) : version_(version) {}
  std::string_view name() const override { return "last_word"; }
  uint32_t version() const override { return version_; }
  absl::Status Apply(const Event& event, Rows& rows) override {
    const auto& word = static_cast<const google::protobuf::StringValue&>(event.message).value();
    if (word == "refuse") return absl::DataLossError("a word this view cannot take");
    rows.Put(event.record.stream.view(), word + "/" + std::to_string(version_));
    return absl::OkStatus();
  }

 private:
  const uint32_t version_;
};

// A view that nothing can be answered without; takes its events when it is told how that ends.
class Needed : public LastWord {
 public:
  explicit Needed(std::shared_future<absl::Status> answer) : answer_(std::move(answer)) {}
  std::string_view name() const override { return "needed"; }
  bool needed() const override { return true; }
  absl::Status Apply(const Event& event, Rows& rows) override {
    if (absl::Status status = answer_.get(); !status.ok()) return status;
    return LastWord::Apply(event, rows);
  }

 private:
  const std::shared_future<absl::Status> answer_;
};

// How many words each stream has: reads what it wrote before, and puts the writing off.
//   c <stream>  count        d <stream>  words not yet counted
class WordCount : public View {
 public:
  std::string_view name() const override { return "word_count"; }
  uint32_t version() const override { return 1; }
  absl::Status Load(const Rows& rows) override {
    auto marks = rows.Scan("d", "d", 1'000'000);
    if (!marks.ok()) return marks.status();
    for (const Row& mark : *marks) waiting_[mark.key.substr(1)] = std::stoi(mark.value);
    return absl::OkStatus();
  }
  absl::Status Apply(const Event& event, Rows& rows) override {
    const std::string stream(event.record.stream.view());
    rows.Put("d" + stream, std::to_string(++waiting_[stream]));
    return absl::OkStatus();
  }
  bool HasWork() const override { return !waiting_.empty(); }
  Position Settled(Position end) const override { return HasWork() ? 0 : end; }
  absl::Status Work(Position, size_t items, Rows& rows) override {
    for (; items > 0 && !waiting_.empty(); --items) {
      const auto [stream, words] = *waiting_.begin();
      auto before = rows.Get("c" + stream);
      if (!before.ok()) return before.status();
      const int count = (*before ? std::stoi(**before) : 0) + words;
      rows.Put("c" + stream, std::to_string(count));
      rows.Delete("d" + stream);
      waiting_.erase(stream);
    }
    return absl::OkStatus();
  }

 private:
  std::map<std::string, int> waiting_;
};

}  // namespace skyndsamt::engine
