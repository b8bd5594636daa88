"""Run the notebooks on a community and make a report, a contact list and exercises of them."""
