"""The market: what may happen between connected firms, and the proof that it did."""
