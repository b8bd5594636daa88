"""The data: contract, reading, checks, privacy, calendar and the engine behind one object, the community."""

from helpers.community.errors import CommunityError, DataError, SettingsError, TableMissing, TruthMissing
from helpers.community.opening import Community

__all__ = ["Community", "CommunityError", "DataError", "SettingsError", "TableMissing", "TruthMissing"]
