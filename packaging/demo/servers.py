# SPDX-License-Identifier: MIT
"""The database server of the demo: MariaDB, or MySQL where DOJANG_DATABASE=mysql says so or no MariaDB is installed."""
import os
import shutil
import subprocess

from services import Failure

TREE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Database servers and web servers are in sbin, which is not on everybody's PATH. ./bootstrap fetches MySQL into build/mysql.
DIRECTORIES = ["/usr/sbin", "/sbin", "/usr/local/sbin"]
MYSQL_DIRECTORY = os.path.join(TREE, "build", "mysql", "bin")


def find_program(name, first=()):
    path = os.pathsep.join([*first, os.environ.get("PATH", os.defpath), *DIRECTORIES])
    return shutil.which(name, path=path)


def program(name, first=()):
    found = find_program(name, first)
    if not found:
        raise Failure(f"{name} is not installed; ./bootstrap installs what is missing")
    return found


class MariaDB:
    name, title = "mariadbd", "MariaDB"

    @staticmethod
    def client():
        return program("mariadb")

    @staticmethod
    def dump():
        """The program for backups, or None."""
        return find_program("mariadb-dump")

    @staticmethod
    def binlog():
        """The program that prints binary logs, or None."""
        return find_program("mariadb-binlog")

    @staticmethod
    def initialize(data, user):
        return [program("mariadb-install-db"), "--no-defaults", f"--datadir={data}", f"--user={user}",
                "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-flush-log-at-trx-commit=0"]

    @staticmethod
    def server():
        return [program("mariadbd"), "--no-defaults", "--innodb-log-file-size=128M"]


def find_mysqld():
    """mysqld may also be a link to MariaDB's server."""
    found = find_program("mysqld", [MYSQL_DIRECTORY])
    version = subprocess.run([found, "--no-defaults", "--version"], capture_output=True, check=False).stdout if found else b"MariaDB"
    return None if b"MariaDB" in version else found


class MySQL:
    name, title = "mysqld", "MySQL"
    OWN = [MYSQL_DIRECTORY]

    @classmethod
    def client(cls):
        return program("mysql", cls.OWN)

    @classmethod
    def dump(cls):
        return find_program("mysqldump", cls.OWN)

    @classmethod
    def binlog(cls):
        return find_program("mysqlbinlog", cls.OWN)

    @staticmethod
    def initialize(data, user):
        return [find_mysqld(), "--no-defaults", f"--datadir={data}", f"--user={user}", "--initialize-insecure",
                "--innodb-flush-log-at-trx-commit=0"]

    @staticmethod
    def server():
        return [find_mysqld(), "--no-defaults", "--mysqlx=OFF", "--innodb-redo-log-capacity=256M"]


def choose_server():
    wanted = os.environ.get("DOJANG_DATABASE", "")
    if wanted not in ("", "mariadb", "mysql"):
        raise Failure(f"DOJANG_DATABASE must be mariadb or mysql, not {wanted!r}")
    if wanted == "mysql" and not find_mysqld():
        raise Failure("MySQL is not installed; DOJANG_DATABASE=mysql ./bootstrap demo fetches it")
    is_mysql = wanted == "mysql" or not wanted and not find_program("mariadbd") and find_mysqld()
    return MySQL if is_mysql else MariaDB
