"""Any module of PyTorch: loss, outputs and gradients of the session are those of torch."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bpdebug import api
from bpdebug.importers.torch import program, session_from
from bpdebug.importers.torch.program import (
    session_from_program,
    session_of_names,
    uses_torch,
)

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional

Module: Any = nn.Module
Function: Any = torch.autograd.Function
S = nn.Sequential


class Of(Module):  # type: ignore[misc]
    """A module inside, and what is done with it."""

    def __init__(self, inner: Any, compute: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        self.inner, self.compute = inner, compute

    def forward(self, x: Any) -> Any:
        return self.compute(self.inner, x)


def cubes(output: Any) -> Any:
    """A loss that depends on all that comes out, and not on its mean and variance alone."""
    output = output[0] if isinstance(output, tuple) else output
    weights = torch.linspace(0.5, 1.5, output.numel(), dtype=torch.float64).reshape(output.shape)
    return (weights * output**3).sum()


def of(*shape: int) -> Any:
    """Numbers that are the same in every run."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(7), dtype=torch.float64)


def check(
    module: Any, inputs: Any, targets: Any = None, loss: Any = cubes, **more: Any
) -> tuple[dict[str, Any], api.Run]:
    """The loss and all gradients of the session beside those of torch."""
    torch.manual_seed(3)
    fields = session_from(module, inputs, targets, loss, **more)
    run = api.build(fields)
    run.step("iteration")
    double = copy.deepcopy(module).double()
    torch.manual_seed(3)
    with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH):
        out = double(*inputs) if isinstance(inputs, tuple) else double(inputs)
    error = loss(out) if targets is None else loss(out, targets)
    error.backward()
    name = fields["model"]["loss"]
    assert run.value(name) == pytest.approx(error.item(), rel=1e-10)
    gradients = [(n, p.grad) for n, p in double.named_parameters() if p.grad is not None]
    greatest = max(float(each.abs().max()) for _, each in gradients)
    trained = [each for each in fields["parameters"] if each not in fields["frozen"]]
    found = {name: run.gradient(name) for name in trained}
    for path, gradient in gradients:
        (name,) = [n for n in trained if n.endswith(_end(path))] or [""]
        wanted = gradient.squeeze().numpy()
        ours = np.asarray(found.pop(name, np.zeros(wanted.shape)))
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-10 * greatest)
    assert not found
    return fields, run


def _end(path: str) -> str:
    """How the name of a parameter ends: one that begins with a number has a word before it."""
    return path.replace(".", "_")


IMAGE, STEPS, ROWS = of(2, 2, 5, 5), of(2, 2, 4), of(3, 4)
SMALL = IMAGE[:, :, :2, :3]
CLASSES = torch.tensor([0, 3, 1])
TOKENS = torch.tensor([[1, 2], [0, 1], [4, 1]])

