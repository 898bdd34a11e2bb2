"""Long campaigns, run by hand: `python -m tests.campaigns.NAME`. Each prints what it found and fails if it is wrong.

Short versions of them are among the tests.
"""
