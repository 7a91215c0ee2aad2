"""Addresses of what is done about orders."""

from __future__ import annotations

from django.urls import path

from orders.views import facts

app_name = "orders"
urlpatterns = [
    path("orders/<str:reference>/facts/", facts.correct, name="correct"),
    path("orders/<str:reference>/order-ops/", facts.say_order_ops, name="order-ops"),
]
