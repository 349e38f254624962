// A report is taken in and its case's timeliness asked for: proto/ and gRPC are all it takes.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	api "skyndsamt.example/skyndsamt/api/v1"
	event "skyndsamt.example/skyndsamt/event/v1"
)

// Says why a call was refused: the reason, and the field at fault.
func must[T any](answer T, err error) T {
	if err == nil {
		return answer
	}
	for _, detail := range status.Convert(err).Details() {
		switch d := detail.(type) {
		case *errdetails.ErrorInfo:
			log.Print("reason: ", d.Reason)
		case *errdetails.BadRequest:
			for _, violation := range d.FieldViolations {
				log.Print("field: ", violation.Field)
			}
		}
	}
	log.Fatal(err)
	return answer
}

func main() {
	server := "127.0.0.1:7443"
	if len(os.Args) > 1 {
		server = os.Args[1]
	}
	channel := must(grpc.NewClient(server, grpc.WithTransportCredentials(insecure.NewCredentials())))
	defer channel.Close()
	call, done := context.WithTimeout(context.Background(), 10*time.Second)
	defer done()

	// Every call carries an identity; a server started with --dev-tokens gives one to anyone.
	token := must(api.NewDevelopmentServiceClient(channel).IssueToken(call, &api.IssueTokenRequest{Role: "system"}))
	call = metadata.AppendToOutgoingContext(call, "authorization", "Bearer "+token.Token)

	// Once, by whoever sets the system up: the authority (huvudman) and its unit.
	organisation := api.NewOrganisationServiceClient(channel)
	authority, unit, child := uuid.NewString(), uuid.NewString(), uuid.NewString()
	must(organisation.DeclareAuthority(call, &api.DeclareAuthorityRequest{
		RequestId: uuid.NewString(),
		Authority: &event.AuthorityDeclared{
			Authority: authority, Name: "Exempelkommun", Provider: event.ProviderType_PROVIDER_TYPE_MUNICIPAL},
	}))
	must(organisation.DeclareUnit(call, &api.DeclareUnitRequest{
		RequestId: uuid.NewString(), Authority: authority,
		Unit: &event.UnitDeclared{Unit: unit, Name: "Förskolan", Form: event.UnitForm_UNIT_FORM_PRESCHOOL},
	}))

	// From a member of staff's phone: one call, nothing gated. The same request id is the same report.
	report := must(api.NewIncidentServiceClient(channel).ReceiveReport(call, &api.ReceiveReportRequest{
		RequestId: uuid.NewString(), Unit: unit,
		Children:     []*event.ExposedChild{{Person: child}},
		Happened:     &event.When{Form: &event.When_Edtf{Edtf: "2026-03"}},
		Channel:      event.Channel_CHANNEL_ORAL,
		WhatHappened: "Fick inte vara med.",
		Reporter:     &event.Person{Party: event.Party_PARTY_GUARDIAN},
	}))
	fmt.Println("incident", report.Incident, "takes next:", strings.Join(report.NextActions, ", "))

	// Tidsläge, at the position just recorded: read your own write.
	told := must(api.NewCaseServiceClient(channel).GetTimeliness(call, &api.GetTimelinessRequest{
		Incident: report.Incident, Child: child, AtLeast: report.Position,
	}))
	for _, leg := range told.Legs {
		if leg.Started != nil {
			from := leg.Started.Earliest
			if from == "" {
				from = "an unknown day"
			}
			fmt.Println(leg.Leg, "is counted from", from)
		}
	}
}
