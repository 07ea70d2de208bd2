"""Asks the ONNX checker whether files are valid, with the shapes of all values.

    python3 onnx/src/test/python/check_onnx.py FILE…

Needs onnx (Debian package python3-onnx).
"""

import sys

import onnx
from onnx import shape_inference

for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    (output,) = inferred.graph.output
    dims = [d.dim_param or d.dim_value for d in output.type.tensor_type.shape.dim]
    print(path, "valid, onnx", onnx.__version__, "output", output.name, dims)
