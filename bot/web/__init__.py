"""The web server: health checks, metrics, public pages and the webhook."""
