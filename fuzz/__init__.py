"""Coverage-guided fuzzing of what reads hostile bytes. How to run it: CONTRIBUTING.md."""
