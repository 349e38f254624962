"""A report is taken in and its case's timeliness asked for: proto/ and gRPC are all it takes."""
import sys
import uuid

import grpc
from skyndsamt.api.v1 import case_service_pb2 as case, case_service_pb2_grpc as case_rpc
from skyndsamt.api.v1 import incident_service_pb2 as incident, incident_service_pb2_grpc as incident_rpc
from skyndsamt.api.v1 import operation_service_pb2 as operation, operation_service_pb2_grpc as operation_rpc
from skyndsamt.api.v1 import organisation_service_pb2 as org, organisation_service_pb2_grpc as org_rpc
from skyndsamt.event.v1 import incident_pb2 as people, organisation_pb2 as unit_of, policy_pb2, shared_pb2 as shared


def new_id():
    return str(uuid.uuid4())


channel = grpc.insecure_channel(sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1:7443")

# Every call carries an identity; a server started with --dev-tokens gives one to anyone.
token = operation_rpc.DevelopmentServiceStub(channel).IssueToken(operation.IssueTokenRequest(role="system")).token
call = {"metadata": [("authorization", "Bearer " + token)], "timeout": 10}

# Once, by whoever sets the system up: the authority (huvudman) and its unit.
organisation = org_rpc.OrganisationServiceStub(channel)
authority, unit, child = new_id(), new_id(), new_id()
organisation.DeclareAuthority(org.DeclareAuthorityRequest(
    request_id=new_id(), authority=unit_of.AuthorityDeclared(
        authority=authority, name="Exempelkommun", provider=shared.PROVIDER_TYPE_MUNICIPAL)), **call)
organisation.DeclareUnit(org.DeclareUnitRequest(
    request_id=new_id(), authority=authority, unit=unit_of.UnitDeclared(
        unit=unit, name="Förskolan", form=shared.UNIT_FORM_PRESCHOOL)), **call)

# From a member of staff's phone: one call, nothing gated. The same request id is the same report.
report = incident_rpc.IncidentServiceStub(channel).ReceiveReport(incident.ReceiveReportRequest(
    request_id=new_id(), unit=unit, children=[people.ExposedChild(person=child)],
    happened=shared.When(edtf="2026-03"), channel=shared.CHANNEL_ORAL, what_happened="Fick inte vara med.",
    reporter=shared.Person(party=shared.PARTY_GUARDIAN)), **call)
print("incident", report.incident, "takes next:", ", ".join(report.next_actions))

# Tidsläge, at the position just recorded: read your own write.
told = case_rpc.CaseServiceStub(channel).GetTimeliness(case.GetTimelinessRequest(
    incident=report.incident, child=child, at_least=report.position), **call)
for leg in told.legs:
    if leg.HasField("started"):
        print(policy_pb2.Leg.Name(leg.leg), "is counted from", leg.started.earliest or "an unknown day")
