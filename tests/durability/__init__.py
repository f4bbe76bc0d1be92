"""State that survives: killed processes, disks that fail, and folders that hold something else."""
