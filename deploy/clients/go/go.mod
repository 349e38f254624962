// The messages of proto/ are generated into this module: go_package names its packages.
module skyndsamt.example

go 1.23
