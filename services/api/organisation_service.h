// OrganisationService: authorities and units. Rare commands, carried out on a worker; each answers
// once the views hold it, so that what was declared can be used and seen at once.
#pragma once

#include "services/api/backend.h"
#include "skyndsamt/api/v1/organisation_service.grpc.pb.h"

namespace skyndsamt::api {

using RawOrganisationService = v1::OrganisationService::WithRawCallbackMethod_DeclareAuthority<
    v1::OrganisationService::WithRawCallbackMethod_DeclareUnit<
        v1::OrganisationService::WithRawCallbackMethod_GetAuthority<
            v1::OrganisationService::WithRawCallbackMethod_ListUnits<
                v1::OrganisationService::Service>>>>;
// Thread-safe.
class OrganisationService final : public RawOrganisationService {
 public:
  explicit OrganisationService(const Backend& backend) : backend_(backend) {}

  grpc::ServerUnaryReactor* DeclareAuthority(grpc::CallbackServerContext* context,
                                             const grpc::ByteBuffer* in,
                                             grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* DeclareUnit(grpc::CallbackServerContext* context,
                                        const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* GetAuthority(grpc::CallbackServerContext* context,
                                         const grpc::ByteBuffer* in,
                                         grpc::ByteBuffer* out) override;
  grpc::ServerUnaryReactor* ListUnits(grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* in, grpc::ByteBuffer* out) override;

 private:
  const Backend backend_;
};

}  // namespace skyndsamt::api
