#pragma once

#include <emscripten/bind.h>

#include <new>

#include "kernels/call.h"

namespace attention_head {

// JavaScript holds calls by their addresses: Embind's own classes would add a third to the glue.
template <typename Kind>
uintptr_t new_call() {
  return reinterpret_cast<uintptr_t>(static_cast<Call*>(new (std::nothrow) Kind()));
}

template <typename Kind>
Kind& call_at(uintptr_t address) {
  return static_cast<Kind&>(*reinterpret_cast<Call*>(address));
}

// The numbers of what is asked for next: JavaScript writes them here before the call that reads them. As
// objects of Embind's, field by field, they would take half of a small call's time.
template <typename Request>
Request& request() {
  static Request numbers = {};
  return numbers;
}

template <typename Request>
uintptr_t request_address() {
  return reinterpret_cast<uintptr_t>(&request<Request>());
}

// The outcome's code; its sentence is kept for `lastMessage`.
int code_of(const Status& status);

}  // namespace attention_head
