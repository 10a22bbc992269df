/* What the tests of kernels share: buffers whose surroundings are guarded, numbers in every element type, comparisons
 * against oracles in double, and the choice of the simulator's schedule. Nothing here comes from the library but its
 * public headers and the simulator. */
#ifndef FL_TESTS_HARNESS_H
#define FL_TESTS_HARNESS_H
#include "simulator.hpp"
#include <fusedloss/cuda.h>
#include <limits>
#include <math.h>
#include <string>
#include <vector>
#if defined(__SANITIZE_ADDRESS__)
#  include <sanitizer/asan_interface.h>
#endif

namespace test {

inline int cases = 0, failures = 0;
inline double worst = 0; /* error, as a part of what is allowed */
inline std::string now; /* what is being tested, for messages */

inline void expect(bool holds, const char* what) {
    if (holds) return;
    if (++failures <= 20) printf("FAILED %s: %s\n", now.c_str(), what);
}

constexpr fl_dtype dtypes[] = { FL_FLOAT32, FL_FLOAT64, FL_FLOAT16, FL_BFLOAT16 };
inline const char* name_of(fl_dtype t) {
    const char* names[] = { "?", "float32", "float64", "float16", "bfloat16" };
    return names[t];
}
inline bool is_half(fl_dtype t) { return t == FL_FLOAT16 || t == FL_BFLOAT16; }
inline size_t size_of(fl_dtype t) { return t == FL_FLOAT64 ? 8 : is_half(t) ? 2 : 4; }
inline fl_dtype term_type(fl_dtype t) { return t == FL_FLOAT64 ? FL_FLOAT64 : FL_FLOAT32; }
/* Of the arithmetic. */
inline double epsilon_of(fl_dtype t) { return t == FL_FLOAT64 ? 0x1p-52 : 0x1p-23; }
/* What storing v as t may add to an error. */
inline double rounding_of(fl_dtype t, double v) {
    if (t == FL_BFLOAT16) return fabs(v) * 0x1.02p-8;
    if (t == FL_FLOAT16) return fmax(fabs(v) * 0x1.02p-11, 0x1p-25);
    return 0.0;
}

/* n elements that start `askew` elements behind a 16-byte boundary, filled with NaN, among bytes that nobody may
 * touch. */
class Buffer {
public:
    fl_dtype type;
    size_t count;
    Buffer(fl_dtype t, size_t n, size_t askew = 0) : type(t), count(n), before(16 + askew * size_of(t)) {
        bytes.assign(before + n * size_of(t) + 16, guard);
        for (size_t i = 0; i < n * size_of(t); ++i) bytes.data()[before + i] = char(0xFF);
#if defined(__SANITIZE_ADDRESS__)
        __asan_poison_memory_region(bytes.data(), before / 8 * 8);
        __asan_poison_memory_region(bytes.data() + before + n * size_of(t), 16);
#endif
    }
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { open(); }
    void* data() { return bytes.data() + before; }
    double get(size_t i) {
        const char* p = bytes.data() + before + i * size_of(type);
        if (type == FL_FLOAT64) return *reinterpret_cast<const double*>(p);
        if (type == FL_FLOAT32) return double(*reinterpret_cast<const float*>(p));
        uint16_t h;
        memcpy(&h, p, 2);
        return double(type == FL_FLOAT16 ? simulator::widen_f16(h) : simulator::as_float(uint32_t(h) << 16));
    }
    void set(size_t i, double v) {
        char* p = bytes.data() + before + i * size_of(type);
        const float f = float(v);
        const uint16_t h = type == FL_FLOAT16 ? simulator::narrow_f16(f) : simulator::narrow_bf16(f);
        if (type == FL_FLOAT64) memcpy(p, &v, 8);
        else if (type == FL_FLOAT32) memcpy(p, &f, 4);
        else memcpy(p, &h, 2);
    }
    /* Were only the elements themselves written? */
    bool intact() {
        open();
        for (size_t i = 0; i < bytes.size(); ++i)
            if ((i < before || i >= before + count * size_of(type)) && bytes[i] != guard) return false;
        return true;
    }

private:
    static constexpr char guard = 0x5A;
    size_t before;
    struct alignas(16) Unit { char c[16]; };
    struct Aligned { /* chars that start at a 16-byte boundary */
        std::vector<Unit> units;
        size_t length = 0;
        void assign(size_t n, char v) {
            units.resize((n + 15) / 16);
            length = n;
            for (size_t i = 0; i < n; ++i) data()[i] = v;
        }
        char* data() { return reinterpret_cast<char*>(units.data()); }
        size_t size() const { return length; }
        char operator[](size_t i) { return data()[i]; }
    } bytes;
    void open() {
#if defined(__SANITIZE_ADDRESS__)
        __asan_unpoison_memory_region(bytes.data(), bytes.size());
#endif
    }
};

/* got is expected within `limit`, NaN where it is NaN, the same infinity. */
inline void near_to(double got, double expected, double limit, const char* what, size_t index) {
    if (isfinite(expected) && got != expected) worst = fmax(worst, fabs(got - expected) / limit);
    if (isnan(expected) ? isnan(got) : got == expected || fabs(got - expected) <= limit) return;
    if (++failures > 20) return;
    printf("FAILED %s: %s[%zu] is %.9g, expected %.9g, off by %.3g, limit %.3g\n", now.c_str(), what, index, got,
           expected, got - expected, limit);
}

/* Small, fast, the same everywhere. */
class Random {
public:
    explicit Random(uint64_t seed) : state(seed * 0x9E3779B97F4A7C15u + 1) {}
    uint64_t next() {
        state ^= state << 13, state ^= state >> 7, state ^= state << 17;
        return state * 0x2545F4914F6CDD1Du;
    }
    double unit() { return double(next() >> 11) * 0x1p-53; }
    double within(double low, double high) { return low + (high - low) * unit(); }
    size_t below(size_t n) { return size_t(next() >> 33) % n; }
    bool chance(double p) { return unit() < p; }

private:
    uint64_t state;
};

struct Workspace {
    std::vector<uint64_t> words;
    double loss = -7.0;
    int64_t bad_index = INT64_MAX, correct = -7;
    fl_cuda_call call{};
    explicit Workspace(int64_t bytes) : words(size_t(bytes > 0 ? bytes + 23 : 16) / 8, ~uint64_t(0)) {
        void* p = words.data();
        call.struct_size = int32_t(sizeof call);
        call.workspace = reinterpret_cast<char*>(p) + reinterpret_cast<uintptr_t>(p) % 16;
        call.workspace_bytes = bytes;
        call.loss = &loss, call.bad_index = &bad_index;
    }
};

/* "forward", "reverse" or "random": in which order threads run; a second argument thins the cases out. */
inline bool quick = false;
inline void choose(int argc, char** argv) {
    const std::string order = argc > 1 ? argv[1] : "forward";
    simulator::machine.order = order == "reverse" ? simulator::Order::reverse
                             : order == "random"  ? simulator::Order::random : simulator::Order::forward;
    quick = argc > 2;
}
inline int report(const char* what) {
    printf("%s: %d cases, %d failures, errors up to %.2f of their limits\n", what, cases, failures, worst);
    return failures != 0 || cases == 0;
}

}
#endif
