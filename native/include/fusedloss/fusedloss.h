/* fusedloss.h - the public C ABI of fusedloss_native: loss functions with their gradients, in one fused pass.
 * Plain C11 and C++; no global state, no allocation handed out, nothing printed, no thread created. */
#ifndef FUSEDLOSS_FUSEDLOSS_H
#define FUSEDLOSS_FUSEDLOSS_H
#include "base.h"
#include "pointwise.h"
#include "rows.h"
#include "margins.h"
#include "divergences.h"
#include "regions.h"
#include "pairs.h"
#include "ctc.h"
#endif
