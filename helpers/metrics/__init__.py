"""The measures of a community: tables that carry their own counts and intervals."""
