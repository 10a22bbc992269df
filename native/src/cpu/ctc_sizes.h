/* Sizes of what a CTC sample keeps, for elements of 4 or 8 bytes: what the API asks for, the loop cuts up. */
#ifndef FL_CTC_SIZES_H
#define FL_CTC_SIZES_H
#include <stdint.h>

/* Elements of one array of a column: B has one state more than there are labels; whole vectors of 64 bytes. */
static inline int64_t fl_ctc_width(int64_t labels, int64_t size) {
    const int64_t lanes = 64 / size;
    return (labels + lanes) / lanes * lanes;
}
/* A column has six arrays, each with a vector more on either side. */
static inline int64_t fl_ctc_column_bytes(int64_t labels, int64_t size) {
    return 6 * (fl_ctc_width(labels, size) * size + 2 * 64);
}
static inline int64_t fl_ctc_frames(int64_t times, int64_t size) {
    const int64_t lanes = 64 / size;
    return (times + lanes - 1) / lanes * lanes;
}
/* classes; open (a vector longer), shares, blanks; top, inverse; two columns to work with. */
static inline int64_t fl_ctc_slot_bytes(int64_t times, int64_t labels, int64_t size) {
    const int64_t width = fl_ctc_width(labels, size);
    return width * 8 + 3 * width * size + 64 + 2 * fl_ctc_frames(times, size) * size
         + 2 * fl_ctc_column_bytes(labels, size);
}
#endif
