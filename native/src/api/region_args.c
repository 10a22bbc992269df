/* Hyper-parameters of the region losses and what they make of a shape. */
#include "api/region_args.h"

fl_tversky_params fl_tversky_of(const fl_tversky_params* hyper) {
    const fl_tversky_params defaults = { 0.5, 0.5, 1.0, FL_IGNORE_INDEX, 0, 0, 0, 0 };
    return hyper ? *hyper : defaults;
}

/* 1 - (2 TP + s) / (2 TP + FP + FN + s), halved above and below. */
fl_tversky_params fl_tversky_of_dice(const fl_dice_params* hyper) {
    const fl_dice_params defaults = { 1.0, FL_IGNORE_INDEX, 0, 0, 0, 0 }, *p = hyper ? hyper : &defaults;
    return (fl_tversky_params){ 0.5, 0.5, 0.5 * p->smooth, p->ignore_index, p->probabilities, p->all_classes,
                                p->per_sample, 0 };
}

fl_status fl_region_cut(const fl_row_args* a, const fl_tversky_params* p, fl_region_call* cut) {
    const int64_t rows = fl_checked_product(a->outer, a->inner);
    if (rows < 0 || a->classes < 1 || fl_checked_product(rows, a->classes) < 0) return FL_ERROR_COUNT;
    *cut = (fl_region_call){ .hyper = *p, .slabs = p->per_sample ? a->outer : 1,
                             .rows = p->per_sample ? a->inner : rows, .regions = p->all_classes ? 1 : a->classes };
    return fl_checked_product(cut->slabs, cut->regions) < 0 ? FL_ERROR_COUNT : FL_OK;
}

static int is_valid(const fl_tversky_params* p) {
    return fl_not_negative(p->alpha) && fl_not_negative(p->beta) && fl_not_negative(p->smooth)
        && fl_is_flag(p->probabilities) && fl_is_flag(p->all_classes) && fl_is_flag(p->per_sample);
}

fl_status fl_region_request_of(const fl_row_args* a, const fl_tversky_params* p, int takes_more, fl_region_request* r) {
    const int takes = FL_TAKES_LABELS | FL_TAKES_TARGET | FL_TARGET_IS_CONSTANT | takes_more;
    if (!a) return FL_ERROR_NULL_POINTER;
    if (a->struct_size != (int32_t)sizeof *a) return FL_ERROR_STRUCT_SIZE;
    if (!is_valid(p)) return FL_ERROR_PARAMETER;
    r->call = (fl_row_call){ .ignore_index = p->ignore_index };
    FL_TRY(fl_region_cut(a, p, &r->cut));
    return fl_row_check(a, takes, r->cut.slabs * r->cut.regions, &r->call);
}
