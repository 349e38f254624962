// What is between the network and the services: TLS or the want of it, and the limits that keep one
// connection from taking the whole server. Pure, but for reading the TLS files.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "services/server/config.h"

namespace skyndsamt::server {

// TLS from the PEM files, with client certificates where a client CA is given; without any, what
// CheckConfig lets through on a loopback address only. INVALID_ARGUMENT if a file cannot be read.
absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> CredentialsOf(const Config& config);

// Sizes, streams, ages, keepalive, memory; health and, if configured, reflection.
void Harden(grpc::ServerBuilder& builder, const Config& config);

}  // namespace skyndsamt::server
