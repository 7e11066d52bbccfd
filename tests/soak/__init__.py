"""The soak: jobs of every kind, and processes of every kind killed meanwhile; at the end everything has to add up.

make soak MINUTES=10, or python -m tests.soak --minutes 10 --seed 7
"""
