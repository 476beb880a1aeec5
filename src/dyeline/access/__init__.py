"""Who could have been the source of a leak, by what they had been told: groups, never persons."""
