/* The only place that knows which instruction sets exist and which of them CPU and operating system run. */
#include "cpu/isa.h"
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__) || defined(_M_X64)
#  include <cpuid.h>
extern const fl_kernels fl_kernels_baseline_f32, fl_kernels_baseline_f64, fl_kernels_avx2_f32, fl_kernels_avx2_f64,
    fl_kernels_avx512_f32, fl_kernels_avx512_f64;

/* Registers that the operating system saves on a context switch: without this, an AVX instruction faults. */
static uint64_t os_saved_registers(void) {
    uint32_t low, high;
    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static int has_bits(uint32_t value, uint32_t bits) { return (value & bits) == bits; }

static int cpu_runs(fl_isa isa) {
    const uint32_t fma_osxsave_avx_f16c = 1u << 12 | 1u << 27 | 1u << 28 | 1u << 29;
    const uint32_t bmi1_avx2_bmi2 = 1u << 3 | 1u << 5 | 1u << 8;
    const uint32_t avx512_f_dq_bw_vl = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31;
    uint32_t a, b, c, d, a7, b7, c7, d7;
    if (isa == FL_ISA_BASELINE) return 1;
    if (isa != FL_ISA_AVX2 && isa != FL_ISA_AVX512) return 0;
    if (!__get_cpuid(1, &a, &b, &c, &d) || !has_bits(c, fma_osxsave_avx_f16c)) return 0;
    if (!__get_cpuid_count(7, 0, &a7, &b7, &c7, &d7) || !has_bits(b7, bmi1_avx2_bmi2)) return 0;
    const uint64_t saved = os_saved_registers();
    if ((saved & 0x6) != 0x6) return 0; /* xmm, ymm */
    if (isa == FL_ISA_AVX2) return 1;
    return has_bits(b7, avx512_f_dq_bw_vl) && (saved & 0xE6) == 0xE6; /* and mask registers, both halves of zmm */
}

static fl_tables tables_of(fl_isa isa) {
    switch (isa) {
    case FL_ISA_BASELINE: return (fl_tables){ &fl_kernels_baseline_f32, &fl_kernels_baseline_f64 };
    case FL_ISA_AVX2:     return (fl_tables){ &fl_kernels_avx2_f32, &fl_kernels_avx2_f64 };
    case FL_ISA_AVX512:   return (fl_tables){ &fl_kernels_avx512_f32, &fl_kernels_avx512_f64 };
    default:              return (fl_tables){ NULL, NULL };
    }
}
#elif defined(__aarch64__) || defined(_M_ARM64)
extern const fl_kernels fl_kernels_neon_f32, fl_kernels_neon_f64;
static int cpu_runs(fl_isa isa) { return isa == FL_ISA_NEON; }
static fl_tables tables_of(fl_isa isa) {
    return isa == FL_ISA_NEON ? (fl_tables){ &fl_kernels_neon_f32, &fl_kernels_neon_f64 } : (fl_tables){ NULL, NULL };
}
#else
extern const fl_kernels fl_kernels_baseline_f32, fl_kernels_baseline_f64;
static int cpu_runs(fl_isa isa) { return isa == FL_ISA_BASELINE; }
static fl_tables tables_of(fl_isa isa) {
    return isa == FL_ISA_BASELINE ? (fl_tables){ &fl_kernels_baseline_f32, &fl_kernels_baseline_f64 }
                                  : (fl_tables){ NULL, NULL };
}
#endif

static const char* const names[] = { "auto", "baseline", "avx2", "avx512", "neon" };
enum { NAMES = sizeof names / sizeof names[0] };

fl_tables fl_isa_select(fl_isa wanted, fl_isa* chosen) {
    static const fl_isa best_first[] = { FL_ISA_AVX512, FL_ISA_AVX2, FL_ISA_NEON, FL_ISA_BASELINE };
    for (size_t i = 0; i < sizeof best_first / sizeof best_first[0]; ++i)
        if ((wanted == FL_ISA_AUTO || wanted == best_first[i]) && cpu_runs(best_first[i])) {
            *chosen = best_first[i];
            return tables_of(best_first[i]);
        }
    *chosen = FL_ISA_AUTO;
    return (fl_tables){ NULL, NULL };
}

int32_t fl_isa_from_environment(void) {
    const char* name = getenv("FUSEDLOSS_ISA");
    if (!name || !*name) return FL_ISA_AUTO;
    for (int32_t i = 0; i < NAMES; ++i)
        if (strcmp(name, names[i]) == 0) return i;
    return -1;
}

const char* fl_isa_name(fl_isa isa) { return (int32_t)isa >= 0 && (int32_t)isa < NAMES ? names[isa] : NULL; }
int32_t fl_isa_available(fl_isa isa) { return cpu_runs(isa); }
