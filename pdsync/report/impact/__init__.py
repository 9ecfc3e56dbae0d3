"""Who is paged differently, in each form that it is shown in."""
