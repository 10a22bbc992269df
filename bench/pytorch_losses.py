"""What bench/pytorch.py compares: each loss with its inputs, its call of the C library, and PyTorch's function or,
where PyTorch has none, the composition that its users write."""

import math
from dataclasses import dataclass
from typing import Any, Callable, List

import torch
import torch.nn.functional as F

POINTWISE_SIZES = (16_384, 16_777_216)
ROW_SIZES = (65_536, 16_777_216)
QUICK = {16_777_216: 1_048_576}
CLASSES = (2, 10, 100, 1000, 32_000, 128_256)
MULTILABEL_CLASSES = 8192  # FL_MULTILABEL_CLASSES: the most that multilabel_margin takes
TEMPERATURE = 0.07
SEED = 1


@dataclass
class Contest:
    """Both ways to one loss: `fused` writes `gradients`; `torch_loss` of `inputs` and `constants` is differentiated
    with regard to the former. `elements` is 0 where a time per call says more."""

    elements: int
    fused: Any
    gradients: List[torch.Tensor]
    inputs: List[torch.Tensor]
    constants: List[torch.Tensor]
    torch_loss: Callable[..., torch.Tensor]


# Compositions. Each is as lean as eager PyTorch allows.


def sigmoid_focal(x, t, alpha=0.25, gamma=2.0):  # as in torchvision.ops.sigmoid_focal_loss
    p = torch.sigmoid(x)
    ce = F.binary_cross_entropy_with_logits(x, t, reduction="none")
    p_t = p * t + (1 - p) * (1 - t)
    loss = ce * ((1 - p_t) ** gamma)
    return ((alpha * t + (1 - alpha) * (1 - t)) * loss).mean()


def softmax_focal(x, y, gamma=2.0):
    ce = F.cross_entropy(x, y, reduction="none")
    return ((1 - torch.exp(-ce)) ** gamma * ce).mean()


def jsd(x, t):
    q, p = F.log_softmax(x, 1), F.log_softmax(t, 1)
    m = torch.logaddexp(q, p) - math.log(2)
    terms = F.kl_div(m, p, reduction="sum", log_target=True) + F.kl_div(m, q, reduction="sum", log_target=True)
    return terms / (2 * len(x))


def tvd(x, t):
    return (F.softmax(x, 1) - F.softmax(t, 1)).abs().sum() / (2 * len(x))


def dice(x, y, smooth=1.0):
    p = F.softmax(x, 1)
    t = torch.zeros_like(p).scatter_(1, y.unsqueeze(1), 1.0)
    dims = [0, *range(2, x.dim())]
    return (1 - (2 * (p * t).sum(dims) + smooth) / (p.sum(dims) + t.sum(dims) + smooth)).mean()


def info_nce(x, y):
    return F.cross_entropy(x / TEMPERATURE, y)


def ctc(x, targets, frames, lengths):
    return F.ctc_loss(F.log_softmax(x, 2), targets, frames, lengths)


# Ordinary inputs, as in training: nothing underflows, and both branches of what has branches are taken.


def uniform(random, shape, low, high):
    return torch.empty(shape).uniform_(low, high, generator=random)


def signs(random, shape):
    return torch.randint(0, 2, shape, generator=random).float() * 2 - 1


def regression(random, n):
    t = uniform(random, [n], -2, 2)
    return dict(input=t + uniform(random, [n], -3, 3), target=t)


def binary(random, n):
    return dict(input=uniform(random, [n], -6, 6), target=torch.randint(0, 2, [n], generator=random).float())


def binary_probabilities(random, n):
    return dict(input=uniform(random, [n], 0.01, 0.99), target=torch.randint(0, 2, [n], generator=random).float())


def signed(random, n):
    return dict(input=uniform(random, [n], -6, 6), target=signs(random, [n]))


def distances(random, n):
    return dict(input=uniform(random, [n], 0, 2), target=signs(random, [n]))


def ranking(random, n):
    return dict(input=uniform(random, [n], -3, 3), target=signs(random, [n]), extra=uniform(random, [n], -3, 3))


def counts(random, n):
    x = uniform(random, [n], -2, 3)
    return dict(input=x, target=torch.poisson(x.exp(), generator=random))


