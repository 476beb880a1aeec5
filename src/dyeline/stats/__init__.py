"""Null tails, likelihood ratios and posteriors. Pure; nothing here sees a codeword that it scores by name."""
