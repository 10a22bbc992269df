/* Labels of rows, on the device: nobody has looked at them before. */
#ifndef FL_CUDA_LABELS_H
#define FL_CUDA_LABELS_H
#include "cuda/device.h"
#include "cuda/kernels.h"

namespace fl {

/* c: the class, or -1 for rows that count for nothing; bad: because the label is out of range. */
struct row_label { int64_t c; bool bad; };

FL_DEVICE int64_t integer_at(const void* data, int32_t type, int64_t i) {
    return type == FL_INT32 ? static_cast<int64_t>(static_cast<const int32_t*>(data)[i])
                            : static_cast<const int64_t*>(data)[i];
}

/* The label of row r, one of `classes`. */
FL_DEVICE row_label label_among(const fl_row_call& call, int64_t r, int64_t classes) {
    const int64_t y = integer_at(call.labels, call.label_type, r);
    if (call.ignores && y == call.ignore_index) return { -1, false };
    return y >= 0 && y < classes ? row_label{ y, false } : row_label{ -1, true };
}

FL_DEVICE row_label label_of(const fl_row_call& call, int64_t r) {
    if (!call.labels) return { (r + call.shift) % call.classes, false };
    return label_among(call, r, call.classes);
}

}
#endif
