"""Works and works, and never says anything."""

import training

training.linger()
