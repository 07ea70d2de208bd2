"""The process of one contestant in Python: the same lines as the JVM's workers speak."""

import gzip
import os
import sys
import time
import traceback

import numpy as np


class Task:
    """What to train, from arguments such as network=784-128-10."""

    def __init__(self, arguments):
        values = dict(argument.split("=", 1) for argument in arguments)
        self.data = values["data"]
        self.widths = [int(width) for width in values["network"].split("-")]
        self.batch = int(values["batch"])
        self.rate = float(values["rate"])
        if float(values["decay"]) != 1:
            raise ValueError("decay: expected 1, a constant rate, found " + values["decay"])
        self.threads = int(values["threads"])
        self.seed = int(values["seed"])

    def read(self, part):
        """Returns images, [n, 784] in 0..1, and labels of train or t10k."""
        with gzip.open(os.path.join(self.data, part + "-images-idx3-ubyte.gz")) as file:
            images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
        with gzip.open(os.path.join(self.data, part + "-labels-idx1-ubyte.gz")) as file:
            labels = np.frombuffer(file.read(), np.uint8, offset=8)
        return images.astype(np.float32) / np.float32(255), labels.astype(np.int64)


def serve(make):
    """Obeys standard input to its end; make(task) returns an object with epoch and accuracy."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        contestant = make(Task(sys.argv[1:]))
        print("ready", contestant.version, file=answers)
        for line in sys.stdin:
            command = line.strip()
            if command == "epoch":
                start = time.perf_counter()
                contestant.epoch()
                print("seconds", time.perf_counter() - start, file=answers)
            elif command == "accuracy":
                print("accuracy", contestant.accuracy(), file=answers)
            else:
                raise ValueError("expected epoch or accuracy, found " + command)
    except Exception as problem:
        traceback.print_exc()
        print("failed", type(problem).__name__, problem, file=answers)
        sys.exit(1)
