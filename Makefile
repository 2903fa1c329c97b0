# Forwards to ./dev, where the work is described: ./dev help
.PHONY: help demo test lint build deps bench

help demo test lint build deps:
	@./dev $@

bench:
	@./dev bench $(NAME)
