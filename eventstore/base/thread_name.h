// What a thread is called in top, in a profile and in a core. Any thread.
#pragma once

#include <pthread.h>

namespace skyndsamt {

// At most 15 characters, which is all that Linux keeps.
template <size_t N>
void NameThisThread(const char (&name)[N]) {
  static_assert(N <= 16);
  pthread_setname_np(pthread_self(), name);
}

}  // namespace skyndsamt
