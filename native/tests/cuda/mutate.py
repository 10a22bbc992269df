# Breaks one line of the GPU kernels at a time and tells which check notices: wrong values under one of three orders of
# execution, a report or a deadlock of the simulator, memory that nobody owns, or a race. A fault that nobody notices is
# an error of the tests.
# Usage: python3 native/tests/cuda/mutate.py [part of a name]
import os, shutil, subprocess, sys, tempfile

root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
P, E, T, R, H = 'points.cuh', 'elements.cuh', 'team.cuh', 'reduce.cu', 'row_holders.cuh'
S, M, V, U = 'softmax_rows.cuh', 'mixture_rows.cuh', 'vector_rows.cuh', 'rows.cu'
A, L, C, B = 'pair_rows.cuh', 'row_plan.cuh', 'ctc_lattice.cuh', 'label_lists.cuh'
X, N = 'stream_rows.cuh', 'cluster.h'
W, D, G, K = 'balance.cu', 'region_tiles.cuh', 'region_chunks.cuh', 'regions.cu'
sync = 'sync_block();\n        v = lane'
# name, test, file, what is there, what is put there
mutants = [
    ('no barrier in a reduction', 'rows', T, sync, 'v = lane'),
    ('a barrier in one warp only', 'rows', T, sync, f'if (warp_index() == 0) {sync}'),
    ('one set of parts', 'rows', T, 'turn ^= 1;', ''),
    ('a tree that stops early', 'rows', T, 'd = lanes / 2; d; d /= 2', 'd = lanes / 2; d > 1; d /= 2'),
    ('idle lanes count', 'pointwise', T, 'lane_index() < warps ? part[lane_index()] : neutral', 'part[lane_index()]'),
    ('label read while rows are overwritten', 'rows', S, '    row.together.sync(); /* the label', '    /* the label'),
    ('phase ignored', 'rows', H, '* n - phase_of(this->x); }', '* n; }'),
    ('a load too far', 'pointwise', E, 'i + n <= count) return load', 'i + n <= count + 1) return load'),
    ('a store too far', 'pointwise', E, 'i + n <= count) {\n        store_16', 'i < count) {\n        store_16'),
    ('padding counts', 'rows', H, 'this->classes, -FL_INFINITY), e, T{});', 'this->classes, FL_R(0.0)), e, T{});'),
    ('last pack left out', 'rows', H, '(this->classes + phase_of(this->x) + n - 1) / n',
     '(this->classes + phase_of(this->x)) / n'),
    ('another phase taken for the same', 'rows', H, 'phase_of(x)) {\n            store',
     'phase_of(row)) {\n            store'),
    ('terms outside count', 'pointwise', P, 'i + k < call.count ? r[k].loss', 'true ? r[k].loss'),
    ('weight forgotten', 'pointwise', P, 'r[k].loss *= by[k], r[k].grad *= by[k]', 'r[k].grad *= by[k]'),
    ('upstream of the third gradient', 'pointwise', P, ', r[k].extra_grad *= by[k];', ';'),
    ('strides of one axis', 'pointwise', P, 'row % shape[1] * view.stride[1]', 'row % shape[1] * view.stride[0]'),
    ('division by zero', 'rows', P, 'return by == 0.0 ? 0.0 : upstream / by;', 'return upstream / by;'),
    ('label counted twice', 'rows', S, 'label - first == k ? FL_R(0.0) : exp_of', 'false ? FL_R(0.0) : exp_of'),
    ('class weight of smoothing', 'rows', S, 'slope -= weight_of(call, first + k) * spread;', 'slope -= spread;'),
    ('slope of the cap', 'rows', S, 'slope *= fl_capped(x[k], rule.cap).slope;', ';'),
    ('a later prediction', 'rows', S, ' && first + k < found) found', ') found'),
    ('ignored rows keep a gradient', 'rows', S, 'g[k] = label < 0 ? FL_R(0.0) : slope;', 'g[k] = slope;'),
    ('a wrong label is forgotten', 'rows', S, 'if (y.bad && how.bad_index) atomic_min', 'if (false) atomic_min'),
    ('sample weight forgotten', 'rows', S, 'if (call.sample_weight) scale *=', 'if (false) scale *='),
    ('z-loss of the label', 'rows', S, 't.label = FL_FMA(more.pull', 'if (false) t.label = FL_FMA(more.pull'),
    ('target gradient not kept back', 'rows', M, 'tg[k] = -params.keep * w', 'tg[k] = -w'),
    ('mean counts ignored rows', 'rows', U, '        if (y.c < 0) continue;\n', ''),
    ('every thread of a team in a part', 'rows', L, 'if (team<team_size>::index() != 0) value = 0.0;', ''),
    ('parts left out', 'pointwise', R, 'i += finish_threads', 'i += 2 * finish_threads'),
    ('hinge of the label itself', 'vectors', V, 'c == label ? none : terms(x, &k);', 'terms(x, &k);'),
    ('a list without end', 'lists', B, 'if (y < 0 && i < end) end = i;', ''),
    ('a positive against itself', 'lists', B, 'positive[first + k] == FL_R(0.0)', 'true'),
    ('list read while it is made', 'lists', B,
     '        row.together.sync();\n        if (lane == 0)', '        if (lane == 0)'),
    ('pulls of one label of two', 'lists', B, '] += pulling', '] = pulling'),
    ('rows share their lists', 'lists', B, 'static_cast<int>(threadIdx.x) / Row::team_size * 3', '0 * 3'),
    ('a wrong label behind the end', 'lists', B, '(y < -1 || y >= call.classes)',
     '(i < end && (y < -1 || y >= call.classes))'),
    ('copied before it is written', 'streams', X, '        sync_for_copies();\n', ''),
    ('a stage filled while it is stored', 'streams', X, 'wait_for_stores<1>();', ''),
    ('a row that has not arrived', 'streams', X, 'wait_for_bytes(&memory.arrived[stage], parity);', ''),
    ('a parity that stays', 'streams', X, 'stage = 0, parity ^= 1', 'stage = 0'),
    ('the stage of the row before the last', 'streams', X, '(stage + stream_stages - 1) %', '(stage + 1) %'),
    ('peers that have not begun', 'streams', X, 'sync_cluster(); /*', '/*'),
    ('stores that nobody waits for', 'streams', X, '    if (copies) wait_for_stores<0>();\n', ''),
    ('windows shared with the row before', 'streams', X, 'phase > 0 && first == 0 ? 1 : first', 'first'),
    ('windows shared with the next row', 'streams', X, '(end < behind ? end : behind)', 'end'),
    ('shared windows not read', 'streams', X, 'if (!is_whole(v)) packs[v]', 'if (false) packs[v]'),
    ('a gradient in other windows', 'streams', X, 'same_windows && is_whole(v)', 'is_whole(v)'),
    ('a slice for two', 'streams', X, 'all * (rank + 1) / blocks', 'all * (rank + 1) / blocks + 1'),
    ('one set of parts for a cluster', 'streams', N, 'turn ^= 1;', ''),
    ('parts that stay in their block', 'streams', N, '*peer(&part[rank * warps + warp_index()], lane_index()) = v',
     'part[rank * warps + warp_index()] = v'),
    ('no barrier of the cluster', 'streams', N, '            sync_cluster();\n', '            sync_block();\n'),
    ('every block speaks for the row', 'streams', N, 'return rank == 0 && threadIdx.x == 0;',
     'return threadIdx.x == 0;'),
    ('student for teacher', 'vectors', V, 'swapped ? to_p : to_q, swapped ? to_q : to_p', 'to_q, to_p'),
    ('a top of the wrong side', 'vectors', V, 'b = max_op::of(b, swapped ? x[i] : t[i]);', 'b = max_op::of(b, x[i]);'),
    ('the third vector for the second', 'pairs', A, 'part[0].get_dense(part[2].x, first, c);',
     'part[0].get_dense(part[1].x, first, c);'),
    ('elements outside a vector', 'pairs', A, 'if (!row.inside(first + k)) continue;', ''),
    ('swap forgotten', 'pairs', A, 'return triplet_gradient<m>(x, k, p.swap);', 'return triplet_gradient<m>(x, k, 0);'),
    ('largest for smallest', 'pairs', A, 'k.p < 0.0 ? FL_R(-1.0) : FL_R(1.0)', 'FL_R(1.0)'),
    ('no barrier after a frame', 'ctc', C, '            sync_block();\n        }\n}', '        }\n}'),
    ('an emission of another frame', 'ctc', C, 'frame(s + k + ctc_ahead), n', 'frame(s + k), n'),
    ('one column for two frames', 'ctc', C, '(turn & 1) * width', '0 * width'),
    ('repeats skip their blank', 'ctc', C, 'paired && classes[i] != classes[other]', 'paired'),
    ('repeated labels not added up', 'ctc', 'ctc.cu', 'j >= 0; j = next[j]', 'j >= 0; j = -1'),
    ('label read while frames are overwritten', 'ctc', 'ctc.cu', '    row.together.sync(); /* logits', '    /* logits'),
    ('a frame that is not read', 'ctc', 'ctc.cu', '    if (s.labels >= 0) blank', '    blank'),
    ('labels of samples before', 'ctc', C, 'return all.sum(mine);', 'return mine;'),
    ('counts not cleared', 'rows', W, 'if (c < classes) counts[c] = 0;', ''),
    ('counters not cleared', 'rows', W, 'mine[i] = 0;', ';'),
    ('counted while others clear', 'rows', W, '    sync_block();\n    each_label', '    each_label'),
    ('copies of counters left out', 'rows', W, 'k < copies; ++k', 'k < 1; ++k'),
    ('a mean by classes', 'rows', W, 'of_rows += static_cast<double>(how.counts[c]) * weight', 'of_rows += weight'),
    ('a tile overwritten while it is summed up', 'regions', G, '        sync_block();\n        const tile_walk in',
     '        const tile_walk in'),
    ('labels overwritten while they are looked at', 'regions', K, 'if (k.many()) sync_block();', 'if (k.many()) ;'),
    ('sums before the softmax', 'regions', K, '            sync_block();\n            if (few', '            if (few'),
    ('stored before all rows are through', 'regions', K, '            sync_block();\n            const tile_walk out',
     '            const tile_walk out'),
    ('ignored rows in a region', 'regions', G, 'if (label < 0) u.p = u.q = FL_R(0.0);', ''),
    ('idle threads folded', 'regions', G, 'if (used && g + half < n)', 'if (g + half < n)'),
    ('sums left from before', 'regions', K, 'if (fresh) sums.clear();', ''),
    ('the first sample for all', 'regions', K, '+ 2 * k.slab * how.cut.regions', '+ 0 * k.slab'),
    ('the largest class not left out', 'regions', K, 'row.out = row.best;', 'row.out = -1;'),
    ('1 - p by cancellation', 'regions', G, 'fl_unit{ x * inverse, rest }', 'fl_unit{ x * inverse, 1 - x * inverse }'),
    ('a wrong label in a finite term', 'regions', K, 'wrong ? static_cast<double>(FL_NAN) : ', ''),
    ('pixels of another row', 'regions', D, 'l += side(), go_to_row();', 'l += side();'),
    ('chunks left out', 'regions', K, 'p < parts; p += size', 'p < parts; p += 2 * size'),
    ('a label that is the blank', 'ctc', C, ' || c == w.call.blank;', ';'),
]
objects_of = {'pointwise': ['pointwise'], 'rows': ['rows'], 'streams': ['rows'], 'vectors': ['rows', 'vectors'],
              'lists': ['rows', 'vectors'], 'pairs': ['pairs'], 'regions': ['regions'], 'ctc': ['ctc']}
