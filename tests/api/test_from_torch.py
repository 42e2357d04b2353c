"""A network of PyTorch has the same numbers and the same gradients here."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from bpdebug import api
from bpdebug.from_torch import session_from

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


def _tied() -> Any:
    first, second = nn.Linear(2, 2), nn.Linear(2, 2)
    second.weight = first.weight
    return nn.Sequential(first, nn.Tanh(), second)


@pytest.mark.parametrize(
    ("net", "message"),
    [
        (nn.Sequential(nn.Linear(2, 2), nn.Dropout()), "[1]: Dropout has no counterpart"),
        (nn.Sequential(nn.Linear(2, 2), nn.GELU()), "[1]: found GELU(approximate='none'), expec"),
        (nn.Sequential(nn.Linear(2, 2), nn.Softmax(dim=0)), "[1]: found Softmax(dim=0), expected"),
        (nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.ReLU()), "[2]: ReLU does not follow a Lin"),
        (nn.Sequential(nn.Sequential(nn.Tanh())), "[0][0]: Tanh does not follow a Linear"),
        (nn.Sequential(nn.Linear(2, 2), nn.Conv1d(2, 2, 1)), "[1]: Conv1d has no counterpart"),
        (nn.Sequential(), "there is no Linear in it"),
        (_tied(), "[2]: shares its weights with a layer before it"),
    ],
)
def test_what_has_no_counterpart_is_refused(net: Any, message: str) -> None:
    with pytest.raises(api.SessionError) as caught:
        session_from(net, [1, 2], [1, 2])
    assert str(caught.value).startswith(f"torch.nn.Sequential: {message}")
