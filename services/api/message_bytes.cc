#include "services/api/message_bytes.h"

#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "eventstore/base/ids.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/wire_format_lite.h"
#include "grpcpp/support/slice.h"

namespace skyndsamt::api {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedInputStream;

constexpr int kMaxDepth = 100;

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
bool IsUtf8(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  for (size_t i = 0; i < text.size();) {
    const uint8_t lead = byte(i++);
    if (lead < 0x80) continue;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || i + more > text.size()) return false;
    const uint8_t second = byte(i);
    if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
        (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
      return false;
    }
    for (int k = 0; k < more; ++k) {
      if ((byte(i++) & 0xC0) != 0x80) return false;
    }
  }
  return true;
}

std::string Step(std::string_view path, const FieldDescriptor& field, int index) {
  std::string out(path);
  if (!out.empty()) out.push_back('.');
  absl::StrAppend(&out, field.name());
  if (field.is_repeated()) absl::StrAppend(&out, "[", index, "]");
  return out;
}

std::optional<std::string> FindNotUtf8In(const Descriptor& type, std::string_view bytes,
                                         const std::string& path, int depth) {
  if (depth > kMaxDepth) return std::nullopt;
  CodedInputStream input(reinterpret_cast<const uint8_t*>(bytes.data()),
                         static_cast<int>(bytes.size()));
  absl::flat_hash_map<int, int> seen;
  while (const uint32_t tag = input.ReadTag()) {
    const FieldDescriptor* field = type.FindFieldByNumber(WireFormatLite::GetTagFieldNumber(tag));
    const bool inside = field != nullptr && (field->type() == FieldDescriptor::TYPE_STRING ||
                                             field->type() == FieldDescriptor::TYPE_MESSAGE);
    if (!inside ||
        WireFormatLite::GetTagWireType(tag) != WireFormatLite::WIRETYPE_LENGTH_DELIMITED) {
      if (!WireFormatLite::SkipField(&input, tag)) return std::nullopt;
      continue;
    }
    uint32_t length = 0;
    const int at = (input.ReadVarint32(&length), input.CurrentPosition());
    if (length > bytes.size() - at || !input.Skip(static_cast<int>(length))) return std::nullopt;
    const std::string_view content = bytes.substr(at, length);
    const std::string here = Step(path, *field, seen[field->number()]++);
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      if (!IsUtf8(content)) return here;
    } else if (auto found = FindNotUtf8In(*field->message_type(), content, here, depth + 1)) {
      return found;
    }
  }
  return std::nullopt;
}

// The id in lower case; nothing where the text is no id, or is in lower case already.
std::optional<std::string> LowerCaseOf(const std::string& text) {
  if (absl::c_none_of(text, absl::ascii_isupper)) return std::nullopt;
  const auto id = ParseUuid(text);
  if (!id.ok()) return std::nullopt;
  return FormatUuid(*id);
}

void LowerTexts(Message& message, const FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  std::string scratch;
  if (!field.is_repeated()) {
    auto id = LowerCaseOf(reflection.GetStringReference(message, &field, &scratch));
    if (id) reflection.SetString(&message, &field, *std::move(id));
    return;
  }
  for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
    auto id = LowerCaseOf(reflection.GetRepeatedStringReference(message, &field, i, &scratch));
    if (id) reflection.SetRepeatedString(&message, &field, i, *std::move(id));
  }
}

// Goes into messages of the question's own package.
void LowerIds(Message& message) {
  const auto& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->name() == "version") continue;  // its publisher's own word, whatever it looks like
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      LowerTexts(message, *field);
    } else if (field->message_type() != nullptr && !field->is_repeated() &&
               field->message_type()->file()->package() == field->file()->package()) {
      LowerIds(*reflection.MutableMessage(&message, field));
    }
  }
}

}  // namespace

std::optional<domain::Rejection> ParseBytes(const grpc::ByteBuffer& bytes, size_t max_bytes,
                                            Message& message) {
  if (bytes.Length() > max_bytes) return domain::Rejection{v1::REASON_MESSAGE_TOO_LARGE, ""};
  grpc::Slice slice;
  if (bytes.Length() > 0 && !bytes.TrySingleSlice(&slice).ok() &&
      !bytes.DumpToSingleSlice(&slice).ok()) {
    return domain::Rejection{v1::REASON_MESSAGE_MALFORMED, ""};
  }
  if (message.ParseFromArray(slice.begin(), static_cast<int>(slice.size()))) return std::nullopt;
  const std::string_view raw(reinterpret_cast<const char*>(slice.begin()), slice.size());
  if (auto path = FindNotUtf8(*message.GetDescriptor(), raw)) {
    return domain::Rejection{v1::REASON_TEXT_NOT_UTF8, *std::move(path)};
  }
  return domain::Rejection{v1::REASON_MESSAGE_MALFORMED, ""};
}

std::optional<domain::Rejection> ParseQuestion(const grpc::ByteBuffer& bytes, size_t max_bytes,
                                               Message& message) {
  auto refusal = ParseBytes(bytes, max_bytes, message);
  if (!refusal) LowerIds(message);
  return refusal;
}

grpc::ByteBuffer ToBytes(const Message& message) {
  grpc::Slice slice(message.ByteSizeLong());
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

std::optional<std::string> FindNotUtf8(const Descriptor& type, std::string_view bytes) {
  return FindNotUtf8In(type, bytes, "", 0);
}

}  // namespace skyndsamt::api
