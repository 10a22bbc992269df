# Breaks one line of the GPU kernels at a time and tells which check notices: wrong values under one of three orders of
# execution, a report or a deadlock of the simulator, or a race. A fault that nobody notices is an error of the tests.
# Usage: python3 native/tests/cuda/mutate.py [part of a name]
import os, shutil, subprocess, sys, tempfile

root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..'))
P, E, T, R, H, S, M, V, U = ('points.cuh', 'elements.cuh', 'team.cuh', 'reduce.cu', 'row_holders.cuh',
                             'softmax_rows.cuh', 'mixture_rows.cuh', 'vector_rows.cuh', 'rows.cu')
# name, test, file, what is there, what is put there
mutants = [
    ('no barrier in a reduction', 'rows', T, 'sync_block();\n        v = lane', 'v = lane'),
    ('a barrier in one warp only', 'rows', T, 'sync_block();\n        v = lane', 'if (warp_index() == 0) sync_block();\n        v = lane'),
    ('one set of parts', 'rows', T, 'turn ^= 1;', ''),
    ('a tree that stops early', 'rows', T, 'for (int d = lanes / 2; d; d /= 2)', 'for (int d = lanes / 2; d > 1; d /= 2)'),
    ('idle warps count', 'pointwise', T, 'lane_index() < warps ? part[lane_index()] : neutral', 'part[lane_index()]'),
    ('label read while rows are overwritten', 'rows', S, '    row.together.sync(); /* the label', '    /* the label'),
    ('phase ignored', 'rows', H, '* n - phase_of(x); }', '* n; }'),
    ('a pack too far', 'pointwise', E, 'if (i >= 0 && i + n <= count) return load_16(p + i);',
     'if (i >= 0 && i + n <= count + 1) return load_16(p + i);'),
    ('a store too far', 'pointwise', E, 'if (i >= 0 && i + n <= count) {\n        store_16', 'if (i >= 0 && i < count) {\n        store_16'),
    ('padding counts', 'rows', H, 'this->classes, -FL_INFINITY), e, T{});', 'this->classes, FL_R(0.0)), e, T{});'),
    ('last pack left out', 'rows', H, '(classes + phase_of(x) + n - 1) / n', '(classes + phase_of(x)) / n'),
    ('other phase treated as the same', 'rows', H, 'if (phase_of(row) == phase_of(x)) {\n            store_pack', 'if (true) {\n            store_pack'),
    ('terms outside count', 'pointwise', P, 'i + k >= 0 && i + k < call.count ? r[k].loss : FL_R(0.0)', 'r[k].loss'),
    ('weight forgotten', 'pointwise', P, 'r[k].loss *= by[k], r[k].grad *= by[k]', 'r[k].grad *= by[k]'),
    ('upstream forgotten for the third gradient', 'pointwise', P, ', r[k].extra_grad *= by[k];', ';'),
    ('division by zero', 'rows', P, 'return by == 0.0 ? 0.0 : upstream / by;', 'return upstream / by;'),
    ('label counted twice', 'rows', S, 'label - first == k ? FL_R(0.0) : exp_of', 'false ? FL_R(0.0) : exp_of'),
    ('class weight of smoothing forgotten', 'rows', S, 'slope -= weight_of(call, first + k) * spread;', 'slope -= spread;'),
    ('slope of the cap forgotten', 'rows', S, 'slope *= fl_capped(x[k], rule.cap).slope;', ';'),
    ('last prediction instead of the first', 'rows', S, 'first + k < found) found', 'true) found'),
    ('ignored rows keep a gradient', 'rows', S, 'g[k] = label < 0 ? FL_R(0.0) : slope;', 'g[k] = slope;'),
    ('a wrong label is forgotten', 'rows', S, 'if (y.bad && how.bad_index) atomic_min(how.bad_index, r);', ''),
    ('sample weight forgotten', 'rows', S, 'if (call.sample_weight) scale *=', 'if (false) scale *='),
    ('z-loss without its label', 'rows', S, 't.label = FL_FMA(more.pull * scale, exp_of<T>(gap), t.label);', ''),
    ('target gradient not kept back', 'rows', M, 'tg[k] = -params.keep * w', 'tg[k] = -w'),
    ('mean counts ignored rows', 'rows', U, '        if (y.c < 0) continue;\n', ''),
    ('rows of other teams in a part', 'rows', 'row_plan.cuh', 'if (team<team_size>::index() != 0) value = 0.0;', ''),
    ('parts left out', 'pointwise', R, 'i < f.parts; i += finish_threads', 'i < f.parts; i += 2 * finish_threads'),
    ('hinge of the label itself', 'vectors', V, 'return c == label ? none : terms(x, &k);', 'return terms(x, &k);'),
    ('student and teacher exchanged', 'vectors', V, 'return { swapped ? g.b : g.a, swapped ? g.a : g.b };', 'return { g.a, g.b };'),
]


def compile_test(folder, name, flags, out):
    sources = [('-DFL_PRECISION=32', 'f32'), ('-DFL_PRECISION=64', 'f64')]
    include = [f'-I{folder}/include', f'-I{folder}/src', f'-I{folder}/tests/cuda', '-DFL_CUDA', '-w'] + flags
    cuda, objects = f'{folder}/src/cuda', []
    family = {'pointwise': ['pointwise'], 'rows': ['rows', 'vectors'], 'vectors': ['rows', 'vectors'], 'pairs': ['pairs']}
    for kernel in family[name]:
        for define, suffix in sources:
            objects.append(f'{out}.{kernel}.{suffix}.o')
            subprocess.run(['g++', '-std=c++17', define, *include, '-x', 'c++', '-c', f'{cuda}/{kernel}.cu', '-o', objects[-1]],
                           check=True)
    entries = {'pointwise': ['cuda_pointwise', 'point_args'], 'rows': ['cuda_rows', 'row_args', 'row_requests'],
               'pairs': ['cuda_pairs', 'pair_args']}
    for entry in ['cuda_args'] + entries['rows' if name == 'vectors' else name]:
        objects.append(f'{out}.{entry}.o')
        subprocess.run(['gcc', '-std=c11', *include, '-c', f'{folder}/src/api/{entry}.c', '-o', objects[-1]], check=True)
    subprocess.run(['g++', '-std=c++17', *include, '-x', 'c++', f'{cuda}/reduce.cu', f'{folder}/tests/cuda/{name}_tests.cpp',
                    '-x', 'none', *objects, '-o', out], check=True)


def run(command, environment=None):
    try:
        p = subprocess.run(command, capture_output=True, text=True, timeout=600, env={**os.environ, **(environment or {})})
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
        compile_test(folder, test, ['-O1'], f'{folder}/t')
        for order in ('forward', 'reverse', 'random'):
            if found := run([f'{folder}/t', order, 'quick']):
                return f'{order}: {found}'
        compile_test(folder, test, ['-O1', '-g', '-fsanitize=thread', '-Wno-tsan'], f'{folder}/r')
        return run([f'{folder}/r', 'forward', 'quick'], {'TSAN_OPTIONS': 'halt_on_error=1'})


missed = 0
for mutant in mutants:
    if len(sys.argv) > 1 and sys.argv[1] not in mutant[0]:
        continue
    verdict = judge(*mutant)
    missed += verdict is None
    print(f'{"caught" if verdict else "MISSED"}  {mutant[0]}  ({verdict})', flush=True)
sys.exit(missed != 0)
