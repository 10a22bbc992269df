"""The C ABI through ctypes. Structs and functions are those that the headers declare, so nothing is declared twice; the
library's table of layouts is compared with them before the first call."""

import ctypes
import functools
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TYPES = {
    "char": ctypes.c_char, "int32_t": ctypes.c_int32, "uint32_t": ctypes.c_uint32, "int64_t": ctypes.c_int64, "double": ctypes.c_double,
    "fl_runner": ctypes.c_void_p,
}
WORKSPACE_ALIGNMENT = 64


class Headers:
    """What native/include/fusedloss declares: `structs` by name, `constants` of enums, and the prototypes."""

    def __init__(self, folder=ROOT / "native" / "include" / "fusedloss"):
        files = sorted(folder.glob("*.h"))
        if not files:
            raise FileNotFoundError(f"no headers in {folder}")
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
        self.abi_version = int(re.search(r"#define FL_ABI_VERSION (\d+)", text).group(1))
        text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
        self.constants = {name: int(value) for name, value in re.findall(r"\b(FL_\w+)\s*=\s*(-?\d+)", text)}
        enums = {name: ctypes.c_int for name in re.findall(r"typedef enum (\w+)", text)}
        self.structs = {
            name: _struct(name, body, {**TYPES, **enums})
            for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", text, flags=re.DOTALL)
        }
        prototype = r"FL_API fl_status (\w+)\(fl_context\* context,\s*(\w+)\* args(?:,\s*const (\w+)\* hyper)?\);"
        self.losses = {name: (args, hyper) for name, args, hyper in re.findall(prototype, text)}
        twin = (r"FL_API int32_t (\w+)\(const (\w+)\* args,\s*(?:const (\w+)\* hyper,\s*)?"
                r"const fl_cuda_call\* call,\s*void\* stream\);")
        self.cuda_losses = {name: (args, hyper) for name, args, hyper in re.findall(twin, text)}
        for name, (args, hyper) in self.losses.items():  # of these the header has macros
            if args == "fl_pointwise_args":
                self.cuda_losses[name.replace("fl_", "fl_cuda_", 1)] = args, hyper
        sizes = re.findall(r"FL_API int64_t (\w+_workspace)\(const \w+\* args(,\s*const \w+\* hyper)?\);", text)
        self.workspaces = {name: bool(hyper) for name, hyper in sizes}

    def new(self, name, **fields):
        """A struct. Fields are numbers, names of enum constants, or tensors."""
        struct = self.structs[name]()
        known = {field for field, _ in struct._fields_}
        if "struct_size" in known:
            struct.struct_size = ctypes.sizeof(struct)
        for field, value in fields.items():
            if field not in known:  # ctypes would take it as an attribute of the Python object
                raise AttributeError(f"{name} has no field {field}")
            if isinstance(value, str):
                value = self.constants[value]
            elif hasattr(value, "data_ptr"):
                value = value.data_ptr()
            setattr(struct, field, value)
        return struct


def _struct(name, body, types):
    fields = []
    for declaration in filter(None, map(str.strip, body.split(";"))):
        kind, star, names = re.fullmatch(r"(?:const\s+)?(\w+)\s*(\*?)\s*(.+)", declaration, flags=re.DOTALL).groups()
        base = ctypes.c_void_p if star else types[kind]
        for field, count in re.findall(r"(\w+)(?:\[(\d+)\])?", names):
            fields.append((field, base * int(count) if count else base))
    return type(name, (ctypes.Structure,), {"_fields_": fields})


class Library:
    """A shared library and a context without a runner: every call stays on the calling thread."""

    device, dtype = "cpu", "float32"

    def __init__(self, path):
        self._library = ctypes.CDLL(str(path))
        self._headers = Headers()
        for name in ("fl_version", "fl_isa_name", "fl_status_message"):
            getattr(self._library, name).restype = ctypes.c_char_p
        self._check_layouts()
        options = self._headers.new("fl_context_options", abi_version=self._headers.abi_version)
        self._context = ctypes.c_void_p()
        self.check(self._library.fl_context_create(ctypes.byref(options), ctypes.byref(self._context)))

    @property
    def version(self):
        return self._library.fl_version().decode()

    @property
    def isa(self):
        return self._library.fl_isa_name(self._library.fl_context_isa(self._context)).decode()

    def check(self, status):
        if status != self._headers.constants["FL_OK"]:
            raise RuntimeError(self._library.fl_status_message(status).decode())

    def call(self, name, hyper=None, **fields):
        """A call of fl_`name` that can be repeated. Fields are numbers, names of enum constants, or tensors."""
        args_type, hyper_type = self._headers.losses[f"fl_{name}"]
        args = self._headers.new(args_type, dtype="FL_FLOAT32", **fields)
        pointers = [ctypes.byref(args)]
        if hyper_type:
            pointers.append(ctypes.byref(self._headers.new(hyper_type, **hyper)) if hyper else None)
        memory = self._give_workspace(f"fl_{name}_workspace", args, pointers)
        run = functools.partial(getattr(self._library, f"fl_{name}"), self._context, *pointers)
        return Call(run, args, (fields, memory))

    def _give_workspace(self, query, args, pointers):
        if query not in self._headers.workspaces:
            return None
        size = getattr(self._library, query)
        size.restype = ctypes.c_int64
        args.workspace_bytes = size(*pointers if self._headers.workspaces[query] else pointers[:1])
        if args.workspace_bytes < 0:
            raise RuntimeError(f"{query} refuses these sizes")
        memory = ctypes.create_string_buffer(args.workspace_bytes + WORKSPACE_ALIGNMENT)
        args.workspace = -(-ctypes.addressof(memory) // WORKSPACE_ALIGNMENT) * WORKSPACE_ALIGNMENT
        return memory

    def _check_layouts(self):
        self._library.fl_layout_at.restype = ctypes.POINTER(self._headers.structs["fl_layout"])
        self._library.fl_layout_at.argtypes = [ctypes.c_int64]
        index = 0
        while True:
            line = self._library.fl_layout_at(index)
            if not line:
                return
            line, index = line.contents, index + 1
            name, field = ctypes.string_at(line.type_name).decode(), ctypes.string_at(line.field_name).decode()
            struct = self._headers.structs.get(name)
            declared = getattr(struct, field, None) if field else struct
            mine = None
            if declared:
                mine = (declared.offset, declared.size) if field else (0, ctypes.sizeof(struct))
            if mine != (line.offset, line.size):
                raise RuntimeError(f"the library was built from other headers: {name} {field}")


class Call:
    """`run()` is one call and returns its status; `keep` is the memory that it uses."""

    def __init__(self, run, args, keep):
        self.run = run
        self._args = args
        self._keep = keep

    @property
    def loss(self):
        return self._args.loss


def open_library(path=None):
    """The library at `path`, or the one among those under artifacts/native that this machine can load."""
    if path:
        return Library(path)
    folder = ROOT / "artifacts" / "native"
    candidates = [file for file in sorted(folder.glob("*/*fusedloss_native.*"))
                  if file.suffix in (".so", ".dylib", ".dll")]
    for candidate in candidates:
        try:
            return Library(candidate)
        except OSError:  # of another platform
            continue
    raise FileNotFoundError("no library under artifacts/native: run ./build.sh native, or name one with --library")
