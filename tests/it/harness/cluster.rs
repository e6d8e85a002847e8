//! A PostgreSQL cluster of a test's own, durable, which the test may kill.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use uuid::Uuid;

use super::environment::{Environment, environment};

/// A running cluster in a folder of its own; stopped and removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Cluster {
    folder: PathBuf,
    environment: Environment,
}

impl Cluster {
    /// Makes and starts a cluster with `fsync` and `synchronous_commit` on, reached by its socket.
    pub(crate) fn start() -> Self {
        let environment = environment();
        let folder = PathBuf::from(&environment.scratch).join(Uuid::now_v7().simple().to_string());
        let cluster = Self { folder, environment };
        let (data, socket) = (cluster.data(), cluster.folder.display().to_string());
        cluster.run(
            "initdb",
            &[
                "-D",
                &data,
                "-U",
                "safeconduct",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
        );
        // as the server's user, because the folder is its own
        let settings = format!(
            "listen_addresses = ''\nunix_socket_directories = '{socket}'\nmax_connections = 60\n\
             shared_buffers = 64MB\nrecovery_init_sync_method = syncfs\nlog_min_messages = fatal\n"
        );
        let script = format!("cat >>'{data}/postgresql.conf' <<'EOF'\n{settings}EOF");
        assert!(cluster.as_server("sh").args(["-c", &script]).status().unwrap().success());
        cluster.restart();
        cluster
    }

    /// Its connection words.
    pub(crate) fn url(&self) -> String {
        format!("host={} port=5432 user=safeconduct", self.folder.display())
    }

    /// Kills the server and everything it runs, with no chance to write anything.
    pub(crate) fn kill(&self) {
        // Dead but not yet collected by its parent counts as dead; its lock file would not say so.
        let script = format!(
            "cd '{}' && pid=$(head -n 1 postmaster.pid) && all=\"$pid $(cat /proc/$pid/task/$pid/children)\"
             kill -9 $all
             for one in $all; do
               while grep -qs '^State:[^Z]*$' /proc/$one/status; do sleep 0.02; done
             done
             rm postmaster.pid ../.s.PGSQL.5432.lock",
            self.data()
        );
        assert!(self.as_server("sh").args(["-c", &script]).status().unwrap().success());
    }

    /// Starts it again, with the recovery that this takes.
    pub(crate) fn restart(&self) {
        let (data, log) = (self.data(), self.folder.join("log").display().to_string());
        self.run("pg_ctl", &["-D", &data, "-l", &log, "-w", "-t", "60", "start"]);
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let path = PathBuf::from(&self.environment.postgres_programs).join(program);
        let mut command = self.as_server(path.to_str().unwrap());
        let status = command.args(arguments).stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{program} failed");
    }

    /// A command as the user that may run a server, which root may not.
    fn as_server(&self, program: &str) -> Command {
        let user = self.environment.postgres_user.as_str();
        let me = Command::new("id").arg("-un").output().unwrap().stdout;
        if String::from_utf8(me).unwrap().trim() == user {
            return Command::new(program);
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid", user, "--regid", user, "--init-groups", "--", program]);
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let path = PathBuf::from(&self.environment.postgres_programs).join("pg_ctl");
        let mut stop = self.as_server(path.to_str().unwrap_or_default());
        let _stopped_already = stop.args(["-D", &self.data(), "-m", "immediate", "stop"]).output();
        let _left_behind = self.as_server("rm").arg("-rf").arg(&self.folder).status();
    }
}
