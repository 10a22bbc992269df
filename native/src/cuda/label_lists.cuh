/* multilabel_margin: rows whose labels are a list, up to the first -1. Every positive is held against every class that
 * is none. A team keeps in shared memory, one number per class: which classes are positives, the positives' scores in
 * the order of the list (the gradient may be written over them), and how many classes pull at each. */
#ifndef FL_CUDA_LABEL_LISTS_H
#define FL_CUDA_LABEL_LISTS_H
#include "cuda/vector_rows.cuh"

namespace fl {

struct label_list_loss {
    typedef fl_no_params params;
    static constexpr bool has_target = false;
    fl_real *positive, *score, *pulls;
    fl_real share;
    int count;
    int64_t wrong; /* the list's first entry that is neither a class nor -1, or -1 */

    /* Bytes of shared memory for each row, behind what every kernel has. */
    static size_t room(int64_t classes) { return 3 * static_cast<size_t>(classes) * sizeof(fl_real); }

    template <class Row> __device__ void read_list(Row& row, const fl_row_call& call, int64_t r) {
        const int classes = row.classes, lane = team<Row::team_size>::index();
        int end = classes, bad = classes;
        for (int i = lane; i < classes; i += Row::team_size) {
            const int64_t y = integer_at(call.labels, call.label_type, r * call.classes + i);
            if (y < 0 && i < end) end = i;
            if ((y < -1 || y >= call.classes) && i < bad) bad = i;
            positive[i] = pulls[i] = FL_R(0.0);
        }
        count = row.together.template reduce<min_op>(end, classes);
        bad = row.together.template reduce<min_op>(bad, classes);
        wrong = bad < classes ? r * call.classes + bad : -1;
        if (wrong >= 0) count = 0;
        row.together.sync();
        if (lane == 0)
            for (int i = 0; i < count; ++i) {
                const int y = static_cast<int>(integer_at(call.labels, call.label_type, r * call.classes + i));
                positive[y] = FL_R(1.0), score[i] = row.at(y);
            }
        row.together.sync();
    }

    template <class Row>
    __device__ double prepare(Row& row, const fl_row_call& call, const params&, int64_t r, double scale) {
        const double classes = static_cast<double>(call.classes);
        part sum = { 0.0, 0.0 };
        char* room_of_all = reinterpret_cast<char*>(shared<team_memory[2]>()) + 2 * sizeof(team_memory);
        positive = reinterpret_cast<fl_real*>(room_of_all)
                 + static_cast<int>(threadIdx.x) / Row::team_size * 3 * call.classes;
        score = positive + call.classes, pulls = score + call.classes;
        share = static_cast<fl_real>(scale / classes);
        read_list(row, call, r);
        for (int i = 0; i < count; ++i) {
            fl_real pulling = FL_R(0.0);
            row.each([&](int first, fl_real (&x)[Row::n]) FL_INLINED {
                fl_real above[Row::n];
#pragma unroll
                for (int k = 0; k < Row::n; ++k) {
                    const bool other = row.inside(first + k) && positive[first + k] == FL_R(0.0);
                    const fl_hinged h = fl_multilabel_margin_at(x[k], score[i], other ? FL_R(1.0) : FL_R(0.0));
                    above[k] = h.above, pulling += h.z;
                }
                sum.add(static_cast<double>(sum_of(above)));
            });
            pulling = row.together.sum(pulling); /* whole numbers: exact in any order */
            if (team<Row::team_size>::index() == 0)
                pulls[integer_at(call.labels, call.label_type, r * call.classes + i)] += pulling;
        }
        const double loss = sum_parts(row.together, sum) / classes;
        return wrong >= 0 ? static_cast<double>(FL_NAN) : loss;
    }

    __device__ fl_two slopes(const fl_row_call&, int c, fl_real x, fl_real) const {
        fl_real pulled = FL_R(0.0);
        if (positive[c] != FL_R(0.0)) return { -(share * pulls[c]), FL_R(0.0) };
        for (int i = 0; i < count; ++i) pulled += fl_multilabel_margin_at(x, score[i], FL_R(1.0)).z;
        return { pulled * share, FL_R(0.0) };
    }

    __device__ int64_t mistake(const fl_row_call&, int64_t) const { return wrong; }
};

}
#endif
