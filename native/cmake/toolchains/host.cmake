# This machine's own compiler. On Windows that is clang-cl: the kernels are written for gcc's and clang's vectorisers.
# It is a toolchain file so that one set of presets serves every system.
if(CMAKE_HOST_WIN32 AND NOT DEFINED ENV{CC})
  set(CMAKE_C_COMPILER clang-cl)
  set(CMAKE_CXX_COMPILER clang-cl)
endif()
