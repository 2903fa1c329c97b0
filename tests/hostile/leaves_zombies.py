"""Never waits for its children: 500 of them stay as zombies."""

import training

training.train()
for _ in range(500):
    training.child(lambda: None)
training.linger()