rows = ['cuda_rows', 'row_args', 'row_requests']
entries_of = {'pointwise': ['cuda_pointwise', 'point_args'], 'rows': rows, 'streams': rows, 'vectors': rows,
              'lists': rows, 'pairs': ['cuda_pairs', 'pair_args'], 'ctc': ['cuda_ctc', 'ctc_args'],
              'regions': ['cuda_regions', 'region_args', 'row_args']}
# The tests of rows do without the other family, which takes as long to compile.
stub = """#include "cuda/kernels.h"
static int64_t none(const fl_row_call* call) { return (void)call, 0; }
const fl_cuda_vector_kernels fl_cuda_vectors_f32 = { none, { 0 } }, fl_cuda_vectors_f64 = { none, { 0 } };
"""
cached = ['ccache'] if shutil.which('ccache') else []


def compile_test(folder, name, flags, out):
    objects = []

    def compile_one(compiler, source, *more):
        objects.append(f'{out}.{len(objects)}.o')
        include = [f'-I{folder}/include', f'-I{folder}/src', f'-I{folder}/tests/cuda']
        command = [*cached, *compiler, *include, '-DFL_CUDA', '-w', *flags, *more]
        subprocess.run([*command, '-c', source, '-o', objects[-1]], check=True)

    cxx = ['g++', '-std=c++17']
    for kernel in objects_of[name]:
        for precision in (32, 64):
            compile_one(cxx, f'{folder}/src/cuda/{kernel}.cu', f'-DFL_PRECISION={precision}', '-x', 'c++')
    for kernel in ('balance', 'reduce'):
        compile_one(cxx, f'{folder}/src/cuda/{kernel}.cu', '-x', 'c++')
    compile_one(cxx, f'{folder}/tests/cuda/{name}_tests.cpp')
    if name in ('rows', 'streams'):
        compile_one(cxx, f'{folder}/tests/cuda/rows_case.cpp')
        with open(f'{folder}/stub.c', 'w') as file:
            file.write(stub)
        compile_one(['gcc', '-std=c11'], f'{folder}/stub.c')
    for entry in ['cuda_args'] + entries_of[name]:
        compile_one(['gcc', '-std=c11'], f'{folder}/src/api/{entry}.c')
    subprocess.run(['g++', *flags, *objects, '-o', out], check=True)


