// The same program as C++17: the headers must mean the same there.
#include "abi_smoke.c"
