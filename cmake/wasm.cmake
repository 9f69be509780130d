# The WebAssembly programs. AH_VARIANT says which instructions they may use; the glue is the same for both.

set(CMAKE_EXECUTABLE_SUFFIX .mjs)

# EMBIND_AOT runs the module in Node while linking, so the relaxed program needs a Node that knows relaxed SIMD,
# some only with a flag; without one the program is linked without it.
set(relaxed_probe "process.exit(WebAssembly.validate(Buffer.from('AGFzbQEAAAABBQFgAAF7AwIBAAo9ATsA/QwAAAAAAAAAAAAAAAAAAAAA/QwAAAAAAAAAAAAAAAAAAAAA/QwAAAAAAAAAAAAAAAAAAAAA/YUCCw==','base64'))?0:1)")
set(embind_aot -sEMBIND_AOT)
if(AH_VARIANT STREQUAL "relaxed")
  execute_process(COMMAND em-config NODE_JS OUTPUT_VARIABLE link_node OUTPUT_STRIP_TRAILING_WHITESPACE)
  string(REGEX MATCHALL "[^][', ]+" link_node "${link_node}")
  execute_process(COMMAND ${link_node} -e "${relaxed_probe}" RESULT_VARIABLE unable OUTPUT_QUIET ERROR_QUIET)
  if(unable)
    message(STATUS "The Node that Emscripten uses has no relaxed SIMD: linking without EMBIND_AOT")
    set(embind_aot)
  endif()
endif()

set(link_options
  -O3 -fno-exceptions -fno-rtti
  ${embind_aot}
  -sDYNAMIC_EXECUTION=0
  -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker -sFILESYSTEM=0
  -sINCOMING_MODULE_JS_API=instantiateWasm
  -sMALLOC=emmalloc -sABORTING_MALLOC=0 -sASSERTIONS=0
  -sSTACK_SIZE=131072 -sINITIAL_MEMORY=1048576 -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4294967296
  -sMEMORY_GROWTH_LINEAR_STEP=1048576 -sMEMORY_GROWTH_GEOMETRIC_STEP=0)

# All that a first attention result needs.
set(core_bindings src/bindings/number_types.cpp src/bindings/calls.cpp src/bindings/attention_bindings.cpp src/bindings/raster_bindings.cpp)
add_executable(core ${core_bindings})
target_link_libraries(core ah_attention ah_raster embind)
target_compile_options(core PRIVATE -Os)
target_link_options(core PRIVATE ${link_options} -sEXPORTED_RUNTIME_METHODS=HEAPF32,HEAPF64,HEAPU8,HEAP32,UTF8ToString)

# The same, models, what their heads do, and large maps.
add_executable(full ${core_bindings} src/bindings/string_type.cpp src/bindings/model_bindings.cpp src/bindings/gguf_bindings.cpp src/bindings/analysis_bindings.cpp src/bindings/circuits_bindings.cpp src/bindings/large_map_bindings.cpp)
target_link_libraries(full ah_analysis ah_raster embind)
target_compile_options(full PRIVATE -Os)
target_link_options(full PRIVATE ${link_options} -sEXPORTED_RUNTIME_METHODS=HEAPF32,HEAPF64,HEAPU8,HEAP32,UTF8ToString)
