"""A real PgBouncer before a PostgreSQL server."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.waiting import listening

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
NO_PGBOUNCER = "pgbouncer is not installed"
SETTINGS = """
[databases]
{databases}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = {auth}
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = {size}
"""


@asynccontextmanager
async def pgbouncer(
    server: str, port: int, mode: str, *databases: str, size: int = 20, auth: str = "any"
) -> AsyncIterator[str]:
    """Run PgBouncer; yields the beginning of addresses through it.

    Args:
        server: the folder of the server's Unix socket.
        port: a free port on the loopback interface.
        mode: session, transaction or statement.
        databases: the names of those that it knows.
        size: how many sessions of the server it lends.
        auth: how it checks passwords; the only user with one is ``ann`` (``secret``).
    """
    assert PROGRAM is not None
    with TemporaryDirectory(prefix="calmcalf-pgbouncer-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # noqa: ASYNC240 - at once
        (folder / "users").write_text('"ann" "secret"\n')
        text = SETTINGS.format(
            databases="\n".join(f"{one} = host={server} user=postgres" for one in databases),
            port=port,
            mode=mode,
            size=size,
            auth=auth,
            folder=folder,
        )
        (folder / "ini").write_text(text)
        # It refuses to run as root; and the server's folder is closed to other accounts.
        owner = Path(server).owner()  # noqa: ASYNC240 - at once
        account = ["-u", "nobody" if owner == "root" else owner] if os.getuid() == 0 else []
        process = await asyncio.create_subprocess_exec(
            PROGRAM, "-q", *account, str(folder / "ini"), cwd="/"
        )
        try:
            await listening(port)
            yield f"postgresql://ann:secret@127.0.0.1:{port}"
        finally:
            process.terminate()
            await process.wait()
