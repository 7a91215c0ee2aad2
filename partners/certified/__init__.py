"""Who is certified where: lists beside the dashboard, and the picture of one partner."""
