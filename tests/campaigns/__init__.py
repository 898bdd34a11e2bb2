"""Long runs, started by hand: `python -m tests.campaigns.NAME`. Each has a short version among the tests."""
