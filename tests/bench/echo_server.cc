#include "tests/bench/echo_server.h"

#include <fcntl.h>
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "echo.grpc.pb.h"

namespace skyndsamt::bench {
namespace {

// Group commit in its plainest form: one thread writes what waits, syncs once, answers all.
class GroupSync {
 public:
  explicit GroupSync(const std::string& file)
      : fd_(open(file.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_APPEND | O_CLOEXEC, 0600)),
        thread_([this] { Run(); }) {
    if (fd_ < 0) std::abort();
  }
  ~GroupSync() {
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
    }
    waiting_.notify_one();
    thread_.join();
    close(fd_);
  }

  void Write(const std::string& bytes, grpc::ServerUnaryReactor* reactor) {
    std::lock_guard lock(mutex_);
    bytes_ += bytes;
    reactors_.push_back(reactor);
    if (reactors_.size() == 1) waiting_.notify_one();
  }

 private:
  void Run() {
    std::string bytes;
    std::vector<grpc::ServerUnaryReactor*> reactors;
    for (;;) {
      {
        std::unique_lock lock(mutex_);
        waiting_.wait(lock, [&] { return closing_ || !reactors_.empty(); });
        if (reactors_.empty()) return;
        bytes.swap(bytes_);
        reactors.swap(reactors_);
      }
      const bool ok =
          write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) &&
          fdatasync(fd_) == 0;
      for (auto* reactor : reactors) {
        reactor->Finish(ok ? grpc::Status::OK
                           : grpc::Status(grpc::StatusCode::UNAVAILABLE, "sync"));
      }
      bytes.clear();
      reactors.clear();
    }
  }

  const int fd_;
  std::mutex mutex_;
  std::condition_variable waiting_;
  std::string bytes_;
  std::vector<grpc::ServerUnaryReactor*> reactors_;
  bool closing_ = false;
  std::thread thread_;
};

class EchoImpl : public v1::EchoService::CallbackService {
 public:
  explicit EchoImpl(GroupSync* sync) : sync_(sync) {}

  grpc::ServerUnaryReactor* Echo(grpc::CallbackServerContext* context,
                                 const v1::EchoMessage* request,
                                 v1::EchoMessage* response) override {
    auto* reactor = context->DefaultReactor();
    response->set_payload(request->payload());
    if (sync_ == nullptr) {
      reactor->Finish(grpc::Status::OK);
    } else {
      sync_->Write(request->payload(), reactor);
    }
    return reactor;
  }

 private:
  GroupSync* const sync_;
};

}  // namespace

int ServeEcho(const std::string& file) {
  std::unique_ptr<GroupSync> sync;
  if (!file.empty()) sync = std::make_unique<GroupSync>(file);
  EchoImpl service(sync.get());
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  if (server == nullptr) return 1;
  std::cout << port << std::endl;
  while (std::cin.get() != std::char_traits<char>::eof()) {
  }
  server->Shutdown();
  return 0;
}

}  // namespace skyndsamt::bench
