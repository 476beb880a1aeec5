"""After a leak: exhibit -> identify -> align -> read -> score -> judge. Copy numbers only, never names."""
