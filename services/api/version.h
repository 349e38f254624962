// The version of the running program, as it answers GetServerStatus and `skyndsamt --version`.
#pragma once

namespace skyndsamt::api {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace skyndsamt::api