def variances(random, n):
    return dict(**regression(random, n), extra=uniform(random, [n], 0.1, 4))


def distributions(random, n):
    scores = uniform(random, [2, n // 256, 256], -5, 5)
    return dict(input=scores[0].log_softmax(1), target=scores[1].softmax(1))


def labelled(random, shape):
    labels = torch.randint(0, shape[1], [shape[0], *shape[2:]], generator=random)
    return dict(input=uniform(random, shape, -5, 5), labels=labels)


def log_probabilities(random, shape):
    rows = labelled(random, shape)
    return dict(rows, input=rows["input"].log_softmax(1))


def mixtures(random, shape):
    scores = uniform(random, [2, *shape], -5, 5)
    return dict(input=scores[0], target=scores[1].softmax(1))


def teachers(random, shape):
    scores = uniform(random, [2, *shape], -5, 5)
    return dict(input=scores[0], target=scores[1])


def label_lists(random, shape):
    """Up to three labels a row."""
    labels = torch.full(shape, -1)
    positives = min(3, shape[1] // 2)
    labels[:, :positives] = torch.randint(0, shape[1], [shape[0], positives], generator=random)
    return dict(input=uniform(random, shape, -2, 2), labels=labels)


def label_sets(random, shape):
    return dict(input=uniform(random, shape, -6, 6), target=torch.randint(0, 2, shape, generator=random).float())


def diagonal(random, shape):
    return dict(input=uniform(random, shape, -1, 1), labels=torch.arange(shape[0]))


# The losses: key, inputs, PyTorch's function, and what is not the default of the C call: its name, hyper-parameters.

POINTWISE = (
    ("mse", regression, F.mse_loss),
    ("l1", regression, F.l1_loss),
    ("smooth_l1", regression, F.smooth_l1_loss),
    ("huber", regression, F.huber_loss),
    ("bce", binary_probabilities, F.binary_cross_entropy),
    ("bce_with_logits", binary, F.binary_cross_entropy_with_logits),
    ("sigmoid_focal", binary, sigmoid_focal),
    ("soft_margin", signed, F.soft_margin_loss),
    ("hinge_embedding", distances, F.hinge_embedding_loss),
    ("margin_ranking", ranking, F.margin_ranking_loss),
    ("poisson_nll", counts, F.poisson_nll_loss),
    ("gaussian_nll", variances, lambda x, var, t: F.gaussian_nll_loss(x, t, var)),
    ("kl_div", distributions, lambda x, t: F.kl_div(x, t, reduction="batchmean")),
)
SMOOTHING = dict(label_smoothing=0.1, ignore_index=-100)
ROWS = (
    ("cross_entropy", labelled, F.cross_entropy),
    ("cross_entropy_smoothing", labelled, lambda x, y: F.cross_entropy(x, y, label_smoothing=0.1)),
    ("cross_entropy_probabilities", mixtures, F.cross_entropy),
    ("nll", log_probabilities, F.nll_loss),
    ("softmax_focal", labelled, softmax_focal),
    ("multi_margin", labelled, F.multi_margin_loss),
    ("multilabel_margin", label_lists, F.multilabel_margin_loss),
    ("multilabel_soft_margin", label_sets, F.multilabel_soft_margin_loss),
    ("jsd", teachers, jsd),
    ("tvd", teachers, tvd),
)
FUNCTIONS = {"cross_entropy_smoothing": "cross_entropy", "cross_entropy_probabilities": "cross_entropy"}
HYPER = {"cross_entropy_smoothing": SMOOTHING}
REDUCTION = {"kl_div": "FL_BATCHMEAN"}
IMAGE = (8, 21, 256, 256)
PAIRS = (1024, 512)
SPEECH = (100, 32, 80, 20)  # frames, samples, classes, labels of each sample


def placed(library, fields, terms=()):
    """The tensors where the library's are, in its type; what there is one of per term stays float32."""
    dtype = getattr(torch, library.dtype)
    return {name: x.to(library.device, dtype if x.is_floating_point() and name not in terms else x.dtype)
            for name, x in fields.items()}


def pointwise(library, key, inputs, torch_loss, n):
    fields = placed(library, inputs(torch.Generator().manual_seed(SEED), n))
    outputs = {"input": "gradient", "extra": "extra_gradient"}
    trained = [name for name in outputs if name in fields]
    gradients = {outputs[name]: torch.empty_like(fields[name]) for name in trained}
    fused = library.call(key, count=n, batch=len(fields["input"]), reduction=REDUCTION.get(key, "FL_MEAN"),
                         **fields, **gradients)
    return Contest(n, fused, list(gradients.values()), [fields[name] for name in trained], [fields["target"]],
                   torch_loss)


def rows(library, key, inputs, torch_loss, shape):
    fields = placed(library, inputs(torch.Generator().manual_seed(SEED), shape))
    x = fields["input"]
    gradient = torch.empty_like(x)
    target = fields["labels"] if "labels" in fields else fields["target"]
    fused = library.call(FUNCTIONS.get(key, key), HYPER.get(key), outer=shape[0], classes=shape[1],
                         inner=math.prod(shape[2:]), reduction="FL_MEAN", gradient=gradient, label_type="FL_INT64",
                         **fields)
    return Contest(x.numel(), fused, [gradient], [x], [target], torch_loss)


def vectors(library, key, torch_loss, count):
    random = torch.Generator().manual_seed(SEED)
    fields = {f"input{i + 1}": uniform(random, PAIRS, -1, 1) for i in range(count)}
    if count == 2:
        fields["target"] = signs(random, PAIRS[:1])
    fields = placed(library, fields, terms=["target"])
    inputs = [fields[f"input{i + 1}"] for i in range(count)]
    gradients = [torch.empty_like(x) for x in inputs]
    fields.update({f"gradient{i + 1}": x for i, x in enumerate(gradients)})
    fused = library.call(key, rows=PAIRS[0], dimensions=PAIRS[1], reduction="FL_MEAN", **fields)
    return Contest(0, fused, gradients, inputs, [fields["target"]] if count == 2 else [], torch_loss)


def speech(library):
    frames, samples, classes, labels = SPEECH
    random = torch.Generator().manual_seed(SEED)
    fields = placed(library, dict(
        input=uniform(random, [frames, samples, classes], -5, 5),
        targets=torch.randint(1, classes, [samples, labels], generator=random),
        input_lengths=torch.full([samples], frames), target_lengths=torch.full([samples], labels)))
    x, *constants = fields.values()
    gradient = torch.empty_like(x)
    fused = library.call("ctc", times=frames, batch=samples, classes=classes, target_stride=labels,
                         target_count=samples * labels, target_type="FL_INT64", length_type="FL_INT64",
                         reduction="FL_MEAN", gradient=gradient, **fields)
    return Contest(0, fused, [gradient], [x], constants, ctc)


def contests(library, quick):
    """Key, size and a function that makes the contest, so that only one of them holds memory at a time."""
    def sizes(all_sizes):
        return [QUICK.get(n, n) if quick else n for n in all_sizes]

    def named(shape):
        return "x".join(map(str, shape))

    for key, inputs, loss in POINTWISE:
        for n in sizes(POINTWISE_SIZES):
            yield key, str(n), lambda: pointwise(library, key, inputs, loss, n)
    for key, inputs, loss in ROWS:
        for classes in CLASSES:
            if key == "multilabel_margin" and classes > MULTILABEL_CLASSES:
                continue
            for n in sizes(ROW_SIZES):
                shape = [max(1, n // classes), classes]
                yield key, named(shape), lambda: rows(library, key, inputs, loss, shape)
    for key, loss in ("cross_entropy", F.cross_entropy), ("dice", dice):
        yield key, named(IMAGE), lambda: rows(library, key, labelled, loss, IMAGE)
    for n in sizes(ROW_SIZES):
        shape = [math.isqrt(n)] * 2
        yield "info_nce", named(shape), lambda: rows(library, "info_nce", diagonal, info_nce, shape)
    yield "cosine_embedding", named(PAIRS), lambda: vectors(library, "cosine_embedding", F.cosine_embedding_loss, 2)
    yield "triplet_margin", named(PAIRS), lambda: vectors(library, "triplet_margin", F.triplet_margin_loss, 3)
    yield "ctc", "T{} N{} C{} L{}".format(*SPEECH), lambda: speech(library)
