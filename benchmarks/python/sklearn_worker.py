"""scikit-learn's MLPClassifier: one pass of its own mini-batch SGD a call, its own initial weights."""

import warnings

import worker


class Sklearn:
    def __init__(self, task):
        import sklearn
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.neural_network import MLPClassifier
        from threadpoolctl import threadpool_limits

        warnings.simplefilter("ignore", ConvergenceWarning)
        threadpool_limits(task.threads)
        self.version = "scikit-learn %s" % sklearn.__version__
        self.x, self.y = task.read("train")
        self.test_x, self.test_y = task.read("t10k")
        # With warm_start, fit goes on from where it was: max_iter epochs more.
        self.network = MLPClassifier(
            task.widths[1:-1],
            solver="sgd",
            momentum=0,
            alpha=0,
            batch_size=task.batch,
            learning_rate_init=task.rate,
            shuffle=False,
            max_iter=1,
            warm_start=True,
            random_state=task.seed,
        )

    def epoch(self):
        self.network.fit(self.x, self.y)

    def accuracy(self):
        return self.network.score(self.test_x, self.test_y)


worker.serve(Sklearn)
