"""What decides a run besides its arguments: pdsync.yaml, the environment, the token."""
