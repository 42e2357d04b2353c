"""A network of PyTorch has the same numbers and the same gradients here."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from bpdebug import api
from bpdebug.importers.torch import session_from
from bpdebug.models.losses import LOSSES as LOSS_NAMES

torch = pytest.importorskip("torch")
nn = torch.nn

ACTIVATIONS = {
    "Sigmoid": nn.Sigmoid(),
    "Tanh": nn.Tanh(),
    "ReLU": nn.ReLU(),
    "LeakyReLU": nn.LeakyReLU(),
    "ELU": nn.ELU(),
    "Softplus": nn.Softplus(),
    "SiLU": nn.SiLU(),
    "GELU": nn.GELU(approximate="tanh"),
    "Softmax": nn.Softmax(dim=-1),
    "Identity": nn.Identity(),
}

LOSSES = {
    "mean squared error": (nn.MSELoss(), "sum"),
    "squared error": (nn.MSELoss(reduction="sum"), "sum"),
    "absolute error": (nn.L1Loss(reduction="sum"), "sum"),
    "huber": (nn.HuberLoss(reduction="sum"), "sum"),
    "softmax cross-entropy": (nn.CrossEntropyLoss(), "mean"),
}


def network(*modules: Any) -> Any:
    """A Sequential with weights that are the same in every run."""
    torch.manual_seed(20)
    found = nn.Sequential(*modules)
    for parameter in found.parameters():
        nn.init.normal_(parameter)
    return found


def compare(net: Any, inputs: Any, targets: Any, loss: str, criterion: Any, reduction: str) -> None:
    """Parameters exactly, the loss, and after three iterations of descent the gradients."""
    run = api.build(session_from(net, inputs, targets, loss, 0.05, reduction, iterations=3))
    # In the order of the parameters of torch: the weights of a layer, then its biases.
    names = list(run.parameters())
    exact = torch.cat([p.detach().double().ravel() for p in net.parameters()]).tolist()
    order = _order(net)
    assert [run.parameters()[name] for name in order] == exact
    assert sorted(order) == sorted(names)
    double = copy.deepcopy(net).double()
    optimizer = torch.optim.SGD(double.parameters(), lr=0.05)
    for _ in range(3):
        optimizer.zero_grad()
        error = criterion(double(inputs.double()), targets.double())
        error.backward()
        optimizer.step()
        run.step("iteration")
        wanted = torch.cat([p.grad.ravel() for p in double.parameters()]).numpy()
        found = np.array([run.gradient(name) for name in order])
        np.testing.assert_allclose(found, wanted, rtol=1e-12, atol=1e-12 * np.abs(wanted).max())
        assert run.value("loss") == pytest.approx(error.item(), rel=1e-12)


def _order(net: Any) -> list[str]:
    weights, biases, found = 0, 0, []
    for module in net.modules():
        if isinstance(module, nn.Linear):
            found += [f"w{weights + 1 + n}" for n in range(module.weight.numel())]
            weights += module.weight.numel()
            if module.bias is not None:
                found += [f"b{biases + 1 + n}" for n in range(module.bias.numel())]
                biases += module.bias.numel()
    return found


INPUTS = torch.tensor([[0.3, -0.7, 1.1], [0.9, 0.2, -0.4], [-1.3, 0.6, 0.1]])
TARGETS = torch.tensor([[0.2, 0.8], [0.5, 0.5], [0.9, 0.1]])


@pytest.mark.parametrize("activation", ACTIVATIONS.values(), ids=ACTIVATIONS.keys())
def test_gradients_with_every_activation_are_those_of_torch(activation: Any) -> None:
    net = network(nn.Linear(3, 4), activation, nn.Linear(4, 2))
    compare(net, INPUTS, TARGETS, "mean squared error", nn.MSELoss(), "sum")


@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_with_losses_that_torch_has_are_the_same(loss: str) -> None:
    criterion, reduction = LOSSES[loss]
    compare(network(nn.Linear(3, 2)), INPUTS, TARGETS, loss, criterion, reduction)


def test_binary_cross_entropy_of_one_output_is_the_same() -> None:
    net = network(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 1), nn.Sigmoid())
    compare(net, INPUTS, TARGETS[:, :1], "binary cross-entropy", nn.BCELoss(), "mean")


def test_layers_without_biases_one_observation_and_nesting() -> None:
    inner = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Sigmoid(), nn.Identity())
    net = network(inner, nn.Linear(3, 2), nn.Linear(2, 2, bias=False), nn.Sigmoid())
    compare(net, INPUTS[0], TARGETS[0], "mean squared error", nn.MSELoss(), "sum")


def test_one_unit_with_a_bias_is_a_network() -> None:
    compare(network(nn.Linear(3, 1)), INPUTS, TARGETS[:, :1], "squared error", _SQUARED, "sum")


_SQUARED = nn.MSELoss(reduction="sum")


def test_lists_are_read_as_doubles() -> None:
    run = api.build(session_from(network(nn.Linear(2, 1)), [0.1, 0.2], [0.3]))
    assert (run.value("x1"), run.value("x2"), run.value("t1")) == (0.1, 0.2, 0.3)


def test_every_loss_comes_in() -> None:
    net = network(nn.Linear(3, 2), nn.Sigmoid())
    for loss in LOSS_NAMES:
        if loss != "softmax cross-entropy":
            api.build(session_from(net, INPUTS, TARGETS, loss, reduction="mean"))


@pytest.mark.parametrize("wrapper", [torch.no_grad, torch.inference_mode])
def test_it_does_not_matter_what_torch_is_set_to(wrapper: Any) -> None:
    net = network(nn.Linear(3, 4), nn.ReLU(inplace=True), nn.Linear(4, 2)).half()
    with wrapper():
        fields = session_from(net, INPUTS.half(), TARGETS)
    assert fields == session_from(net, INPUTS.half(), TARGETS)
    assert all(p.grad is None and p.dtype is torch.float16 for p in net.parameters())


def test_frozen_parameters_stay_frozen() -> None:
    net = network(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 2))
    net[0].weight.requires_grad_(False)
    net[2].bias.requires_grad_(False)
    fields = session_from(net, INPUTS, TARGETS, learning_rate=0.05)
    assert fields["frozen"] == ["W1", "B2"]
    run = api.build(fields)
    double = copy.deepcopy(net).double()
    trained = [p for p in double.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.05)
    for _ in range(3):
        optimizer.zero_grad()
        nn.MSELoss()(double(INPUTS.double()), TARGETS.double()).backward()
        optimizer.step()
        run.step("iteration")
    wanted = torch.cat([p.detach().ravel() for p in double.parameters()])
    found = [run.parameters()[name] for name in _order(net)]
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    with pytest.raises(api.ActionError):
        run.gradient("w1")


def test_a_kink_reached_except_for_rounding_is_no_difference() -> None:
    """0.1 + 0.2 - 0.3 is 0 or not, as the order is, and there the slope of a ReLU jumps."""
    net = nn.Sequential(nn.Linear(20, 1, bias=False), nn.ReLU(), nn.Linear(1, 1)).double()
    random = np.random.default_rng(1)
    for _ in range(20):
        weights = random.integers(-9, 10, 20) / 10
        weights[-1] -= round(weights.sum(), 1)
        with torch.no_grad():
            net[0].weight[:] = torch.tensor(weights)
        session_from(net, [1] * 20, [1])


def test_a_network_without_anything_to_train_comes_in() -> None:
    net = network(nn.Linear(3, 2), nn.Tanh()).requires_grad_(False)
    assert session_from(net, INPUTS, TARGETS)["frozen"] == ["W1", "B1"]


def test_saturated_units_are_no_difference() -> None:
    net = network(nn.Linear(3, 2), nn.Sigmoid(), nn.Linear(2, 2), nn.Sigmoid())
    with torch.no_grad():
        net[0].weight *= 40
        net[2].weight *= 30
    for loss in ("mean squared error", "binary cross-entropy"):
        session_from(net, INPUTS, TARGETS, loss)


# Classes that can be derived from whether or not torch is there to be checked against.
Module: Any = nn.Module
Sequential: Any = nn.Sequential
Linear: Any = nn.Linear


class _Function(Module):  # type: ignore[misc]
    """The forward that a class of modules does not show."""

    def __init__(self, units: int = 3) -> None:
        super().__init__()
        self.one, self.two = nn.Linear(units, units), nn.Linear(units, units)

    def forward(self, x: Any) -> Any:
        return self.two(torch.relu(self.one(x)))


class _Residual(Sequential):  # type: ignore[misc]
    def forward(self, x: Any) -> Any:
        return x + super().forward(x)


class _Named(Sequential):  # type: ignore[misc]
    pass


class _Scaled(Linear):  # type: ignore[misc]
    def forward(self, x: Any) -> Any:
        return 2 * super().forward(x)


def _tied() -> Any:
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    second.weight = first.weight
    return nn.Sequential(first, nn.Tanh(), second)


def _tied_by_memory() -> Any:
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    net[1].bias = nn.Parameter(net[0].weight.detach()[0])
    return net


def _changed(module: Any, change: Callable[[Any], object]) -> Any:
    change(module)
    return nn.Sequential(nn.Sequential(module, nn.Tanh()), nn.Linear(2, 2))


def _replace_forward(module: Any) -> None:
    module.forward = torch.relu


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (
            nn.Sequential(nn.Linear(2, 2), nn.Softmax2d()),
            "the forward pass fails: ValueError: Softmax2d: expected input to be 3D or 4D",
        ),
        (nn.Sequential(nn.Linear(2, 2), nn.Linear(3, 2)), "the forward pass fails: RuntimeErr"),
        (_tied_by_memory(), "linear1.bias: shares memory with linear0.weight"),
        (torch.relu, "found a builtin_function_or_method, expected a torch.nn.Module"),
        (nn.Sequential(nn.Linear(2, 2, dtype=torch.complex64)), "linear0.weight: is torch.compl"),
        (nn.Sequential(nn.Linear(1001, 1000)), "cannot be opened: the program computes more"),
        (nn.Sequential(nn.Linear(2, 2, device="meta")), "linear0.weight: has no values yet"),
    ],
)
def test_what_has_no_counterpart_is_refused(net: Any, message: str) -> None:
    with pytest.raises(api.SessionError) as caught:
        session_from(net, [1, 2], [1, 2])
    assert str(caught.value).startswith(f"torch.nn.Module: {message}")


@pytest.mark.parametrize(
    "net",
    [
        nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=0)),
        nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.ReLU()),
        _tied(),
        _Function(2),
        nn.Sequential(_Residual(nn.Linear(2, 2))),
        _Named(nn.Linear(2, 2)),
        nn.Sequential(_Scaled(2, 2)),
        _changed(nn.Linear(2, 2), lambda m: m.register_forward_hook(lambda *_: _[2] * 2)),
        _changed(nn.Linear(2, 2), nn.utils.parametrizations.weight_norm),
        _changed(nn.Linear(2, 2), _replace_forward),
    ],
)
def test_what_is_not_layers_becomes_equations(net: Any) -> None:
    assert "equations" in session_from(net, [0.4, -0.3], [0.2, 0.1])["model"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([1, 2, 3], [1, 2]), "inputs: found the shape (3,), expected (2,) or (n, 2)"),
        (([[1, 2], [1, 2]], [0, 1]), "targets: found 1 rows, expected 2"),
        (([[1, 2]], [1]), "targets: found the shape (1,), expected (2,) or (n, 2) (a class is"),
        (([1, math.inf], [1, 2]), "inputs: a value is not finite"),
        (([[1, 2], [1]], [1, 2]), "inputs: expected numbers, one observation or a row for each: "),
        ((torch.tensor([1j, 2]), [1, 2]), "inputs: expected numbers, one observation or"),
        (([1, 2], [1, 2], "nll"), "loss: found 'nll', expected a function, or one of: half"),
    ],
)
def test_data_that_do_not_fit_are_refused(given: Any, message: str) -> None:
    with pytest.raises(api.SessionError) as caught:
        session_from(nn.Sequential(nn.Linear(2, 2)), *given)
    assert str(caught.value).partition(": ")[2].startswith(message)


def _doubled(module: Any, inputs: Any, output: Any) -> Any:
    return 2 * output if isinstance(module, nn.Linear) and module.out_features == 4 else None


def test_what_cannot_be_seen_is_found_in_the_numbers() -> None:
    """A hook on all modules at once stands at none of them."""
    net = network(nn.Linear(3, 3), nn.Tanh(), nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
    session_from(net, INPUTS, TARGETS)
    hook = nn.modules.module.register_module_forward_hook(_doubled)
    try:
        with pytest.raises(api.SessionError, match=r"h2\[1,\d\], after the Linear at \[2\],"):
            session_from(net, INPUTS, TARGETS)
    finally:
        hook.remove()
