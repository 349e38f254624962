// A report is taken in and its case's timeliness asked for: proto/ and gRPC are all it takes.
import { randomUUID } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";

const proto = process.env.PROTO ?? new URL("../../../proto", import.meta.url).pathname;
const services = ["case", "incident", "operation", "organisation"].map((one) => `skyndsamt/api/v1/${one}_service.proto`);
const definition = loadSync(services, { includeDirs: [proto], longs: String, enums: String, defaults: true, oneofs: true, keepCase: true });
const api = (grpc.loadPackageDefinition(definition) as any).skyndsamt.api.v1;

const server = process.argv[2] ?? "127.0.0.1:7443";
const metadata = new grpc.Metadata();

// One call of a service, as a promise.
function call(service: string, method: string, request: object): Promise<any> {
  const client = new api[service](server, grpc.credentials.createInsecure());
  const deadline = Date.now() + 10_000;
  return new Promise((resolve, reject) =>
    client[method](request, metadata, { deadline }, (error: grpc.ServiceError | null, answer: any) => {
      client.close();
      error ? reject(error) : resolve(answer);
    }));
}

// Every call carries an identity; a server started with --dev-tokens gives one to anyone.
const { token } = await call("DevelopmentService", "IssueToken", { role: "system" });
metadata.set("authorization", `Bearer ${token}`);

// Once, by whoever sets the system up: the authority (huvudman) and its unit.
const [authority, unit, child] = [randomUUID(), randomUUID(), randomUUID()];
await call("OrganisationService", "DeclareAuthority", {
  request_id: randomUUID(), authority: { authority, name: "Exempelkommun", provider: "PROVIDER_TYPE_MUNICIPAL" },
});
await call("OrganisationService", "DeclareUnit", {
  request_id: randomUUID(), authority, unit: { unit, name: "Förskolan", form: "UNIT_FORM_PRESCHOOL" },
});

// From a member of staff's phone: one call, nothing gated. The same request id is the same report.
const report = await call("IncidentService", "ReceiveReport", {
  request_id: randomUUID(), unit, children: [{ person: child }], happened: { edtf: "2026-03" },
  channel: "CHANNEL_ORAL", what_happened: "Fick inte vara med.", reporter: { party: "PARTY_GUARDIAN" },
});
console.log("incident", report.incident, "takes next:", report.next_actions.join(", "));

// Tidsläge, at the position just recorded: read your own write.
const told = await call("CaseService", "GetTimeliness", { incident: report.incident, child, at_least: report.position });
for (const leg of told.legs) {
  if (leg.started) console.log(leg.leg, "is counted from", leg.started.earliest || "an unknown day");
}
