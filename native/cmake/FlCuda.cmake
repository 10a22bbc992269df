# fusedloss_cuda_native: the losses on NVIDIA GPUs, a library of its own that nothing else needs.
set(FL_CUDA AUTO CACHE STRING "AUTO: with a CUDA compiler where there is one; ON: needed; OFF")
set(FL_CUDA_ARCHITECTURES "75-real;80-real;86-real;89-real;90" CACHE STRING
  "Compute capabilities; the last one also as PTX, which newer GPUs compile for themselves")

set(FL_CUDA_FLAGS
  -fmad=false                     # only the FMAs that are written: the same bits as on the CPU
  -Xfatbin=-compress-all
  -Werror=all-warnings
  "-Xptxas=--warn-on-spills,--warn-on-local-memory-usage,--warning-as-error" # neither may happen unseen
  "-Xcompiler=-Wall,-Wextra,-Werror,-Wno-missing-field-initializers")

# The kernels are compiled once per precision, as on the CPU; what knows no precision, once.
set(FL_CUDA_KERNELS
  native/src/cuda/ctc.cu native/src/cuda/pairs.cu native/src/cuda/pointwise.cu native/src/cuda/regions.cu
  native/src/cuda/rows.cu native/src/cuda/vectors.cu)
set(FL_CUDA_SHARED native/src/cuda/balance.cu native/src/cuda/reduce.cu)
set(FL_CUDA_ENTRIES
  native/src/api/ctc_args.c native/src/api/cuda_args.c native/src/api/cuda_ctc.c native/src/api/cuda_pairs.c
  native/src/api/cuda_pointwise.c native/src/api/cuda_regions.c native/src/api/cuda_rows.c native/src/api/pair_args.c
  native/src/api/point_args.c native/src/api/region_args.c native/src/api/row_args.c native/src/api/row_requests.c
  native/src/api/status.c)

function(fl_cuda_settings target)
  target_include_directories(${target} PRIVATE native/include native/src)
  target_compile_definitions(${target} PRIVATE FL_BUILD FL_CUDA)
  target_compile_options(${target} PRIVATE "$<$<COMPILE_LANGUAGE:CUDA>:${FL_CUDA_FLAGS}>"
    "$<$<COMPILE_LANGUAGE:C>:${FL_WARNINGS}>")
  set_target_properties(${target} PROPERTIES CUDA_STANDARD 17 CUDA_STANDARD_REQUIRED ON
    CUDA_ARCHITECTURES "${FL_CUDA_ARCHITECTURES}" CUDA_RUNTIME_LIBRARY Static CUDA_VISIBILITY_PRESET hidden)
endfunction()

function(fl_add_cuda)
  add_library(fusedloss_cuda_native SHARED ${FL_CUDA_SHARED} native/src/cuda/device.cu ${FL_CUDA_ENTRIES})
  fl_cuda_settings(fusedloss_cuda_native)
  target_include_directories(fusedloss_cuda_native PUBLIC native/include)
  foreach(precision 32 64)
    add_library(fl_cuda_f${precision} OBJECT ${FL_CUDA_KERNELS})
    fl_cuda_settings(fl_cuda_f${precision})
    target_compile_definitions(fl_cuda_f${precision} PRIVATE FL_PRECISION=${precision})
    target_sources(fusedloss_cuda_native PRIVATE $<TARGET_OBJECTS:fl_cuda_f${precision}>)
  endforeach()
  set_target_properties(fusedloss_cuda_native PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/artifacts/native/${FL_RID}
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_SOURCE_DIR}/artifacts/native/${FL_RID}
    ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  install(TARGETS fusedloss_cuda_native)
endfunction()

if(FL_CUDA STREQUAL "AUTO" AND CMAKE_SYSTEM_NAME STREQUAL "Linux") # elsewhere nobody has tried it
  include(CheckLanguage)
  check_language(CUDA)
endif()
if(FL_CUDA STREQUAL "ON" OR (FL_CUDA STREQUAL "AUTO" AND CMAKE_CUDA_COMPILER))
  enable_language(CUDA) # not inside the function: what it sets has to be seen here
  fl_add_cuda()
endif()
