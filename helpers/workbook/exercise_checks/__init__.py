"""What each exercise accepts, one module a chapter; every module fills ``CHECKS``."""
