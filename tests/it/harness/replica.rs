//! A second service beside a house: same database, same Redis, same issuer.

use safeconduct::app::{Running, start};
use safeconduct::config::Config;
use safeconduct::telemetry::Telemetry;
use tracing::instrument::WithSubscriber as _;

use super::House;

/// Another replica of the service of a house; its ports and its log are its own.
pub(crate) struct Replica {
    pub(crate) running: Running,
    telemetry: Telemetry,
}

impl House {
    /// Starts another replica, configured as the house is but for a change.
    pub(crate) async fn replica(&self, change: impl FnOnce(&mut Config)) -> Replica {
        let mut config = (*self.running().parts.config).clone();
        (config.server.port, config.server.metrics_port) = (0, 0);
        change(&mut config);
        let telemetry = Telemetry::start(&config.log, std::io::sink());
        let started = start(config, &telemetry).with_subscriber(telemetry.dispatch()).await;
        Replica { running: started.unwrap(), telemetry }
    }
}

impl Replica {
    /// Where it answers.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address)
    }

    /// Stops it; everything must end by itself.
    pub(crate) async fn close(self) {
        assert_eq!(self.running.stop().await, Vec::<&str>::new());
        self.telemetry.finish();
    }
}
