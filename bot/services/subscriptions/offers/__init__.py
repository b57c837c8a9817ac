"""Offers: codes and promotions, made, listed, redeemed, ended."""
