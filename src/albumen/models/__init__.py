"""Layer 2: tokens and grammar, nets, training, export and the engines that run the shipped models.

torch is imported only by the training modules, onnxruntime only by the run engines; importing this package needs neither.
"""