MODULES: dict[str, Callable[[], tuple[Any, Any]]] = {
    "conv2d": lambda: (
        S(nn.Conv2d(2, 2, 3, 2, 1), nn.Tanh(), nn.Flatten(), nn.Linear(18, 2)),
        IMAGE,
    ),
    "conv2d in groups": lambda: (nn.Conv2d(2, 4, 2, dilation=2, groups=2), IMAGE[:1]),
    "conv1d": lambda: (nn.Conv1d(4, 3, 2, padding=1), STEPS.permute(1, 2, 0)),
    "conv transposed": lambda: (nn.ConvTranspose2d(2, 2, 3, 2, 1, 1), IMAGE[:, :, :3, :3]),
    "max pooling": lambda: (S(nn.Conv2d(2, 2, 2), nn.ReLU(), nn.MaxPool2d(2)), IMAGE[:1]),
    "max pooling padded": lambda: (S(nn.Conv2d(2, 2, 1), nn.MaxPool2d(3, 2, 1)), IMAGE[:1]),
    "max pooling of large windows": lambda: (S(nn.Conv2d(2, 1, 1), nn.MaxPool2d(5)), IMAGE[:1]),
    "average pooling": lambda: (
        S(nn.Conv2d(2, 2, 1), nn.AvgPool2d(3, 2, 1, count_include_pad=False)),
        IMAGE[:1],
    ),
    "adaptive pooling": lambda: (S(nn.Conv2d(2, 2, 1), nn.AdaptiveAvgPool2d((3, 1))), IMAGE[:1]),
    "batch norm": lambda: (S(nn.Conv2d(2, 2, 1), nn.BatchNorm2d(2)), SMALL),
    "batch norm in eval": lambda: (S(nn.Linear(4, 3), nn.BatchNorm1d(3)).eval(), ROWS),
    "group norm": lambda: (S(nn.Conv2d(2, 2, 1), nn.GroupNorm(2, 2)), SMALL),
    "layer norm": lambda: (S(nn.Linear(4, 4), nn.LayerNorm(4)), STEPS),
    "dropout": lambda: (S(nn.Linear(4, 4), nn.Dropout(), nn.Linear(4, 2)), ROWS),
    "embedding": lambda: (S(nn.Embedding(5, 3, padding_idx=1), nn.Linear(3, 2)), TOKENS),
    "RNN": lambda: (nn.RNN(4, 3, nonlinearity="relu", batch_first=True), STEPS),
    "LSTM": lambda: (nn.LSTM(4, 2, 2, bidirectional=True, dropout=0.3), STEPS),
    "GRU": lambda: (nn.GRU(4, 3), STEPS),
    "LSTM cell": lambda: (nn.LSTMCell(4, 3), ROWS),
    "GRU cell": lambda: (nn.GRUCell(4, 3), ROWS),
    "attention": lambda: (Of(nn.MultiheadAttention(4, 2), lambda m, x: m(x, x, x)), STEPS),
    "transformer": lambda: (nn.TransformerEncoderLayer(4, 2, 6, 0.1, nn.Tanh()), STEPS),
    "scaled dot product": lambda: (
        Of(
            nn.Linear(4, 4),
            lambda m, x: F.scaled_dot_product_attention(m(x), x, 2 * m(x), is_causal=True),
        ),
        STEPS,
    ),
    "activations": lambda: (
        S(
            *(
                nn.Linear(4, 4),
                nn.LeakyReLU(0.2),
                nn.ELU(0.5),
                nn.Softplus(2),
                nn.SiLU(),
                nn.PReLU(),
            ),
            *(nn.Hardtanh(), nn.LogSigmoid(), nn.GELU("tanh"), nn.Mish(), nn.SELU(), nn.GLU()),
        ),
        ROWS,
    ),
    "in place": lambda: (S(nn.Linear(4, 4), nn.ReLU(inplace=True), nn.Linear(4, 2)), ROWS),
    "elements": lambda: (
        Of(
            nn.Linear(4, 4),
            lambda m, x: m(x).gather(1, TOKENS % 4) + torch.cat([m(x)[:, 2:].flip(1)]) * x[:, :2],
        ),
        ROWS,
    ),
    "places": lambda: (
        Of(
            nn.Linear(4, 4),
            lambda m, x: (
                (m(x) * x)[x > 0] ** 2
                + torch.zeros(2, 4, dtype=x.dtype).index_add(0, CLASSES % 2, m(x)).sum()
            ),
        ),
        ROWS,
    ),
    "norms": lambda: (
        Of(
            nn.Linear(4, 4),
            lambda m, x: (
                F.normalize(m(x)) + m(x).std(0) + m(x).max(1)[0][:, None] + m(x).logsumexp(0)
            ),
        ),
        ROWS,
    ),
    "weight norm": lambda: (nn.utils.parametrizations.weight_norm(nn.Linear(4, 3)), ROWS),
}


@pytest.mark.parametrize("name", MODULES)
def test_the_gradients_of_modules_are_those_of_torch(name: str) -> None:
    torch.manual_seed(5)
    module, inputs = MODULES[name]()
    check(module.double(), inputs)


LOSSES: dict[str, tuple[Any, Any]] = {
    "MSE": (nn.MSELoss(), of(3, 4)),
    "cross entropy": (nn.CrossEntropyLoss(label_smoothing=0.1), CLASSES),
    "cross entropy, weighted": (nn.CrossEntropyLoss(of(4).abs(), ignore_index=3), CLASSES),
    "BCE": (lambda o, t: nn.BCELoss()(o.sigmoid(), t), of(3, 4).sigmoid()),
    "BCE with logits": (nn.BCEWithLogitsLoss(pos_weight=of(4).abs()), of(3, 4).sigmoid()),
    "NLL": (lambda o, t: nn.NLLLoss()(o.log_softmax(1), t), CLASSES),
    "Huber": (nn.HuberLoss(delta=0.5), of(3, 4)),
    "KL": (lambda o, t: F.kl_div(o.log_softmax(1), t), of(3, 4).softmax(1)),
}


@pytest.mark.filterwarnings("ignore:reduction")
@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_those_of_torch(name: str) -> None:
    loss, targets = LOSSES[name]
    torch.manual_seed(5)
    check(S(nn.Linear(4, 4), nn.Identity()).double(), ROWS, targets, loss)


