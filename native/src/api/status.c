/* Statuses in words; the only place. */
#include "fusedloss/base.h"

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
