/* A C caller, from create to destroy: one value of each kin, the statuses of common mistakes, a runner of its own. */
#include <fusedloss/fusedloss.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static int failures;
static void expect(int holds, const char* what) {
    if (holds) return;
    ++failures;
    printf("FAILED: %s\n", what);
}
static int near_to(double a, double b) { return fabs(a - b) <= 1e-6 * (1.0 + fabs(b)); }

static int64_t tasks_run;
static void backwards(void* state, fl_task task, void* task_state, int64_t count) {
    (void)state;
    for (int64_t i = count - 1; i >= 0; --i, ++tasks_run) task(task_state, i);
}

static fl_context* create(fl_runner runner) {
    fl_context_options options;
    fl_context* context = NULL;
    memset(&options, 0, sizeof options);
    options.struct_size = (int32_t)sizeof options;
    options.abi_version = FL_ABI_VERSION;
    options.runner = runner;
    expect(fl_context_create(&options, &context) == FL_OK && context != NULL, "a context is created");
    options.abi_version = FL_ABI_VERSION + 1;
    fl_context* refused = context;
    expect(fl_context_create(&options, &refused) == FL_ERROR_ABI_VERSION && !refused, "another ABI version is refused");
    return context;
}

static void check_mse(fl_context* context) {
    const float x[3] = { 1.0f, 2.0f, 4.0f }, t[3] = { 1.0f, 4.0f, 1.0f };
    float g[3] = { NAN, NAN, NAN };
    fl_pointwise_args a;
    memset(&a, 0, sizeof a);
    a.struct_size = (int32_t)sizeof a;
    a.dtype = FL_FLOAT32;
    a.count = 3;
    a.input = x;
    a.target = t;
    a.gradient = g;
    a.reduction = FL_MEAN;
    expect(fl_mse(context, &a) == FL_OK && near_to(a.loss, 13.0 / 3.0), "mse is 13/3");
    expect(g[0] == 0.0f && near_to(g[1], -4.0 / 3.0) && near_to(g[2], 2.0), "mse's gradient");
    a.target = NULL;
    expect(fl_mse(context, &a) == FL_ERROR_NULL_POINTER, "a missing target is a status");
    a.target = t;
    a.gradient = g + 1;
    a.losses = g;
    expect(fl_mse(context, &a) == FL_ERROR_OVERLAP, "overlapping outputs are a status");
    a.struct_size = 4;
    expect(fl_mse(context, &a) == FL_ERROR_STRUCT_SIZE, "an unknown struct size is a status");
}

/* Dense rows with labels, and a gradient. */
static fl_row_args rows_of(int64_t outer, int64_t classes, fl_dtype dtype, const void* input, const int32_t* labels,
                           void* gradient) {
    fl_row_args a;
    memset(&a, 0, sizeof a);
    a.struct_size = (int32_t)sizeof a;
    a.dtype = dtype;
    a.outer = outer;
    a.classes = classes;
    a.inner = 1;
    a.input = input;
    a.labels = labels;
    a.label_type = FL_INT32;
    a.gradient = gradient;
    return a;
}

static void check_cross_entropy(fl_context* context) {
    const double x[6] = { 1, 2, 3, 1, 2, 3 }, w[3] = { 1, 2, 5 };
    int32_t y[2] = { 1, 0 };
    double g[6] = { NAN, NAN, NAN, NAN, NAN, NAN };
    const fl_cross_entropy_params smooth = { 0.1, FL_IGNORE_INDEX, 0.0, 0.0 };
    fl_row_args a = rows_of(2, 3, FL_FLOAT64, x, y, g);
    a.class_weight = w;
    a.reduction = FL_MEAN;
    expect(fl_cross_entropy(context, &a, NULL) == FL_OK && near_to(a.loss, 1.740939297777), "weighted cross-entropy");
    expect(fl_cross_entropy(context, &a, &smooth) == FL_OK && near_to(a.loss, 1.728197539457),
           "smoothed cross-entropy");
    expect(near_to(g[0], 0.0509099504) && near_to(g[5], 0.2031492606), "smoothed cross-entropy's gradient");
    g[0] = 7.0;
    y[1] = 3;
    expect(fl_cross_entropy(context, &a, NULL) == FL_ERROR_LABEL_RANGE && a.bad_index == 1 && g[0] == 7.0,
           "a label out of range is a status with its position, and nothing is written");
}

/* Few rows of many classes are work for many threads, too. */
static void check_rows_are_shared(fl_context* serial, fl_context* lent, const float* x, float* g) {
    const int32_t y[10] = { 3, 1, 4, 1, 5, 9, 2, 6, 5, 3 };
    fl_row_args a = rows_of(10, 20000, FL_FLOAT32, x, y, g);
    a.reduction = FL_SUM;
    expect(fl_cross_entropy(serial, &a, NULL) == FL_OK, "cross_entropy runs serially");
    const double loss = a.loss;
    tasks_run = 0;
    expect(fl_cross_entropy(lent, &a, NULL) == FL_OK && a.loss == loss && tasks_run == 10, "each long row is a task");
    tasks_run = 0;
    expect(fl_multi_margin(lent, &a, NULL) == FL_OK && tasks_run == 10, "each long row of scores is a task");
}

static void check_runner(void) {
    static float x[200000], t[200000], g[200000];
    fl_context *serial = create(NULL), *lent = create(backwards);
    fl_pointwise_args a;
    for (int i = 0; i < 200000; ++i) x[i] = (float)(i % 977) * 0.01f - 4.0f, t[i] = (float)(i & 1);
    memset(&a, 0, sizeof a);
    a.struct_size = (int32_t)sizeof a;
    a.dtype = FL_FLOAT32;
    a.count = 200000;
    a.input = x;
    a.target = t;
    a.gradient = g;
    a.reduction = FL_SUM;
    expect(fl_bce_with_logits(serial, &a) == FL_OK, "bce_with_logits runs serially");
    const double loss = a.loss;
    expect(fl_bce_with_logits(lent, &a) == FL_OK && a.loss == loss && tasks_run > 1, "a runner gives the same bits");
    check_rows_are_shared(serial, lent, x, g);
    fl_context_destroy(serial);
    fl_context_destroy(lent);
}

int main(void) {
    fl_context* context = create(NULL);
    expect(fl_isa_available(fl_context_isa(context)) == 1, "the chosen instruction set is available");
    check_mse(context);
    check_cross_entropy(context);
    check_runner();
    fl_context_destroy(context);
    fl_context_destroy(NULL);
    printf("%s on %s: %d failures\n", fl_version(), fl_isa_name(FL_ISA_AUTO), failures);
    return failures != 0;
}
