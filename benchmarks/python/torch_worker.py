"""PyTorch from Python: contiguous slices, no data loader, its own SGD, its default initial weights."""

import worker


class Torch:
    def __init__(self, task):
        import torch

        torch.set_num_threads(task.threads)
        torch.manual_seed(task.seed)
        self.torch = torch
        self.version = "PyTorch %s (Python)" % torch.__version__
        self.batch = task.batch
        self.x, self.y = map(torch.from_numpy, task.read("train"))
        self.test_x, self.test_y = map(torch.from_numpy, task.read("t10k"))
        layers = []
        for inputs, outputs in zip(task.widths, task.widths[1:]):
            layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*layers[:-1])
        self.loss = torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(self.network.parameters(), task.rate)

    def epoch(self):
        for x, y in zip(self.x.split(self.batch), self.y.split(self.batch)):
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.network(x), y).backward()
            self.optimizer.step()

    def accuracy(self):
        with self.torch.no_grad():
            found = self.network(self.test_x).argmax(1)
        return (found == self.test_y).float().mean().item()


worker.serve(Torch)
