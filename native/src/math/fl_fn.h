/* FL_FN: a function of a definition, inlined wherever it is compiled - for a CPU, by nvcc for both sides. */
#ifndef FL_FN_H
#define FL_FN_H

#if defined(__CUDACC__)
#  define FL_FN static __host__ __device__ __forceinline__
#else
#  define FL_FN static inline __attribute__((always_inline))
#endif
#endif
