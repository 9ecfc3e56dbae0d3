"""Who is on call, and who depends on whom, in each form that it is shown in."""
