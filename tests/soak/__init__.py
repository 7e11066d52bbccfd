"""The soak: jobs of every kind, while processes of every kind are killed. At the end, all counts must agree.

make soak MINUTES=10, or python -m tests.soak --minutes 10 --seed 7
"""
