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

const char* fl_status_message(fl_status status) {
    switch (status) {
    case FL_OK:                  return "success";
    case FL_ERROR_NULL_POINTER:  return "a required pointer is NULL";
    case FL_ERROR_STRUCT_SIZE:   return "struct_size is not the size of a struct that this library knows";
    case FL_ERROR_ABI_VERSION:   return "the caller was compiled against another version of the ABI";
    case FL_ERROR_DTYPE:         return "dtype or label_type is not a known one";
    case FL_ERROR_COUNT:
        return "a count, shape or stride is negative, too large or inconsistent with the others";
    case FL_ERROR_PARAMETER:
        return "a hyper-parameter is outside its documented range, or an array is not taken by this loss";
    case FL_ERROR_REDUCTION:     return "reduction, denominator, upstream gradient or flags do not fit together";
    case FL_ERROR_OVERLAP:       return "an output overlaps another buffer without being allowed to";
    case FL_ERROR_LABEL_RANGE:   return "a label is neither a class nor ignore_index";
    case FL_ERROR_ISA:           return "the instruction set is unknown or not available on this machine";
    case FL_ERROR_OUT_OF_MEMORY: return "out of memory";
    case FL_ERROR_TARGET:        return "give labels or a target per class, whichever the loss takes, and not both";
    case FL_ERROR_WORKSPACE:     return "the workspace is missing, misaligned or smaller than its size query says";
    case FL_ERROR_LENGTH:        return "a length is negative or beyond its buffer";
    }
    return "unknown status";
}
