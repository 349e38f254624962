// A CA, a server's certificate for localhost and a client's, made with openssl: ca.pem, server.pem,
// server.key, client.pem, client.key. Not thread-safe.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "eventstore/base/ids.h"
#include "gtest/gtest.h"

namespace skyndsamt::testing {

class TlsFiles {
 public:
  TlsFiles()
      : directory_(std::filesystem::temp_directory_path() /
                   ("skyndsamt-tls-" + FormatUuid(RandomUuid()))) {
    std::filesystem::create_directories(directory_);
    const std::string key = "openssl ecparam -genkey -name prime256v1 -noout -out ";
    Run(key + "ca.key");
    Run("openssl req -x509 -new -key ca.key -days 2 -subj /CN=test-ca -out ca.pem");
    Run("printf 'subjectAltName=DNS:localhost' > san");
    for (const std::string n : {"server", "client"}) {
      Run(key + n + ".key");
      Run("openssl req -new -key " + n + ".key -subj /CN=" + n + " -out " + n + ".csr");
      Run("openssl x509 -req -in " + n + ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 " +
          "-extfile san -out " + n + ".pem");
    }
  }
  ~TlsFiles() { std::filesystem::remove_all(directory_); }
  TlsFiles(const TlsFiles&) = delete;
  TlsFiles& operator=(const TlsFiles&) = delete;

  std::string File(const std::string& name) const { return (directory_ / name).string(); }

 private:
  void Run(const std::string& command) const {
    const std::string here = "cd " + directory_.string() + " && { " + command + "; }";
    EXPECT_EQ(std::system((here + " 2>/dev/null").c_str()), 0) << command;
  }

  const std::filesystem::path directory_;
};

}  // namespace skyndsamt::testing
