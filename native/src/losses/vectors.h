/* What a loss of vectors is made of. An element function is given one element of each operand, whether it is the
 * label's, the factors of its row and what holds for the whole row or call; it returns summands or gradients. Heads
 * turn the sums of a row into its term and factors. */
#ifndef FL_VECTORS_H
#define FL_VECTORS_H
#include "losses/point.h"

typedef struct fl_trio { fl_real a, b, c; } fl_trio;
typedef fl_trio (*fl_element_fn)(fl_trio x, const fl_real* row, const void* params);

FL_FN fl_trio fl_same(fl_trio x, const fl_real* row, const void* params) {
    (void)row, (void)params;
    return x;
}

/* Sums of products of three values. */
typedef struct fl_products { double aa, bb, cc, ab, ac, bc; } fl_products;
#endif
