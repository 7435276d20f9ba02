"""Alembic's environment: the URL is handed over by hotline.database.upgrade."""

from alembic import context
from sqlalchemy import create_engine

from hotline.schema import metadata

with create_engine(context.config.attributes["url"]).connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=True, user_module_prefix=""
    )
    with context.begin_transaction():
        context.run_migrations()
