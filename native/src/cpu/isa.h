/* Which kernel table a context uses. */
#ifndef FL_ISA_H
#define FL_ISA_H
#include "cpu/kernels.h"

/* Tables of one instruction set, one per precision. */
typedef struct fl_tables { const fl_kernels *f32, *f64; } fl_tables;

/* The wanted instruction set, or the best one for FL_ISA_AUTO. Empty tables when it is not available; *chosen says
 * which. */
fl_tables fl_isa_select(fl_isa wanted, fl_isa* chosen);

/* FL_ISA_AUTO, or what the environment variable names; -1 for an unknown name. */
int32_t fl_isa_from_environment(void);
#endif
