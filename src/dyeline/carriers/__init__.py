"""Where marks hide: one module a carrier, all behind ``carriers.contract.Carrier``."""
