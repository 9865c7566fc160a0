"""One engine for what people are asked: questionnaires in versions that never change, waves, answers, and the
one guard through which results are read."""
