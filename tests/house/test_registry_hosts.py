"""No tracked file names the host of a package registry: what is installed is said by versions and hashes alone."""

import subprocess

import pytest

from tests.house.layers import ROOT

# Put together here, so that this file does not name them either.
HOSTS = [
    ".".join(parts).encode()
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
    )
]


def named_hosts(content: bytes) -> list[str]:
    """Registry hosts in a file."""
    lowered = content.lower()
    return [host.decode() for host in HOSTS if host in lowered]


def test_no_tracked_file_names_a_registry_host() -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True
    ).stdout.decode()
    files = [ROOT / name for name in tracked.split("\0") if name]

    assert len(files) > 10
    assert {
        str(file): hosts for file in files if file.is_file() and (hosts := named_hosts(file.read_bytes()))
    } == {}


@pytest.mark.parametrize("host", HOSTS)
def test_a_planted_host_is_found(host: bytes) -> None:
    assert named_hosts(b'{"resolved": "https://registry.' + host.upper() + b'/x.tgz"}') == [host.decode()]
