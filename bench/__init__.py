"""The benchmark of `make bench`: this project beside a BERT of AraBERT's size, and beside what the processor can do."""