class Tied(Module):  # type: ignore[misc]
    """A residual network whose layers share a weight, frozen biases, a parameter of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(4, 4), nn.Linear(4, 4)
        self.second.weight = self.first.weight
        self.first.bias.requires_grad_(False)
        self.scale = nn.Parameter(torch.tensor(1.5))
        self.unused = nn.Linear(2, 2)

    def forward(self, x: Any) -> Any:
        h = torch.tanh(self.first(x))
        return h + self.scale * self.second(h)


def test_names_lines_tied_and_frozen_parameters() -> None:
    torch.manual_seed(5)
    fields, run = check(Tied().double(), ROWS)
    assert fields["frozen"] == ["first_bias"]
    assert set(fields["parameters"]) == {"first_weight", "first_bias", "second_bias", "scale"}
    assert "first[n,i] = Σ(j: x[n,j]·first_weight[i,j]) + first_bias[i]" in run.equations()
    assert fields["model"]["origins"]["h"].endswith("  h = torch.tanh(self.first(x))")
    assert fields["model"]["origins"]["h"].startswith("test_from_torch_module.py:")
    assert "Not in the loss: unused.weight, unused.bias" in fields["notes"]


def test_the_module_is_left_as_it_was() -> None:
    net = S(nn.Linear(4, 3), nn.BatchNorm1d(3), nn.Dropout())
    before = {name: each.clone() for name, each in net.state_dict().items()}
    net[0].weight.grad = torch.ones(3, 4)
    state = torch.get_rng_state()
    fields = session_from(net, ROWS.float(), None, cubes)
    assert "takes mean and variance of the batch (train)" in fields["notes"]
    assert all(torch.equal(before[name], each) for name, each in net.state_dict().items())
    assert torch.equal(state, torch.get_rng_state())
    assert net[0].weight.dtype is torch.float32
    assert net[0].weight.grad.sum() == 12
    assert torch.get_default_dtype() is torch.float32


class Sloppy(Function):  # type: ignore[misc]
    """A square whose backward has lost a factor."""

    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return gradients[0] * ctx.saved_tensors[0]


class Careful(Sloppy):
    """The same, right."""

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        return 2 * gradients[0] * ctx.saved_tensors[0]


apply = Sloppy.apply


def test_a_function_of_ones_own_is_checked_beside_the_derivative_of_its_forward() -> None:
    torch.manual_seed(5)
    linear = nn.Linear(4, 2).double()
    right = session_from(Of(linear, lambda m, x: Careful.apply(m(x))), ROWS, None, cubes)
    assert "Wrong" not in right["notes"]
    assert api.build(right).check().ok
    wrong = session_from(Of(linear, lambda m, x: apply(m(x))), ROWS, None, cubes)
    assert "the backward of Sloppy: its gradient for argument 1 is" in wrong["notes"]
    assert not api.build(wrong).check(causes=False).ok
    assert right["model"]["equations"] == wrong["model"]["equations"]


STRAY = torch.ones(3, requires_grad=True)


def _by_value(linear: Any, x: Any) -> Any:
    return linear(x) * float(linear.weight[0, 0].detach())


def _no_counterpart(linear: Any, x: Any) -> Any:
    return torch.atan(linear(x))


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (_no_counterpart, r"test_from_torch_module.py:\d+, in Of: torch's atan has no counterpart"),
        (_by_value, "the loss with parameters changed a little would be"),
        (lambda m, x: m(x) * m(x).detach(), "stops at test_from_torch_module.py"),
        (lambda m, x: m(x).argmax(), r"loss: found a tensor of torch.int64 with the shape \(\)"),
        (lambda m, x: m(x) + STRAY, "is not a parameter of the module"),
    ],
)
def test_what_cannot_be_brought_over_is_refused_by_line(compute: Any, message: str) -> None:
    torch.manual_seed(5)
    loss = (lambda o: o) if "loss: " in message else cubes
    with pytest.raises(api.SessionError, match=message):
        session_from(Of(nn.Linear(4, 3), compute), ROWS, None, loss)


def test_what_is_decided_by_values_is_told() -> None:
    net = Of(nn.Linear(4, 3), lambda m, x: m(x) if m(x).sum() > -1e9 else x)
    notes = check(net.double(), ROWS)[0]["notes"]
    assert "torch._local_scalar_dense in test_from_torch_module.py:" in notes


OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "descent": lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.1),
    "momentum": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.1),
    "adam": lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.1),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.1),
}


@pytest.mark.parametrize(
    ("name", "loss"),
    [*((name, nn.CrossEntropyLoss()) for name in OPTIMIZERS), ("adam", "softmax cross-entropy")],
)
def test_an_optimizer_goes_on_from_its_state(name: str, loss: Any) -> None:
    torch.manual_seed(5)
    net = S(nn.Linear(4, 1), nn.Tanh(), nn.Linear(1, 3)).double()
    optimizer = OPTIMIZERS[name](net.parameters())
    targets = F.one_hot(torch.tensor([0, 2, 1]), 3).double()

    def step() -> None:
        optimizer.zero_grad()
        nn.CrossEntropyLoss()(net(ROWS), targets).backward()
        optimizer.step()

    step()
    step()
    run = api.build(session_from(net, ROWS, targets, loss, reduction="mean", optimizer=optimizer))
    for _ in range(3):
        step()
        run.step("iteration")
    wanted = np.sort(torch.cat([p.detach().ravel() for p in net.parameters()]).numpy())
    np.testing.assert_allclose(np.sort([*run.parameters().values()]), wanted, rtol=1e-11)


@pytest.mark.parametrize(
    ("optimizer", "message"),
    [
        (lambda p: torch.optim.RMSprop(p), "found RMSprop, expected SGD, Adam or AdamW"),
        (lambda p: torch.optim.Adam(p, amsgrad=True), "amsgrad has no counterpart"),
        (
            lambda p: torch.optim.SGD([{"params": [q], "lr": n + 1.0} for n, q in enumerate(p)]),
            "lr is 2.0 in group 2 of the parameters and 1.0 in the first",
        ),
    ],
)
def test_optimizers_without_a_counterpart_are_refused(optimizer: Any, message: str) -> None:
    net = nn.Linear(4, 2)
    with pytest.raises(api.SessionError, match=message):
        session_from(net, ROWS, None, cubes, optimizer=optimizer(net.parameters()))


class Block(Module):  # type: ignore[misc]
    """What a network may be made of, with a way around it."""

    def __init__(self, inner: Any) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: Any) -> Any:
        found = self.inner(x)
        return x + (found[0] if isinstance(found, tuple) else found)


class Attending(Module):  # type: ignore[misc]
    """Attention by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(4, 4, bias=False) for _ in range(3))

    def forward(self, x: Any) -> Any:
        scores = self.q(x) @ self.k(x).transpose(-2, -1) / 2.0
        return scores.softmax(-1) @ self.v(x)


