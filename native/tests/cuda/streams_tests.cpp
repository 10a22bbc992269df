/* Rows that are streamed through clusters of 1, 2, 4 and 8 blocks: enough of them for every stage of the ring to be used
 * again, beginning and ending anywhere. The simulated device has room for two clusters. */
#include "rows_case.hpp"

using namespace test;

int main(int argc, char** argv) {
    choose(argc, argv);
    const struct { size_t bytes, rows; } shapes[] = { { 33 << 10, 9 }, { 72 << 10, 8 }, { 80 << 10, 9 },
                                                      { 201 << 10, 7 }, { 401 << 10, 5 } };
    for (Kind kind : { Kind::labels, Kind::probabilities, Kind::focal, Kind::info_nce, Kind::balanced })
        for (fl_dtype type : dtypes)
            for (size_t i = 0; i < 5; ++i)
                for (uint64_t draw = 0; draw < (i < 3 ? 3 : 1); ++draw) {
                    const size_t classes = shapes[i].bytes / size_of(type) + (draw * 3 + i * 5) % 16 - (i == 1) * 15;
                    if (quick && (draw || (i + size_t(type) + size_t(kind)) % 3)) continue;
                    run_rows(kind, type, shapes[i].rows, classes, 1, draw);
                }
    run_rows(Kind::labels, FL_FLOAT64, 2, 80001, 1, 0); /* too long for the ring */
    return report("streams");
}