def run(command, environment=None):
    try:
        p = subprocess.run(command, capture_output=True, text=True, timeout=600,
                           env={**os.environ, **(environment or {})})
    except subprocess.TimeoutExpired:
        return 'hangs'
    text = p.stdout + p.stderr
    said = next((line[11:60] for line in text.splitlines() if line.startswith('simulator: ')), 'wrong')
    return None if p.returncode == 0 else 'race' if 'data race' in text else said


def judge(name, test, file, before, after):
    with tempfile.TemporaryDirectory() as folder:
        for part in ('include', 'src', 'tests'):
            shutil.copytree(f'{root}/{part}', f'{folder}/{part}')
        path = f'{folder}/src/cuda/{file}'
        text = open(path).read()
        assert before in text, (name, before)
        open(path, 'w').write(text.replace(before, after, 1))
        compile_test(folder, test, ['-O0'], f'{folder}/t')
        for order in ('forward', 'reverse', 'random'):
            if found := run([f'{folder}/t', order, 'quick']):
                return f'{order}: {found}'
        for sanitizer in ('address', 'thread') if before else ():
            compile_test(folder, test, ['-O0', '-g', f'-fsanitize={sanitizer}', '-Wno-tsan'], f'{folder}/s')
            if found := run([f'{folder}/s', 'forward', 'quick'], {'TSAN_OPTIONS': 'halt_on_error=1'}):
                return f'{sanitizer} sanitizer: {found}'


missed = 0
for test in objects_of: # what is whole has to pass
    if len(sys.argv) == 1 and (verdict := judge('whole', test, T, '', '')):
        sys.exit(f'{test} fails as it is: {verdict}')
for mutant in mutants:
    if len(sys.argv) > 1 and sys.argv[1] not in mutant[0]:
        continue
    verdict = judge(*mutant)
    missed += verdict is None
    print(f'{"caught" if verdict else "MISSED"}  {mutant[0]}  ({verdict})', flush=True)
sys.exit(missed != 0)
