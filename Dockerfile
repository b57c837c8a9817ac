# The bot in a container: no root, no writable place but /data, no shell tools needed. See compose.yaml.

FROM python:3.11.14-slim-bookworm AS builder
WORKDIR /app
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt
COPY bot ./bot
COPY locales ./locales
RUN pybabel compile --domain briefing --directory locales && python -m compileall -q bot

FROM python:3.11.14-slim-bookworm
WORKDIR /app
COPY --from=builder /opt/venv /opt/venv
COPY --from=builder /app /app
COPY --chown=10001:10001 content /data/content
# With PostgreSQL, what is kept in data/ lies on the volume too.
RUN chown 10001:10001 /data && ln -s /data /app/data
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite+aiosqlite:////data/bot.db \
    CONTENT_DIR=/data/content \
    HTTP_HOST=0.0.0.0
USER 10001:10001
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-m", "bot", "healthy"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["bot"]
