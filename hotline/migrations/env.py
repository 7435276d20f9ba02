"""Alembic's environment: the connection is handed over by hotline.database.migrate."""

from alembic import context

from hotline.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    user_module_prefix="",
)
with context.begin_transaction():
    context.run_migrations()
