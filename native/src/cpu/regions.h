/* Region losses: what their kernels need besides the rows. Two passes over the rows - sums, gradient - with the terms
 * between them. A slab is all rows of its regions: one sample, or the whole batch; it is cut into chunks, whose sums
 * lie apart. */
#ifndef FL_CPU_REGIONS_H
#define FL_CPU_REGIONS_H
#include "cpu/total.h"
#include "fusedloss/fusedloss.h"

enum { FL_REGION_SUMS = 3 }; /* per region and chunk; plain doubles would lose digits of a million tiles */

/* How the input becomes probabilities. */
enum { FL_BY_SOFTMAX, FL_BY_SIGMOID, FL_BY_NOTHING, FL_BY_COUNT };

typedef struct fl_region_call {
    fl_tversky_params hyper;
    int64_t slabs, rows;    /* rows of a slab */
    int64_t regions;        /* of a slab: its classes, or 1 */
    int64_t chunks, length; /* chunks of a slab, rows of a chunk */
    fl_total* sums;         /* [slabs, chunks, regions, FL_REGION_SUMS]; between the passes slopes replace chunk 0's */
} fl_region_call;

static inline fl_total* fl_region_sums(const fl_region_call* r, int64_t slab, int64_t chunk) {
    return r->sums + (slab * r->chunks + chunk) * r->regions * FL_REGION_SUMS;
}
#endif
