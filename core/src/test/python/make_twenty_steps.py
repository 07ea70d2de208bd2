#!/usr/bin/env python3
"""Twenty steps of each optimizer and each addition to the loss in PyTorch's double precision, and its
schedules, as an oracle for our training.

Usage: python3 make_twenty_steps.py > ../resources/downhill/training/twenty-steps.txt

Each line of the output is a name followed by numbers. The data are 30 examples of 9 bytes in 5 classes;
five epochs of batches of 8 in order, the last with 6 examples. A variant's parameters are written in full
after the last step; after each step there are two sums over them, each parameter times the cosine and the
sine of its place, in which a change of any parameter shows.
"""

import copy

import torch
from torch import nn
from torch.optim import lr_scheduler as schedules

WIDTHS = [9, 7, 5]
EXAMPLES, BATCH, EPOCHS = 30, 8, 5
STEPS_PER_EPOCH = -(-EXAMPLES // BATCH)
STEPS = EPOCHS * STEPS_PER_EPOCH
CLASS_WEIGHTS = [0.5, 2, 1, 0, 3]
PLATEAU = [1, 0.9, 0.95, 0.9, 0.8, 0.85, 0.8, 0.81, 0.9, 0.7, 0.8, 0.8, 0.8, 0.8, 0.8]


def line(name, values):
    if isinstance(values, torch.Tensor):
        values = values.detach().flatten().tolist()
    print(name, *[f"{v:.10g}" for v in values])


torch.set_default_dtype(torch.float64)
torch.manual_seed(20250311)

modules = []
for n_in, n_out in zip(WIDTHS, WIDTHS[1:]):
    linear = nn.Linear(n_in, n_out)
    with torch.no_grad():
        # Multiples of 2^-10, so that a float engine can start from the very same numbers.
        for parameter, size in ((linear.weight, (2 / n_in) ** 0.5), (linear.bias, 0.1)):
            parameter.copy_((torch.randn(parameter.shape) * size * 1024).round() / 1024)
    modules += [linear, nn.ReLU()]
initial = nn.Sequential(*modules[:-1])

pixels = torch.randint(0, 256, (EXAMPLES, WIDTHS[0]))
labels = torch.randint(0, WIDTHS[-1], (EXAMPLES,))
x = pixels.double() / 255

print("# PyTorch", torch.__version__, "double precision; made by make_twenty_steps.py")
print("widths", *WIDTHS)
print("batch", BATCH)
line("pixels", pixels)
line("labels", labels)
for name, parameter in initial.named_parameters():
    line("initial." + name, parameter)


def all_of(net):
    return torch.cat([p.detach().flatten() for p in net.parameters()])


def groups(net, decay):
    """Weights decay, biases do not."""
    return [
        {"params": [p for p in net.parameters() if p.dim() == 2], "weight_decay": decay},
        {"params": [p for p in net.parameters() if p.dim() == 1], "weight_decay": 0},
    ]


def train(name, make, decay=0.0, l1=0.0, clip=0.0, averaging=0.0, schedule=None, **loss_settings):
    net = copy.deepcopy(initial)
    optimizer = make(groups(net, decay))
    scheduler = schedule(optimizer) if schedule else None
    average = all_of(net)
    place = torch.arange(average.numel(), dtype=torch.float64)
    losses, norms, sums, clipped = [], [], [], 0
    for epoch in range(EPOCHS):
        total = weights = 0.0
        for first in range(0, EXAMPLES, BATCH):
            batch = slice(first, min(first + BATCH, EXAMPLES))
            loss = nn.functional.cross_entropy(net(x[batch]), labels[batch], **loss_settings)
            weight = loss_settings.get("weight", torch.ones(WIDTHS[-1]))[labels[batch]].sum()
            total += (loss * weight).item()
            weights += weight.item()
            optimizer.zero_grad()
            loss.backward()
            norm = nn.utils.clip_grad_norm_(net.parameters(), clip if clip else float("inf"))
            clipped += bool(clip) and norm.item() > clip
            if l1:
                sum(l1 * p.abs().sum() for p in net.parameters() if p.dim() == 2).backward()
            optimizer.step()
            if scheduler:
                scheduler.step()
            step = len(sums) // 2 + 1
            now = all_of(net)
            average += (1 - min(averaging, (1 + step) / (10 + step))) * (now - average)
            sums += [(now * place.cos()).sum().item(), (now * place.sin()).sum().item()]
        losses.append(total / weights)
        norms.append(norm.item())
    assert not clip or 3 < clipped < STEPS - 3, clipped
    line(name + ".losses", losses)
    line(name + ".norms", norms)
    line(name + ".sums", sums)
    line(name + ".final", all_of(net))
    if averaging:
        line(name + ".average", average)


def sgd(**settings):
    return lambda groups: torch.optim.SGD(groups, lr=0.3, **settings)


def momentum(groups):
    return torch.optim.SGD(groups, lr=0.05, momentum=0.9)


def adam(groups):
    return torch.optim.Adam(groups, lr=0.01)


train("descent", sgd())
train("momentum", momentum)
train("nesterov", lambda groups: torch.optim.SGD(groups, lr=0.05, momentum=0.9, nesterov=True))
train("adam", adam)
train("adam-other", lambda groups: torch.optim.Adam(groups, lr=0.02, betas=(0.8, 0.95), eps=1e-3))
train("adamw", lambda groups: torch.optim.AdamW(groups, lr=0.01), decay=0.5)
train("rmsprop", lambda groups: torch.optim.RMSprop(groups, lr=0.002))
train("l2-momentum", momentum, decay=0.05)
train("l2-adam", adam, decay=0.05)
train("l1-momentum", momentum, l1=0.01)
train("clip", sgd(), clip=0.6)
train("clip-l2-momentum", momentum, clip=0.6, decay=0.05)
train("clip-l1-adam", adam, clip=0.6, l1=0.01)
train("smoothing", sgd(), label_smoothing=0.1)
train("class-weights", sgd(), weight=torch.tensor(CLASS_WEIGHTS, dtype=torch.float64))
train("averaging", adam, averaging=0.6)
train("exponential", momentum, schedule=lambda o: schedules.StepLR(o, STEPS_PER_EPOCH, 0.8))


def rates(name, make, total=STEPS):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = make(optimizer)
    factors = []
    for step in range(total):
        factors.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step + 1 < total:
            scheduler.step()
    line("rates." + name, factors)


def one_cycle_of(total, rising):
    return lambda o: schedules.OneCycleLR(
        o, max_lr=1.0, total_steps=total, pct_start=rising, cycle_momentum=False
    )


rates("step", lambda o: schedules.StepLR(o, 2 * STEPS_PER_EPOCH, 0.3))
rates("exponential", lambda o: schedules.StepLR(o, STEPS_PER_EPOCH, 0.7))
rates("cosine", lambda o: schedules.CosineAnnealingLR(o, STEPS))
rates("cosine-last", lambda o: schedules.CosineAnnealingLR(o, STEPS, eta_min=0.1))
rates("one-cycle", one_cycle_of(STEPS, 0.3))
rates("one-cycle-early", one_cycle_of(STEPS, 0.01))
rates("one-cycle-late", one_cycle_of(STEPS, 0.77))
rates(
    "warmup-step",
    lambda o: schedules.ChainedScheduler(
        [
            schedules.LinearLR(o, start_factor=1 / 7, total_iters=6),
            schedules.StepLR(o, STEPS_PER_EPOCH, 0.5),
        ]
    ),
)

# PyTorch lowers the rate after more than "patience" epochs without a lower loss, we after as many.
line("plateau.losses", PLATEAU)
for patience in (1, 2, 3):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    scheduler = schedules.ReduceLROnPlateau(
        optimizer, factor=0.5, patience=patience - 1, threshold=0, eps=0
    )
    after = []
    for loss in PLATEAU:
        scheduler.step(loss)
        after.append(optimizer.param_groups[0]["lr"])
    line(f"plateau.patience{patience}", after)
