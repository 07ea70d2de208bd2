#!/usr/bin/env python3
"""Ten steps of plain SGD in PyTorch's double precision, as an oracle for our training.

Usage: python3 make_ten_steps.py > ../resources/downhill/training/ten-steps.txt

Each line of the output is a name followed by numbers that read back exactly. The data are 23 examples
of 12 bytes in 5 classes; batches of 8 in order, so that every third one has 7 examples.
"""

import torch
from torch import nn

WIDTHS = [12, 10, 8, 5]
EXAMPLES, BATCH, RATE, STEPS = 23, 8, 0.5, 10


def line(name, tensor):
    print(name, *[repr(v) for v in tensor.detach().flatten().tolist()])


torch.set_default_dtype(torch.float64)
torch.manual_seed(20240605)

modules = []
for n_in, n_out in zip(WIDTHS, WIDTHS[1:]):
    linear = nn.Linear(n_in, n_out)
    with torch.no_grad():
        # Rounded to float, so that a float engine can start from the very same numbers.
        linear.weight.copy_((torch.randn(n_out, n_in) * (2 / n_in) ** 0.5).float().double())
        linear.bias.copy_((torch.randn(n_out) * 0.1).float().double())
    modules += [linear, nn.ReLU()]
net = nn.Sequential(*modules[:-1])

pixels = torch.randint(0, 256, (EXAMPLES, WIDTHS[0]))
labels = torch.randint(0, WIDTHS[-1], (EXAMPLES,))
x = pixels.double() / 255

print("# PyTorch", torch.__version__, "double precision; made by make_ten_steps.py")
print("widths", *WIDTHS)
print("batch", BATCH)
print("rate", RATE)
line("pixels", pixels)
line("labels", labels)
for name, parameter in net.named_parameters():
    line("initial." + name, parameter)

optimizer = torch.optim.SGD(net.parameters(), lr=RATE)
batches = [slice(i, min(i + BATCH, EXAMPLES)) for i in range(0, EXAMPLES, BATCH)]
for step in range(STEPS):
    batch = batches[step % len(batches)]
    loss = nn.functional.cross_entropy(net(x[batch]), labels[batch])
    optimizer.zero_grad()
    loss.backward()
    line(f"step{step + 1}.loss", loss)
    for name, parameter in net.named_parameters():
        line(f"step{step + 1}.gradient.{name}", parameter.grad)
    optimizer.step()
for name, parameter in net.named_parameters():
    line("final." + name, parameter)
