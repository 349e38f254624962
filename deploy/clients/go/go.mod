// The messages of proto/ are generated into this module: go_package names its packages. These
// versions are the newest that Debian 12's Go 1.19 takes; a later Go takes them too.
module skyndsamt.example

go 1.19

require (
	github.com/google/uuid v1.6.0
	google.golang.org/genproto/googleapis/rpc v0.0.0-20240318140521-94a12d6c2237
	google.golang.org/grpc v1.64.1
	google.golang.org/protobuf v1.33.0
)
