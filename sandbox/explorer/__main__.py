from sandbox.explorer.cli import run

run()
