#include "services/commands/envelope.h"

#include "eventstore/base/sha256.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"

namespace skyndsamt::commands {

Bytes32 FingerprintOf(const vault::Key& key, std::string_view method,
                      const google::protobuf::Message& request) {
  std::string bytes(method);
  bytes.push_back('\0');
  {
    google::protobuf::io::StringOutputStream stream(&bytes);  // appends
    google::protobuf::io::CodedOutputStream output(&stream);
    output.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&output);
  }
  return HmacSha256(View(key), bytes);
}

log::PreparedEvent Wrap(const Envelope& envelope, const EventId& id, std::string type,
                        uint32_t index, SealedEvent sealed,
                        const google::protobuf::Message& event) {
  log::v1::Body body;
  body.mutable_actor()->set_id(envelope.caller.subject);
  body.mutable_actor()->set_role(envelope.caller.role);
  body.mutable_actor()->set_unit(envelope.caller.unit);
  if (envelope.request) {
    body.set_request_hash(envelope.request->bytes.data(), envelope.request->bytes.size());
    body.set_fingerprint(envelope.fingerprint.data(), envelope.fingerprint.size());
  }
  body.set_index(index);
  body.set_count(envelope.count);
  for (auto& field : sealed.fields) *body.add_sealed() = std::move(field);
  event.SerializeToString(body.mutable_event());

  log::PreparedEvent prepared;
  prepared.id = id;
  prepared.type = std::move(type);
  prepared.parts = std::move(sealed.parts);
  body.SerializeToString(&prepared.body);
  prepared.Prepare();
  return prepared;
}

}  // namespace skyndsamt::commands
