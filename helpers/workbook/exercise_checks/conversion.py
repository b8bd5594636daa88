"""Judge the exercises of chapter 05: funnels, campaigns, tests, invitations, shows and channels."""

from __future__ import annotations
