"""Word documents: read with limits, written by filling holes, everything else carried over."""
