// What a projection is to the engine: a name, a version, and rows that follow from the log.
//
// The engine knows no domain. It decodes each event once and hands it to every view; what a view
// puts is written together with the position. Rows must follow from the events alone: the same
// events in other batches, or after a restart anywhere, give the same rows, byte for byte.
//
// Dear work is put off: a view marks (in a row) what has to be worked out again, and Work does it
// when the log is quiet or somebody waits. A view is settled at a position once nothing below it is
// left to do.
//
// One thread at a time calls a view.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "eventstore/log/record.h"
#include "google/protobuf/message.h"
#include "projections/engine/rows.h"
#include "skyndsamt/log/v1/log.pb.h"

namespace skyndsamt::engine {

// A record with its body and its event message, decoded once for all views. Valid during Apply.
struct Event {
  const log::Record& record;
  const ::skyndsamt::log::v1::Body& body;
  const google::protobuf::Message& message;
};

class View {
 public:
  virtual ~View() = default;

  virtual std::string_view name() const = 0;
  // Raised whenever the same events would give other rows: the engine then builds the new version
  // beside the one that serves. A release that is taken back has the lower one built again.
  virtual uint32_t version() const = 0;
  // Whether nothing can be answered without it: no position is reached before it serves.
  virtual bool needed() const { return false; }

  // Once, before anything else: reads back what the view keeps in memory.
  virtual absl::Status Load(const Rows&) { return absl::OkStatus(); }
  // Takes one event. An error stops the runner at this event's position.
  virtual absl::Status Apply(const Event& event, Rows& rows) = 0;
  // All events of a write have been applied; the next position is `end`.
  virtual absl::Status Flush(Position /*end*/, Rows&) { return absl::OkStatus(); }

  // Whether work was put off; then Work does some of it, about `items` units, as of `end`.
  virtual bool HasWork() const { return false; }
  // Up to where nothing is left to do, now that `end` is the next position; may be too low.
  virtual Position Settled(Position end) const { return end; }
  virtual absl::Status Work(Position /*end*/, size_t /*items*/, Rows&) { return absl::OkStatus(); }
};

}  // namespace skyndsamt::engine
