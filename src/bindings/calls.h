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

// The outcome's code; its sentence is kept for `lastMessage`.
int code_of(const Status& status);

}  // namespace attention_head
