/* The softmax family and nll, in every element type, for every way of holding a row but streams. */
#include "rows_case.hpp"

using namespace test;

int main(int argc, char** argv) {
    choose(argc, argv);
    simulator::machine.has_clusters = false;
    const size_t sizes[] = { 1,   2,   3,   5,   7,   8,    9,    10,   13,   16,   17,   31,   33,    57,   64,  100,
                             121, 130, 250, 257, 500, 513, 1000, 1025, 2047, 2050, 4097, 8192, 8195, 16385, 17001 };
    for (Kind kind : { Kind::labels, Kind::probabilities, Kind::focal, Kind::info_nce, Kind::nll, Kind::balanced })
        for (fl_dtype type : dtypes) {
            size_t turn = 0;
            for (size_t c : sizes)
                for (uint64_t draw = 0; draw < (c < 600 ? 4 : 1); ++draw)
                    if (!quick || (turn++ + size_t(type)) % 4 == 0)
                        run_rows(kind, type, c < 40 ? 37 : c < 600 ? 6 : 2, c, 1, draw);
            for (uint64_t draw = 0; draw < 12; ++draw) {
                if (quick && draw % 4) continue;
                if (kind == Kind::info_nce) run_rows(kind, type, 6 + 2 * draw, 6 + 2 * draw, 1, 100 + draw);
                else run_rows(kind, type, 2, 1 + draw * 3, draw % 2 ? 150 : 7, draw);
            }
        }
    for (uint64_t draw = 0; draw < 40; ++draw)
        for (Kind kind : { Kind::labels, Kind::focal, Kind::nll }) run_rows(kind, dtypes[draw % 4], 3, 5, 1, draw);
    for (uint64_t draw = 0; draw < (quick ? 1 : 3); ++draw) /* labels for several blocks that count */
        run_rows(Kind::balanced, dtypes[draw], 1, 2 + draw * 400, quick ? 17000 : 40000, draw);
    return report("rows");
}
