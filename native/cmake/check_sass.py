# Static checks of the GPU's machine code, without a GPU: no kernel touches local memory; kernels that read packs load
# and store 128 bits at a time, those that stream rows copy in bulk; the longest loops stay within a budget of
# instructions per element.
# Usage: python3 native/cmake/check_sass.py CUOBJDUMP LIBRARY [--all]
import re, subprocess, sys

# For sm_90. Part of a kernel's (mangled) name: elements that a trip handles, and most instructions of its longest loop
# for each of them. The loops hold their rarely taken paths, too, and the budgets are what the compiler makes today and
# a little more: they notice a change, they prove no speed.
def softmax(kernel, holder, kind, probabilities):
    return rf'{kernel}I{holder}.*softmax_workILNS_6logitsE{kind}ELb{probabilities}E'


in_memory = ['NS_10memory_rowINS_4bf16ELi512EEELi512E', 'NS_10memory_rowIfLi512EEELi512E']
budgets = [
    (softmax('rows_kernel', in_memory[0], 0, 0), 8, 50),
    (softmax('rows_kernel', in_memory[1], 0, 0), 4, 62),
    (softmax('rows_kernel', in_memory[0], 0, 1), 8, 86),
    (softmax('stream_kernel', 'NS_4bf16E', 0, 0), 8, 43),
    (softmax('stream_kernel', 'f', 0, 0), 4, 55),
    (softmax('stream_kernel', 'NS_4bf16E', 0, 1), 8, 80),
]
wide = r'points_kernel.*pack_access|rows_kernel.*register_row|rows_kernel.*memory_row'


def functions(tool, library):
    text = subprocess.run([tool, '-sass', library], capture_output=True, text=True, check=True).stdout
    architecture = None
    for part in re.split(r'\n\s*Function : ', text):
        if architecture:
            lines = re.findall(r'/\*([0-9a-f]{4,6})\*/\s+([^;]*);', part)
            code = [(int(a, 16), re.sub(r'^@!?U?P\w+ ', '', t)) for a, t in lines]
            yield architecture, part.split('\n', 1)[0], code
        named = re.findall(r'code for (sm_\d+)', part) # of the functions that follow
        architecture = named[-1] if named else architecture


def trips(code):
    """Bodies of the innermost loops: from a backward branch's target to the branch."""
    found = []
    for at, text in code:
        jump = re.match(r'BRA\S*\s.*?0x([0-9a-f]+)', text)
        if jump and int(jump[1], 16) < at:
            found.append((int(jump[1], 16), at))
    return [[t for a, t in code if low <= a <= high] for low, high in found
            if not any(low <= l and h <= high and (l, h) != (low, high) for l, h in found)]


def faults(architecture, name, code):
    text = [t for _, t in code]
    local = sum(t.startswith(('LDL', 'STL')) for t in text)
    if local:
        yield f'{local} accesses to local memory'
    if re.search(wide, name):
        loads = sum(bool(re.match(r'LDG\S*\.128', t)) for t in text)
        stores = sum(bool(re.match(r'STG\S*\.128', t)) for t in text)
        if not loads or not stores:
            yield f'{loads} loads and {stores} stores of 128 bits'
    if 'stream_kernel' in name and architecture == 'sm_90':
        needed = ('UBLKCP.S.G', 'UBLKCP.G.S', 'LDS.128', 'STS.128')
        yield from (f'no {word}' for word in needed if not any(t.startswith(word) for t in text))
    for pattern, elements, most in budgets if architecture == 'sm_90' else ():
        longest = max((len(body) for body in trips(code)), default=0) if re.search(pattern, name) else 0
        if longest > elements * most:
            yield f'a loop of {longest} instructions for {elements} elements, {most} for each are allowed'


def main():
    count, bad = 0, 0
    seen = {pattern: 0 for pattern, _, _ in budgets}
    for architecture, name, code in functions(sys.argv[1], sys.argv[2]):
        count += 1
        for pattern in seen:
            seen[pattern] += bool(re.search(pattern, name))
        for fault in faults(architecture, name, code):
            bad += 1
            print(f'{architecture} {name}: {fault}')
        if '--all' in sys.argv:
            loops = [len(b) for b in trips(code) if len(b) > 20]
            print(f'{len(code):6} instructions, loops of {loops}: {name}')
    for pattern, times in seen.items():
        if not times:
            bad += 1
            print(f'no kernel is called {pattern}')
    print(f'{count} kernels, {bad} faults')
    return bad != 0 or count == 0


if __name__ == '__main__':
    sys.exit(main())
