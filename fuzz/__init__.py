"""Coverage-guided fuzzing of the code that parses untrusted input. CONTRIBUTING.md says how to run it."""
