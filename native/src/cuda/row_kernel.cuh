/* One kernel for whatever is done with rows: a team of threads for each of them. */
#ifndef FL_CUDA_ROW_KERNEL_H
#define FL_CUDA_ROW_KERNEL_H
#include "cuda/row_plan.cuh"
#include "cuda/softmax_rows.cuh"

namespace fl {

template <class Row, int threads, class Work>
__global__ void __launch_bounds__(threads, least_blocks(threads))
rows_kernel(fl_row_call call, Work work, fl_cuda_rows how) {
    team_memory& memory = shared<team_memory[2]>()[0];
    const int64_t r = row_index<threads, Row::team_size>();
    Row row;
    row.open(call, r, &memory);
    const bool live = row.classes > 0;
    const row_result result = work(row, call, how, r);
    team_memory& second = shared<team_memory[2]>()[1];
    leave_part<threads, Row::team_size>(how.partial, memory, live ? result.loss : 0.0);
    leave_part<threads, Row::team_size>(how.correct, second, live && result.correct ? 1.0 : 0.0);
}

/* room: shared memory that the work needs for each row. */
template <class Row, int threads, class Work>
int launch_rows(const fl_row_call& call, const Work& work, const fl_cuda_rows& how, row_plan plan, size_t room,
                stream_t stream) {
    const size_t rooms = room * static_cast<size_t>(threads / plan.team);
    const shape s = { blocks_of(call, plan), threads, 2 * sizeof(team_memory) + rooms };
    return launch(stream, s, rows_kernel<Row, threads, Work>, call, work, how);
}

}
#endif
