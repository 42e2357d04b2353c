"""The catalogue of mistakes, the more common ones first: one table, one entry a mistake.

Where several mistakes give the same numbers, the one that stands first here is named first.
"""

from __future__ import annotations

from bpdebug.checks.mistakes import activations, backward, forward, slips, updates
from bpdebug.checks.mistakes.alteration import Mistake

ROUNDED = "rounded numbers fed back"
"""The entry that goes with any other: many people round on the way."""

CATALOGUE = (
    Mistake(
        "in-place updates",
        "the weights of a layer were updated before the gradients of the layers before it",
        backward.in_place,
        is_habit=True,
    ),
    Mistake(
        "missing paths",
        "a quantity reaches the loss along several paths, and not all of them were summed up",
        backward.missing_paths,
    ),
    Mistake(
        "½ of the loss",
        "the ½ of the loss was left out, or added where there is none",
        forward.half_forgotten,
        is_habit=True,
    ),
    Mistake(
        "sum or mean",
        "the loss was averaged instead of summed, or the reverse",
        forward.mean_forgotten,
        is_habit=True,
    ),
    Mistake(
        "wrong loss",
        "the numbers belong to another loss, such as cross-entropy for the squared error",
        forward.other_loss,
        is_habit=True,
    ),
    Mistake(
        "activation derivative missing",
        "the gradient was not multiplied by the derivative of an activation",
        activations.derivative_missing,
    ),
    Mistake(
        "activation derivative doubled",
        "the gradient was multiplied by the derivative of an activation twice",
        activations.derivative_doubled,
    ),
    Mistake(
        "derivative at the wrong argument",
        "the derivative of an activation was taken at its value instead of its "
        "argument, or the reverse",
        activations.wrong_argument,
    ),
    Mistake(
        "derivative of another activation",
        "the derivative of another activation was used, or only half of the right one",
        activations.of_another,
    ),
    Mistake(
        "transposed weights",
        "a weight matrix was used the other way round",
        backward.transposed,
    ),
    Mistake(
        "wrong sign",
        "a derivative has the wrong sign, such as target minus output",
        backward.wrong_sign,
    ),
    Mistake(
        "ascent",
        "the gradient was added to a parameter instead of subtracted",
        updates.ascent,
    ),
    Mistake(
        "learning rate",
        "the learning rate was off by a factor, or left out",
        updates.learning_rate_off,
        is_habit=True,
    ),
    Mistake(
        "2 of the square",
        "the loss is right, but its derivative is twice or half what it should be",
        backward.constant_of_square,
    ),
    Mistake(
        "observations",
        "the gradient is not the sum over all observations",
        backward.observations_forgotten,
        is_habit=True,
    ),
    Mistake(
        "gradients not cleared",
        "the gradients from the previous iteration were added to those of this one",
        backward.not_cleared,
        is_habit=True,
    ),
    Mistake(
        "bias left out",
        "a bias was not added",
        forward.bias_left_out,
    ),
    Mistake(
        "bias for each unit",
        "each unit was given its own bias although they share one",
        forward.bias_for_each_unit,
        is_habit=True,
    ),
    Mistake(
        "bias shared",
        "units were treated as if they shared a bias although each has its own",
        backward.bias_of_units,
    ),
    Mistake(
        "frozen parameter updated",
        "a parameter that should stay fixed was updated",
        updates.frozen_updated,
        is_habit=True,
    ),
    Mistake(
        "parameter not updated",
        "a parameter was left unchanged",
        updates.not_updated,
    ),
    Mistake(
        "no bias correction",
        "the moments were not corrected for their start at 0",
        updates.no_bias_correction,
        is_habit=True,
    ),
    Mistake(
        "ε misplaced",
        "ε is under the square root instead of beside it, or was left out",
        updates.epsilon_misplaced,
        is_habit=True,
    ),
    Mistake(
        "no square root",
        "the mean square was used without its square root",
        updates.no_square_root,
        is_habit=True,
    ),
    Mistake(
        "weight of the new gradient",
        "the gradient was weighted by 1 − the decay instead of taken whole, or the reverse",
        updates.moment_weights,
        is_habit=True,
    ),
    Mistake(
        "first step undamped",
        "dampening was left out of the first step",
        updates.first_step_undamped,
        is_habit=True,
    ),
    Mistake(
        "weight decay forgotten",
        "the term of weight decay was left out",
        updates.weight_decay_forgotten,
        is_habit=True,
    ),
    Mistake(
        "weight decay misplaced",
        "weight decay was added to the gradient where it belongs in the update, or the reverse",
        updates.weight_decay_misplaced,
        is_habit=True,
    ),
    Mistake(
        "values swapped",
        "two given numbers were swapped",
        forward.values_swapped,
    ),
    Mistake(
        "weights misread",
        "the weights of a layer were read column by column although they are given row by row",
        forward.weights_misread,
    ),
    Mistake(
        "gradients swapped",
        "the gradients of two parameters were swapped",
        backward.gradients_swapped,
    ),
    Mistake(
        "sign of the loss",
        "the loss has the wrong sign, and all gradients with it",
        forward.sign_of_loss,
        is_habit=True,
    ),
    Mistake(
        "division instead of multiplication",
        "a factor was divided by instead of multiplied by, or the reverse",
        slips.divided,
    ),
    Mistake(
        "factor left out",
        "a factor of a product was left out in a whole layer",
        slips.factor_left_out,
    ),
    Mistake(
        "term left out",
        "a term of a sum was left out in a whole layer",
        slips.sums_shortened,
    ),
    Mistake(
        "wrong index",
        "another element of the same quantity was taken",
        slips.wrong_element,
    ),
    Mistake(
        "arithmetic slip",
        "one operation was computed wrongly, and so was all that follows from it",
        slips.slipped,
    ),
    Mistake(
        ROUNDED,
        "every result was rounded before it was used again",
        slips.rounded,
        is_habit=True,
    ),
)
"""Every mistake that is known."""

NAMED = {mistake.name: mistake for mistake in CATALOGUE}
