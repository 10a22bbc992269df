#include "api/context.h"
#include <stdlib.h>

fl_status fl_context_create(const fl_context_options* options, fl_context** context) {
    if (!context) return FL_ERROR_NULL_POINTER;
    *context = NULL;
    if (!options) return FL_ERROR_NULL_POINTER;
    if (options->struct_size != (int32_t)sizeof *options) return FL_ERROR_STRUCT_SIZE;
    if (options->abi_version != FL_ABI_VERSION) return FL_ERROR_ABI_VERSION;
    const int32_t wanted = options->isa == FL_ISA_AUTO ? fl_isa_from_environment() : (int32_t)options->isa;
    if (wanted < 0) return FL_ERROR_ISA;
    fl_context created = { .runner = options->runner, .runner_state = options->runner_state };
    created.tables = fl_isa_select((fl_isa)wanted, &created.isa);
    if (!created.tables.f32) return FL_ERROR_ISA;
    *context = malloc(sizeof **context);
    if (!*context) return FL_ERROR_OUT_OF_MEMORY;
    **context = created;
    return FL_OK;
}

void fl_context_destroy(fl_context* context) { free(context); }
fl_isa fl_context_isa(const fl_context* context) { return context ? context->isa : FL_ISA_AUTO; }
const char* fl_version(void) { return FL_VERSION; }
int32_t fl_abi_version(void) { return FL_ABI_VERSION; }
