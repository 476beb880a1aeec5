"""What proves a finding to somebody who does not trust its maker: log, commitments, bundle. Pure."""