PARTS: tuple[Callable[[], Any], ...] = (
    lambda: nn.Linear(4, 4),
    lambda: S(nn.Linear(4, 3), nn.SiLU(), nn.Dropout(0.3), nn.Linear(3, 4)),
    lambda: nn.LayerNorm(4),
    Attending,
    lambda: nn.GRU(4, 4, batch_first=True),
    lambda: S(nn.Flatten(1), nn.Linear(8, 8), nn.Tanh(), nn.Unflatten(1, (2, 4))),
)


@settings(max_examples=4, phases=[Phase.generate])
@given(st.lists(st.sampled_from(range(len(PARTS))), min_size=2, max_size=3), st.integers(0, 99))
def test_networks_of_any_parts_have_the_gradients_of_torch(chosen: list[int], seed: int) -> None:
    torch.manual_seed(seed)
    shared: dict[int, Any] = {}
    blocks = [shared.setdefault(each, Block(PARTS[each]())) for each in chosen]
    check(S(*blocks).double(), STEPS)


PROGRAM = """
import torch
from torch import nn

print("not an answer")
torch.manual_seed(1)
net = nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3))
x, labels = torch.randn(4, 2), torch.tensor([0, 2, 1, 1])
criterion = nn.CrossEntropyLoss()
"""


def test_a_file_with_a_module_becomes_a_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.py"
    path.write_text(PROGRAM)
    assert uses_torch(path)
    fields, assumed = session_from_program(path)
    assert assumed.startswith("module net, inputs x, targets labels, loss criterion, gradient desc")
    assert fields["notes"].startswith(f"Assumed: {assumed}.\nFrom the module")
    names: dict[str, Any] = {}
    exec(PROGRAM, names)
    expected = session_from(names["net"], names["x"], names["labels"], names["criterion"])
    assert fields | {"notes": ""} == expected | {"notes": ""}
    criterion = names["criterion"]
    criterion(names["net"](names["x"]), names["labels"]).backward()
    assert session_of_names(names)["fields"]["notes"].startswith(
        "The file has trained it; a loop under"
    )
    del names["labels"]
    with pytest.raises(
        api.SessionError, match="without targets what comes out is the loss: name them"
    ):
        session_of_names(names)
    path.write_text("while True: pass")
    monkeypatch.setattr(program, "SECONDS", 0.3)
    with pytest.raises(api.SessionError, match=r"net\.py: the program did not finish in time"):
        session_from_program(path)


def test_convolutions_calculate_their_positions() -> None:
    fields = session_from(nn.Conv1d(2, 3, 3, stride=2, dilation=2), of(2, 2, 9), None, cubes)
    first, *_ = fields["model"]["equations"]
    assert first == "output[i,j,k] = sum(l: sum(m: x[i,l,2*k+2*m-3]*weight[j,l,m])) + bias[j]"
