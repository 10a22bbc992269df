# Every compiler flag of the project, with its reason.
set(FL_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Werror)
if(WIN32)
  list(APPEND FL_WARNINGS -Wno-unknown-pragmas -Wno-language-extension-token)
endif()

set(FL_KERNEL_FLAGS
  $<$<CONFIG:Release>:-O3> # vectorisation
  -ffp-contract=off        # only the FMAs that are written: the same bits from every compiler
  -fno-math-errno          # nobody reads errno
  -fno-trapping-math)      # without it a select after a comparison stays a branch and the loop scalar
set(FL_AVX2 -mavx2 -mfma -mf16c -mbmi -mbmi2)
# By feature: with -march=x86-64-v4 clang prefers 256 bits, half the throughput.
set(FL_AVX512 -mavx512f -mavx512vl -mavx512bw -mavx512dq -mprefer-vector-width=512)

# fl_add_kernels(<target> <instruction set> <flags...>): cpu/kernels.c once more, an object per precision.
function(fl_add_kernels target isa)
  foreach(precision 32 64)
    set(name fl_kernels_${isa}_f${precision})
    add_library(${name} OBJECT native/src/cpu/kernels.c)
    target_include_directories(${name} PRIVATE native/include native/src)
    target_compile_definitions(${name} PRIVATE FL_BUILD FL_TABLE=${name} FL_PRECISION=${precision})
    target_compile_options(${name} PRIVATE ${FL_WARNINGS} ${FL_KERNEL_FLAGS} ${ARGN})
    # Link-time optimisation could inline AVX code into functions that every CPU runs.
    set_target_properties(${name} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
    target_sources(${target} PRIVATE $<TARGET_OBJECTS:${name}>)
    if(BUILD_TESTING AND CMAKE_NM AND CMAKE_OBJDUMP AND CMAKE_BUILD_TYPE STREQUAL "Release")
      add_test(NAME check_${name} COMMAND ${CMAKE_COMMAND} -D OBJECT=$<TARGET_OBJECTS:${name}> -D ISA=${isa}
        -D PRECISION=${precision} -D NM=${CMAKE_NM} -D OBJDUMP=${CMAKE_OBJDUMP}
        -P ${CMAKE_SOURCE_DIR}/native/cmake/CheckKernels.cmake)
    endif()
  endforeach()
endfunction()
